"""All vendors as one value: whom the health endpoint asks, for how long, and what it says."""

import time
from collections.abc import AsyncIterator
from dataclasses import fields
from typing import Any

import httpx2
import pytest

from backend.app import create_app
from backend.providers.opening import Providers
from backend.settings import VENDORS
from tests.backend.conftest import BACKEND, running, variables
from tests.backend.outside import EVERY_KEY, Outside
from tests.backend.worlds import asking


@pytest.fixture(scope="module")
def outside() -> Outside:
    return Outside()


@pytest.fixture(scope="module")
async def visitor(
    postgres_url: str, redis_url: str, outside: Outside
) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody at the front door of a backend that has every vendor."""
    app = asking(create_app(variables(postgres_url, redis_url) | EVERY_KEY, outside))
    async with running(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=BACKEND) as client:
            yield client


async def detailed(visitor: httpx2.AsyncClient) -> tuple[int, dict[str, Any]]:
    answer = await visitor.get("/api/health/detailed")
    return answer.status_code, answer.json()


def test_there_is_a_provider_for_every_vendor() -> None:
    assert tuple(field.name for field in fields(Providers)) == VENDORS


async def test_every_vendor_is_asked_by_the_one_way_outside(
    visitor: httpx2.AsyncClient, outside: Outside
) -> None:
    status, told = await detailed(visitor)
    assert (status, told["status"]) == (200, "healthy")
    assert {name for name, check in told["checks"].items() if not check["critical"]} == {*VENDORS}
    assert len({request.url.host for request in outside.asked}) == len(VENDORS) - 1
    assert {request.url.scheme for request in outside.asked} == {"http", "https"}


async def test_a_refused_key_degrades_and_is_told_by_vendor_not_by_key(
    visitor: httpx2.AsyncClient, outside: Outside
) -> None:
    outside.status = 401
    answer = await visitor.get("/api/health/detailed")
    outside.status = 200
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["stripe"]["detail"] == "stripe refused ping with 401"
    assert "of-this-test" not in answer.text


async def test_a_refusal_that_is_our_fault_is_a_problem_that_says_so(
    visitor: httpx2.AsyncClient, outside: Outside
) -> None:
    outside.status = 401
    answer = await visitor.post("/asks/beehiiv")
    outside.status = 200
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:wwmaa:problem:is-refused-elsewhere"
    assert "beehiiv" not in answer.json()["detail"].lower()


async def test_health_answers_in_time_though_every_vendor_hangs_and_recovers_with_them(
    visitor: httpx2.AsyncClient, outside: Outside
) -> None:
    outside.hangs = True
    started = time.perf_counter()
    status, told = await detailed(visitor)
    took = time.perf_counter() - started
    outside.hangs = False
    assert (status, told["status"]) == (200, "degraded")
    assert 1 <= took < 1.3
    assert {told["checks"][name]["status"] for name in VENDORS} == {"down"}
    assert (await detailed(visitor))[1]["status"] == "healthy"


async def test_health_json_leaves_out_whom_we_do_not_use(
    postgres_url: str, redis_url: str, outside: Outside
) -> None:
    app = create_app(variables(postgres_url, redis_url), outside)
    async with running(app):
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=BACKEND) as client:
            path, accept = "/api/health/detailed", {"Accept": "application/health+json"}
            told = (await client.get(path, headers=accept)).json()
            assert told["status"] == "pass"
            assert {name.partition(":")[0] for name in told["checks"]} == {
                "postgres",
                "redis",
                "postmark",
            }
            checks = (await client.get(path)).json()["checks"]
            assert checks["stripe"]["status"] == "not_configured"
            assert checks["stripe"]["detail"] == "stripe is not configured: set STRIPE_SECRET_KEY"
