"""Health: green means that it answered."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx2
import pytest

from backend.app import Backend, create_app
from backend.parts import Parts
from backend.readings import Dependency, Readings
from backend.settings import VENDORS
from tests.backend.conftest import BACKEND, running, variables


async def test_everything_answers(visitor: httpx2.AsyncClient) -> None:
    health = await visitor.get("/api/health")
    assert health.status_code == 200
    told = health.json()
    assert (told["status"], told["service"]) == ("healthy", "wwmaa-backend")
    detailed = (await visitor.get("/api/health/detailed")).json()
    assert detailed["status"] == "healthy"
    assert set(detailed["checks"]) == {"postgres", "redis", *VENDORS}
    standings = {name: check["status"] for name, check in detailed["checks"].items()}
    assert [name for name, status in standings.items() if status == "up"] == [
        "postgres",
        "redis",
        "postmark",
    ]
    assert set(standings.values()) == {"up", "not_configured"}
    assert (await visitor.get("/api/health/readiness")).json() == {"status": "ready"}
    assert (await visitor.get("/api/health/liveness")).json() == {"status": "alive"}
    assert (await visitor.get("/api/health/ping")).json() == {"message": "pong"}


async def test_health_speaks_the_drafts_own_form_when_asked(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get(
        "/api/health/detailed", headers={"Accept": "application/health+json"}
    )
    assert answer.headers["content-type"] == "application/health+json"
    (reading,) = answer.json()["checks"]["redis:responseTime"]
    assert (reading["status"], reading["observedUnit"]) == ("pass", "ms")


async def test_status_tells_what_is_configured_and_no_value(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/api/health/status")
    told = answer.json()
    assert told["configured"]["postmark"] is True
    assert told["configured"]["stripe"] is False
    assert "postmark-token" not in answer.text


async def test_each_answer_of_health_tells_how_long_it_took_here_and_a_login_does_not(
    visitor: httpx2.AsyncClient,
) -> None:
    answer = await visitor.get("/api/health/ping")
    took = re.fullmatch(r"app;dur=(\d+\.\d\d)", answer.headers["server-timing"])
    assert took
    assert 0 < float(took[1]) < 1000
    login = await visitor.post("/api/auth/login", json={"email": "a@b.example", "password": "x"})
    assert "server-timing" not in login.headers


async def test_health_names_the_deployment_that_answers(
    postgres_url: str, redis_url: str, outside: httpx2.ASGITransport
) -> None:
    environ = variables(postgres_url, redis_url) | {"RAILWAY_DEPLOYMENT_ID": "d-1"}
    async with running(app := create_app(environ, outside)):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=BACKEND) as client:
            for path in ("/api/health", "/api/health/status"):
                assert (await client.get(path)).json()["deployment"] == "d-1"


async def test_where_nothing_is_deployed_health_names_no_deployment(
    visitor: httpx2.AsyncClient,
) -> None:
    assert (await visitor.get("/api/health")).json()["deployment"] is None


class Away:
    """A dependency that can be told to fail or to hang."""

    def __init__(self) -> None:
        self.mood = "fine"
        self.asked = 0

    async def ask(self) -> None:
        self.asked += 1
        if self.mood == "failing":
            raise ConnectionRefusedError
        if self.mood == "hanging":
            await asyncio.sleep(60)


@pytest.fixture
async def critical(backend: Backend, parts: Parts) -> AsyncIterator[Away]:
    """One more critical dependency of the running backend."""
    away = Away()
    more = (*parts.readings.dependencies, Dependency("tatami", "component", True, away.ask))
    backend.state.parts = replace(parts, readings=Readings(more, timeout=0.1, fresh_for=0))
    yield away
    backend.state.parts = parts


@pytest.mark.parametrize("mood", ["failing", "hanging"])
async def test_a_critical_dependency_that_is_away_turns_health_red_and_back(
    mood: str, critical: Away, visitor: httpx2.AsyncClient
) -> None:
    async def codes() -> list[int]:
        paths = ("/api/health", "/api/health/detailed", "/api/health/readiness")
        return [(await visitor.get(path)).status_code for path in paths]

    critical.mood = mood
    assert await codes() == [503, 503, 503]
    named = (await visitor.get("/api/health/detailed")).json()["checks"]["tatami"]
    assert named["status"] == "down"
    assert (await visitor.get("/api/health/liveness")).status_code == 200
    critical.mood = "fine"
    assert await codes() == [200, 200, 200]


async def test_what_is_not_critical_only_degrades(
    sandboxes: httpx2.AsyncClient, visitor: httpx2.AsyncClient
) -> None:
    fault = {"vendor": "postmark", "kind": "status", "status": 500, "times": 1}
    await sandboxes.post("/_sandbox/faults", json=fault)
    answer = await visitor.get("/api/health/detailed")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["postmark"]["status"] == "down"


async def test_readings_are_shared_while_fresh_and_while_asking() -> None:
    away = Away()
    readings = Readings(
        (Dependency("tatami", "component", True, away.ask),), timeout=1, fresh_for=60
    )
    await asyncio.gather(*(readings.take() for _ in range(50)))
    await readings.take()
    assert away.asked == 1


async def test_a_draining_backend_is_alive_and_not_ready(
    visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    parts.draining.set()
    answer = await visitor.get("/api/health/readiness")
    parts.draining.clear()
    assert (answer.status_code, answer.json()["why"]) == (503, "draining")
    assert (await visitor.get("/api/health/liveness")).status_code == 200


async def test_it_starts_without_its_dependencies_and_says_so(
    outside: httpx2.ASGITransport,
) -> None:
    nobody = variables("postgresql://nobody@127.0.0.1:9/none", "redis://127.0.0.1:9/0")
    app = create_app(nobody, outside)
    app.middleware_stack = app.build_middleware_stack()
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=BACKEND) as client:
            assert (await client.get("/api/health")).status_code == 503
            assert (await client.get("/api/health/liveness")).status_code == 200
            events = await client.get("/api/events")
            assert (events.status_code, events.json()["title"]) == (
                503,
                "This is not available right now",
            )
            login = {"email": "a@members.staging.wwmaa.example", "password": "x"}
            assert (await client.post("/api/auth/login", json=login)).status_code == 503


async def test_metrics_ask_for_their_token_where_one_is_set(
    postgres_url: str, redis_url: str, outside: httpx2.ASGITransport
) -> None:
    app = create_app(variables(postgres_url, redis_url) | {"METRICS_TOKEN": "t" * 32}, outside)
    async with running(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=BACKEND) as client:
            assert (await client.get("/metrics")).status_code == 401
            token = {"Authorization": f"Bearer {'t' * 32}"}
            assert (await client.get("/metrics", headers=token)).status_code == 200
