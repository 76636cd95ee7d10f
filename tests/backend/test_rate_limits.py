"""How often an address may ask: counted by all workers together, told, and honest in an outage."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx2
import pytest

from backend.app import Backend, create_app
from backend.middleware.rate_limits import address
from tests.backend.conftest import BACKEND, SITE, running, variables
from tests.conftest import free_port

TEN = {"RATE_LIMIT_PER_MINUTE": "10"}


@asynccontextmanager
async def limited(environ: Mapping[str, str]) -> AsyncIterator[Backend]:
    app = create_app(dict(environ))
    async with running(app):
        yield app


@pytest.fixture
def environ(postgres_url: str, redis_url: str) -> dict[str, str]:
    return variables(postgres_url, redis_url) | TEN


def at(app: Backend, client: str = "203.0.113.7", **headers: str) -> httpx2.AsyncClient:
    """Somebody at this address."""
    transport = httpx2.ASGITransport(app, client=(client, 1234))
    return httpx2.AsyncClient(transport=transport, base_url=BACKEND, headers=headers)


def told(answer: httpx2.Response) -> tuple[int, int]:
    found = re.fullmatch(r'"api";r=(\d+);t=(\d+)', answer.headers["ratelimit"])
    assert found
    return int(found[1]), int(found[2])


async def test_an_address_is_told_what_is_left_and_refused_above_its_quota(
    environ: dict[str, str],
) -> None:
    async with limited(environ) as app, at(app) as door, at(app, "203.0.113.8") as neighbour:
        answers = [await door.get("/api/events") for _ in range(12)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
        assert [told(answer)[0] for answer in answers] == [*range(9, -1, -1), 0, 0]
        assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"api";q=10;w=60'}
        refused = answers[-1]
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"] == "urn:wwmaa:problem:too-many-requests"
        wait = int(refused.headers["retry-after"])
        assert 1 <= wait <= 6
        assert told(refused) == (0, wait)
        assert (await neighbour.get("/api/events")).status_code == 200


async def test_two_workers_count_together_and_many_at_once_are_not_let_through(
    environ: dict[str, str],
) -> None:
    async with limited(environ) as one, limited(environ) as two, at(one) as a, at(two) as b:
        # So many connections at once may take longer here than a counter is waited for.
        doors = [a if n % 2 else b for n in range(8)]
        rounds = [
            await asyncio.gather(*(door.get("/api/blog/posts") for door in doors)) for _ in range(5)
        ]
        codes = [answer.status_code for answers in rounds for answer in answers]
        assert codes.count(200) == 10


async def test_a_page_of_ours_may_read_a_refusal(environ: dict[str, str]) -> None:
    async with limited(environ) as app, at(app, Origin=SITE) as door:
        for _ in range(11):
            answer = await door.get("/api/events")
        assert answer.status_code == 429
        assert answer.headers["access-control-allow-origin"] == SITE
        assert "RateLimit" in answer.headers["access-control-expose-headers"]


async def test_probes_and_signed_webhooks_are_never_refused(environ: dict[str, str]) -> None:
    async with limited(environ) as app, at(app) as door:
        for _ in range(15):
            assert (await door.get("/api/health/ping")).status_code == 200
            assert (await door.post("/api/webhooks/stripe")).status_code != 429


async def test_accounts_have_a_smaller_quota_of_their_own(environ: dict[str, str]) -> None:
    async with limited(environ) as app, at(app) as door:
        codes = [(await door.post("/api/auth/verify-email", json={"token": "x"})).status_code
                 for _ in range(3)]  # fmt: skip
        assert codes == [410, 410, 429]
        assert (await door.get("/api/events")).status_code == 200


async def test_without_limits_nobody_is_counted(environ: dict[str, str]) -> None:
    async with limited(environ | {"RATE_LIMIT_ENABLED": "false"}) as app, at(app) as door:
        answers = [await door.get("/api/events") for _ in range(12)]
        assert {answer.status_code for answer in answers} == {200}
        assert "ratelimit" not in answers[0].headers


async def test_without_redis_requests_pass_logins_do_not_and_metrics_tell(
    environ: dict[str, str],
) -> None:
    nowhere = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
    async with limited(environ | nowhere) as app, at(app) as door:
        answers = [await door.get("/api/events") for _ in range(12)]
        assert {answer.status_code for answer in answers} == {200}
        login = {"email": "zoe@members.staging.wwmaa.example", "password": "whatever it is"}
        assert (await door.post("/api/auth/login", json=login)).status_code == 503
        counted = (await door.get("/metrics")).text
        assert 'rate_limited_requests_total{outcome="unchecked",policy="api"}' in counted


def asked(client: str, **headers: str) -> dict[str, object]:
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": (client, 1), "headers": told}


def test_an_address_is_what_a_trusted_edge_says_and_nothing_that_a_client_says() -> None:
    spoofed = asked("203.0.113.7", x_forwarded_for="198.51.100.1", x_real_ip="198.51.100.2")
    assert address(spoofed, has_edge=False) == "203.0.113.7"
    assert address(spoofed, has_edge=True) == "198.51.100.2"
    assert address(asked("2001:db8:1:2:3:4:5:6"), has_edge=False) == "2001:db8:1:2::/64"
    assert address(asked("testclient"), has_edge=False) == "testclient"
