"""Health: green means that what was asked has answered, within the last moment.

`/api/health` gates a deployment (Railway asks it until it answers 200). Liveness touches nothing:
a process that can answer is alive. Readiness also says no while the process is draining.
"""

import platform
import time
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from backend.clock import CLOCK, now
from backend.dependencies import MayCall, WithParts, may_call
from backend.parts import Parts
from backend.readings import Reading, Standing
from backend.settings import GROUPS, VENDORS, Settings

router = APIRouter(prefix="/api/health", tags=["health"], redirect_slashes=False)

SERVICE = "wwmaa-backend"
_OPEN = may_call(MayCall.anybody)
_UNAVAILABLE: dict[int | str, dict[str, Any]] = {503: {"description": "Not healthy"}}


def _shows(**answer: Any) -> dict[int | str, dict[str, Any]]:
    """An answer by example; health has no other form."""
    content = {"application/json": {"schema": {"type": "object"}, "example": answer}}
    return {200: {"description": "All is well", "content": content}}


_ABOUT: dict[str, Any] = {
    "service": SERVICE,
    "environment": "staging",
    "version": "1.4.0",
    "deployment": "local",
    "timestamp": "2026-11-25T18:30:00+00:00",
}
_CHECKED: dict[str, Any] = {
    "status": "healthy",
    "critical": True,
    "latency_ms": 0.8,
    "observed_at": "2026-11-25T18:30:00+00:00",
    "detail": "",
}


def _answer(body: dict[str, Any], *, good: bool) -> JSONResponse:
    return JSONResponse(body, 200 if good else 503)


def _all_good(readings: Iterable[Reading]) -> bool:
    return all(reading.is_good for reading in readings)


def _about(parts: Parts) -> dict[str, Any]:
    core = parts.settings.core
    return {
        "service": SERVICE,
        "environment": core.environment_name,
        "version": core.release,
        "deployment": parts.settings.deployment,
        "timestamp": now().isoformat(),
    }


@router.get("", openapi_extra=_OPEN, responses=_UNAVAILABLE | _shows(status="healthy", **_ABOUT))
async def health(parts: WithParts) -> JSONResponse:
    """Whether everything that the backend can not work without has answered just now."""
    good = _all_good(await parts.readings.take(critical_only=True))
    return _answer({"status": "healthy" if good else "unhealthy", **_about(parts)}, good=good)


@router.get(
    "/detailed",
    openapi_extra=_OPEN,
    responses=_UNAVAILABLE
    | _shows(status="healthy", **_ABOUT, checks={"store": _CHECKED, "redis": _CHECKED}),
)
async def detailed(request: Request, parts: WithParts) -> JSONResponse:
    """Each dependency: whether it answered, how fast, and when.

    `healthy`; `degraded` (200) when only something that is not critical is away; `unhealthy`
    (503). A vendor that is not configured is listed, and counted neither way. Ask for
    `application/health+json` to get it in that form, without those.
    """
    readings = await parts.readings.take()
    good = _all_good(reading for reading in readings if reading.dependency.critical)
    status = "unhealthy" if not good else "healthy" if _all_good(readings) else "degraded"
    if "application/health+json" in request.headers.get("accept", ""):
        return _health_json(parts, status, readings)
    checks = {
        reading.dependency.name: {
            "status": reading.standing,
            "critical": reading.dependency.critical,
            "latency_ms": reading.latency_ms,
            "observed_at": reading.observed_at.isoformat(),
            "detail": reading.detail,
        }
        for reading in readings
    }
    return _answer({"status": status, **_about(parts), "checks": checks}, good=good)


def _health_json(parts: Parts, status: str, readings: tuple[Reading, ...]) -> JSONResponse:
    words = {"healthy": "pass", "degraded": "warn", "unhealthy": "fail"}
    checks = {
        f"{reading.dependency.name}:responseTime": [
            {
                "componentType": reading.dependency.kind,
                "observedValue": reading.latency_ms,
                "observedUnit": "ms",
                "status": "pass" if reading.is_good else "fail",
                "time": reading.observed_at.isoformat(),
                "output": reading.detail,
            }
        ]
        for reading in readings
        if reading.standing is not Standing.not_configured
    }
    body = {
        "status": words[status],
        "version": parts.settings.core.release,
        "serviceId": SERVICE,
        "checks": checks,
    }
    code = 503 if status == "unhealthy" else 200
    return JSONResponse(body, code, media_type="application/health+json")


@router.get("/readiness", openapi_extra=_OPEN, responses=_UNAVAILABLE | _shows(status="ready"))
async def readiness(parts: WithParts) -> JSONResponse:
    """Whether to send requests here: all critical dependencies answer, and it is not draining."""
    if parts.draining.is_set():
        return _answer({"status": "not_ready", "why": "draining"}, good=False)
    readings = await parts.readings.take(critical_only=True)
    if _all_good(readings):
        return _answer({"status": "ready"}, good=True)
    away = [r.dependency.name for r in readings if not r.is_good]
    return _answer({"status": "not_ready", "why": ", ".join(away)}, good=False)


@router.get("/liveness", openapi_extra=_OPEN, responses=_shows(status="alive"))
async def liveness() -> JSONResponse:
    """Whether the process answers at all; it asks nobody else."""
    return _answer({"status": "alive"}, good=True)


@router.get("/ping", openapi_extra=_OPEN, responses=_shows(message="pong"))
async def ping() -> JSONResponse:
    """A pong."""
    return _answer({"message": "pong"}, good=True)


@router.get(
    "/status",
    openapi_extra=_OPEN,
    responses=_shows(status="running", release="1.4.0", configured={"stripe": True}),
)
async def status(parts: WithParts) -> JSONResponse:
    """What runs here, and which vendors it is configured for; no values, no secrets."""
    core = parts.settings.core
    about = {
        "status": "running",
        "service": SERVICE,
        "environment": core.environment_name,
        "release": core.release,
        "deployment": parts.settings.deployment,
        "python": platform.python_version(),
        "uptime_seconds": round(time.monotonic() - parts.began),
        "clock": {"now": now().isoformat(), "offset_s": CLOCK.offset.total_seconds()},
        "configured": configured(parts.settings),
    }
    return _answer(about, good=True)


def configured(settings: Settings) -> dict[str, bool]:
    """Whether each vendor has all of its variables; those with defaults count as set."""
    values = {
        variable.name.lower(): getattr(getattr(settings, name), variable.name.lower())
        for name, group in GROUPS.items()
        for variable in group.variables()
    }
    return {
        vendor: all(v is not None for k, v in values.items() if k.startswith(vendor))
        for vendor in VENDORS
    }
