"""Lies told in the name of an honest environment, one at a time, to see each check catch its own.

A lie is a transport in front of the honest one; it changes what the world gets to see.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import httpx2

from backend.schema.document import Tier
from backend.schema.profiles import ProfileStatus, Role
from staging.seeds import Persona
from staging.verify import Result, Target, Wire, verify
from tests.staging.verify_standin import (
    API,
    HEADERS,
    METRICS_TOKEN,
    PASSWORD,
    PEOPLE,
    SANDBOXES,
    SITE,
    Honest,
    dependencies,
)

STATUS = "/api/health/status"
PERSONAS = tuple(
    Persona(email.partition("@")[0], Role(role), Tier(tier), "Somebody", "Try it.")
    for email, (role, tier) in PEOPLE.items()
)
BARRED = Persona(
    "suspended", Role.visitor, Tier.basic, "Nobody", "Be refused.", ProfileStatus.suspended
)

Ask = Callable[[httpx2.Request], Awaitable[httpx2.Response]]
Lie = Callable[[httpx2.Request, Ask], Awaitable[httpx2.Response]]
"""Answers in the target's place; it may ask the honest one first."""


class World(httpx2.AsyncBaseTransport):
    """The wire to an honest environment, and to whoever lies in its name."""

    def __init__(self, *lies: Lie) -> None:
        self.honest = Honest()
        self.inner = httpx2.ASGITransport(self.honest.app)
        self.lies = lies

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        ask: Ask = self.inner.handle_async_request
        for lie in self.lies:
            ask = told_by(lie, ask)
        return await ask(request)


def told_by(lie: Lie, ask: Ask) -> Ask:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        return await lie(request, ask)

    return answer


def edits(path: str, status: int | None = None, /, **fields: Any) -> Lie:
    """Changes fields of the JSON that a path answers with, its status, or both."""

    async def lie(request: httpx2.Request, ask: Ask) -> httpx2.Response:
        answer = await ask(request)
        if request.url.path != path:
            return answer
        body = json.loads(await answer.aread())
        kept = {n: v for n, v in answer.headers.items() if n != "content-length"}
        return httpx2.Response(status or answer.status_code, json=body | fields, headers=kept)

    return lie


def answers(path: str, status: int, body: str | Any = "", method: str = "") -> Lie:
    """Answers a path itself, with text or JSON; the honest one never hears of it."""

    async def lie(request: httpx2.Request, ask: Ask) -> httpx2.Response:
        if request.url.path != path or request.method != (method or request.method):
            return await ask(request)
        if isinstance(body, str):
            return httpx2.Response(status, text=body, headers=HEADERS)
        return httpx2.Response(status, json=body, headers=HEADERS)

    return lie


def shows(path: str, html: str) -> Lie:
    """Shows a page in the place of another."""

    async def lie(request: httpx2.Request, ask: Ask) -> httpx2.Response:
        answer = await ask(request)
        return httpx2.Response(200, html=html) if request.url.path == path else answer

    return lie


def says(header: str, value: str | None, path: str = "", status: int = 0, method: str = "") -> Lie:
    """Sets a header of answers, or takes it away; of one path, status or method only if given."""

    async def lie(request: httpx2.Request, ask: Ask) -> httpx2.Response:
        answer = await ask(request)
        wanted = (path or request.url.path, status or answer.status_code, method or request.method)
        if wanted == (request.url.path, answer.status_code, request.method):
            answer.headers.pop(header, None)
            if value is not None:
                answer.headers[header] = value
        return answer

    return lie


def target(*lies: Lie, **changes: Any) -> Target:
    """The honest environment on this machine, with these lies in front."""
    known: dict[str, Any] = {
        "kind": "here",
        "backend_url": API,
        "frontend_url": SITE,
        "site_origin": SITE,
        "sandboxes_url": SANDBOXES,
        "personas": (*PERSONAS, BARRED),
        "password": PASSWORD,
        "metrics_token": METRICS_TOKEN,
        "wire": Wire(World(*lies)),
    }
    return Target(**known | changes)


async def result(name: str, seen: Target) -> Result:
    """What comes of one check."""
    report = await verify(seen, only=[name])
    return next(each for each in report.results if each.check == name)


async def still_open(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Says goodbye at logout, and forgets nothing."""
    return httpx2.Response(204) if request.url.path == "/api/auth/logout" else await ask(request)


async def believes_any_signature(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Reads tokens without looking at who signed them."""
    if request.url.path != "/api/auth/me" or "authorization" not in request.headers:
        return await ask(request)
    honest = await ask(request)
    return (
        httpx2.Response(200, json=profile_of(PERSONAS[0])) if honest.status_code == 401 else honest
    )


def profile_of(persona: Persona) -> dict[str, str]:
    known = {"id": "1", "email": persona.email, "full_name": persona.full_name}
    return known | {"role": persona.role.value, "tier": persona.tier.value}


async def lets_anybody_in(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Takes every password."""
    if request.url.path != "/api/auth/login":
        return await ask(request)
    tokens = {"access_token": "a.b.c", "refresh_token": "r", "token_type": "bearer"}
    return httpx2.Response(
        200, json=tokens | {"expires_in": 900, "profile": profile_of(PERSONAS[0])}
    )


async def opens_to_the_barred(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Lets in who was suspended."""
    if BARRED.email.encode() in request.content:
        return httpx2.Response(200, json={})
    return await ask(request)


async def takes_everybody_for_one(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Shows the same profile to everybody who is logged in."""
    if request.url.path == "/api/auth/me" and "authorization" in request.headers:
        return httpx2.Response(200, json=profile_of(PERSONAS[0]))
    return await ask(request)


async def tells_who_is_a_member(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Refuses a stranger in other words than a wrong password."""
    answer = await ask(request)
    if b"nobody+" not in request.content:
        return answer
    body = {"type": "x", "title": "Unknown", "status": 401, "detail": "Unknown", "request_id": "r"}
    return httpx2.Response(401, json=body)


async def reflects_origins(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Allows whoever asks."""
    answer = await ask(request)
    answer.headers["access-control-allow-origin"] = request.headers.get("origin", "*")
    return answer


async def trusts_prefixes(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Allows every origin that begins like the website's."""
    answer, origin = await ask(request), request.headers.get("origin", "")
    if origin.startswith(SITE):
        answer.headers["access-control-allow-origin"] = origin
    return answer


async def has_every_page(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Shows the home page for whatever it does not have."""
    answer = await ask(request)
    if request.url.port == 3000 and answer.status_code == 404:
        request.url = request.url.copy_with(path="/")
        answer = await ask(request)
    return answer


async def shows_all_events(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Knows no members-only events."""
    if request.url.path == "/api/events":
        request.headers["authorization"] = "Bearer anybody"
    return await ask(request)


async def hides_from_members(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Shows members what everybody sees."""
    if request.url.path == "/api/events":
        request.headers.pop("authorization", None)
    return await ask(request)


async def one_id_for_all(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Gives every refusal the same request id."""
    answer = await ask(request)
    if answer.status_code < 400:
        return answer
    lie = edits(request.url.path, request_id="always-the-same")
    return await lie(request, ask)


async def is_slow(request: httpx2.Request, ask: Ask) -> httpx2.Response:
    """Thinks for 15 ms about whether it lives."""
    if request.url.path == "/api/health/liveness":
        await asyncio.sleep(0.015)
    return await ask(request)


def one_worker_lags() -> Lie:
    """Of two workers one has followed the clock to the next month, and the other has not."""
    has_followed = cycle((True, False))

    async def lie(request: httpx2.Request, ask: Ask) -> httpx2.Response:
        if request.url.path != STATUS or not next(has_followed):
            return await ask(request)
        moved = datetime.now(UTC) + timedelta(days=30)
        return await edits(STATUS, clock=clock(moved, 2_592_000))(request, ask)

    return lie


def clock(now: datetime, offset_s: float) -> dict[str, Any]:
    """What a part says of its time."""
    return {"now": now.isoformat(), "offset_s": offset_s}


def counts(*, every_request: bool = True, **names: str) -> Lie:
    """Shows the metrics under other names, or as they were at the first request."""

    async def lie(request: httpx2.Request, ask: Ask) -> httpx2.Response:
        answer = await ask(request)
        if request.url.path != "/metrics" or answer.status_code != 200:
            return answer
        text = (await answer.aread()).decode()
        for old, new in names.items():
            text = text.replace(old, new)
        if not every_request:
            text = (
                "\n".join(
                    f"{line.rpartition(' ')[0]} 7" if line[0] != "#" else line
                    for line in text.splitlines()
                )
                + "\n"
            )
        return httpx2.Response(200, text=text)

    return lie


def away(name: str, **fields: Any) -> dict[str, Any]:
    """The readings of dependencies, with one of them changed."""
    checks = dependencies()
    return checks | {name: checks[name] | fields}
