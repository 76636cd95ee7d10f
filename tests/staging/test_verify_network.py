"""Names, certificates and the platform, tried on real servers of this machine."""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from staging.verify import Outcome, Target, Wire
from staging.verify.wire import addresses_of
from tests.conftest import free_port
from tests.staging.verify_lies import World, answers, edits, result, says, target
from tests.staging.verify_standin import Honest

Issue = Callable[..., Path]
PUBLIC = "https://api-staging.wwmaa.com"


@contextmanager
def served(app: ASGIApp, certificate: Path | None = None) -> Iterator[int]:
    """The port of a real server of this application, over TLS when it has a certificate."""
    config = uvicorn.Config(
        app,
        "127.0.0.1",
        port=0,
        log_level="error",
        lifespan="off",
        ssl_certfile=certificate,
        # The honest one tells the date itself, and twice is no date.
        date_header=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.005)
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def certificate(authority: trustme.CA, tmp_path: Path) -> Issue:
    def issue(host: str = "localhost", days: float = 60) -> Path:
        now = datetime.now(UTC)
        leaf = authority.issue_cert(
            host, not_before=now - timedelta(days=30), not_after=now + timedelta(days=days)
        )
        path = tmp_path / "certificate.pem"
        path.write_bytes(leaf.private_key_and_cert_chain_pem.bytes())
        return path

    return issue


def leading(location: str) -> Starlette:
    """A plain server that sends everybody elsewhere."""

    async def away(request: Request) -> Response:
        return RedirectResponse(location, 301)

    return Starlette(routes=[Route("/{path:path}", away)])


async def shows_its_page(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("welcome")(scope, receive, send)


def secure(port: int, trust: ssl.SSLContext | None, plain_port: int) -> Target:
    return Target(
        "hosted", f"https://localhost:{port}", wire=Wire(trust=trust, plain_port=plain_port)
    )


async def test_a_good_certificate_passes_and_its_days_are_told(
    certificate: Issue, trust: ssl.SSLContext
) -> None:
    to_https = leading("https://localhost/api/health")
    with served(Honest().app, certificate(days=60)) as port, served(to_https) as plain:
        found = await result("tls", secure(port, trust, plain))
    assert found.outcome is Outcome.passed, found.saw
    assert "localhost: trusted, 60 days left; plain HTTP leads to HTTPS with 301" in found.saw


BROKEN = [
    ({"days": -1}, "localhost is not trusted: certificate has expired"),
    ({"days": 13}, "the certificate of localhost ends in 13.0 days"),
    ({"host": "elsewhere.example"}, "Hostname mismatch"),
]


@pytest.mark.parametrize(("certified", "seen"), BROKEN)
async def test_a_bad_certificate_fails(
    certificate: Issue, trust: ssl.SSLContext, certified: dict[str, Any], seen: str
) -> None:
    with served(Honest().app, certificate(**certified)) as port:
        found = await result("tls", secure(port, trust, free_port()))
    assert found.outcome is Outcome.failed
    assert seen in found.saw


async def test_a_certificate_of_an_unknown_authority_fails(certificate: Issue) -> None:
    with served(Honest().app, certificate()) as port:
        found = await result("tls", secure(port, None, free_port()))
    assert found.outcome is Outcome.failed
    assert "unable to get local issuer certificate" in found.saw


async def test_a_server_without_tls_fails(trust: ssl.SSLContext) -> None:
    with served(Honest().app) as port:
        found = await result("tls", secure(port, trust, free_port()))
    assert found.outcome is Outcome.failed
    assert "localhost does not speak TLS" in found.saw


ELSEWHERE = [shows_its_page, leading("http://localhost/"), leading("https://stranger.example/")]


@pytest.mark.parametrize("app", ELSEWHERE)
async def test_plain_http_that_does_not_lead_to_https_fails(
    certificate: Issue, trust: ssl.SSLContext, app: ASGIApp
) -> None:
    with served(Honest().app, certificate()) as port, served(app) as plain:
        found = await result("tls", secure(port, trust, plain))
    assert found.outcome is Outcome.failed
    assert "over plain HTTP instead of leading to HTTPS" in found.saw


async def test_a_hosted_target_without_https_fails() -> None:
    found = await result("tls", target(kind="hosted"))
    assert found.outcome is Outcome.failed
    assert "localhost is reached over plain HTTP" in found.saw


async def test_a_certificate_is_looked_at_on_this_machine_too(
    certificate: Issue, trust: ssl.SSLContext
) -> None:
    with served(Honest().app, certificate(days=3)) as port:
        here = Target("here", f"https://localhost:{port}", wire=Wire(trust=trust))
        found = await result("tls", here)
    assert found.outcome is Outcome.failed


def named(*addresses: str) -> Wire:
    """A wire on which every name leads to these addresses."""

    async def resolve(host: str) -> tuple[str, ...]:
        return addresses

    return Wire(World(), resolve=resolve)


async def test_a_name_that_leads_into_the_world_passes() -> None:
    found = await result("dns", Target("hosted", PUBLIC, wire=named("1.1.1.1", "2606:4700::1111")))
    assert found.outcome is Outcome.passed
    assert found.saw == "api-staging.wwmaa.com is 1.1.1.1, 2606:4700::1111"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "fd12::7"])
async def test_a_name_that_leads_inside_fails(address: str) -> None:
    found = await result("dns", Target("hosted", PUBLIC, wire=named("1.1.1.1", address)))
    assert found.outcome is Outcome.failed
    assert f"api-staging.wwmaa.com leads to {address}" in found.saw


async def test_a_name_that_does_not_resolve_fails() -> None:
    async def unknown(host: str) -> tuple[str, ...]:
        raise OSError(-2, "Name or service not known")

    wire = Wire(World(), resolve=unknown)
    found = await result("dns", Target("hosted", PUBLIC, wire=wire))
    assert found.outcome is Outcome.failed
    assert found.saw == "api-staging.wwmaa.com does not resolve (Name or service not known)"


async def test_names_are_resolved_as_this_machine_does() -> None:
    assert {*await addresses_of("localhost")} <= {"127.0.0.1", "::1"}
    assert await addresses_of("127.0.0.1") == ("127.0.0.1",)


async def test_railway_in_front_of_the_right_release_passes() -> None:
    seen = Target("hosted", PUBLIC, release="1.0.0", wire=Wire(World()))
    found = await result("railway", seen)
    assert found.outcome is Outcome.passed, found.saw
    assert found.saw == (
        "release 1.0.0 answers through Railway's edge railway/europe-west4, 6 times from deployment"
        " d-2; Railway itself was not asked, for want of RAILWAY_TOKEN"
    )


STATUS = "/api/health/status"
NOT_RAILWAY = [
    (says("x-railway-request-id", None), "this is not Railway"),
    (says("x-railway-fallback", "true"), "it reaches no deployment"),
    (edits(STATUS, release="0.9.0"), "release 0.9.0 answers, not 1.0.0"),
    (edits(STATUS, release="unreleased"), "release unreleased answers"),
    (answers(STATUS, 404, {"detail": "Application not found"}), "answered 404"),
]


@pytest.mark.parametrize(("lie", "seen"), NOT_RAILWAY)
async def test_railway_in_front_of_something_else_fails(lie: Any, seen: str) -> None:
    hosted = Target("hosted", PUBLIC, release="1.0.0", wire=Wire(World(lie)))
    found = await result("railway", hosted)
    assert found.outcome is Outcome.failed
    assert seen in found.saw


async def test_a_release_needs_a_name_even_where_none_is_expected() -> None:
    hosted = Target("hosted", PUBLIC, wire=Wire(World(edits(STATUS, release="unreleased"))))
    assert (await result("railway", hosted)).outcome is Outcome.failed


async def test_the_pace_of_a_hosted_target_is_net_of_the_way_there() -> None:
    with served(Honest().app) as port:
        found = await result("latency", Target("hosted", f"http://localhost:{port}"))
    assert found.outcome is Outcome.passed, found.saw
    assert "/api/health 0.4/" in found.saw
    assert "net of a round trip of " in found.saw


async def test_a_hosted_target_that_is_slow_by_itself_fails() -> None:
    honest = Honest().app

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.06 if scope["path"] == "/api/health/ping" else 0)
        await honest(scope, receive, send)

    with served(slow) as port:
        found = await result("latency", Target("hosted", f"http://localhost:{port}"))
    assert found.outcome is Outcome.failed
    assert "too slow: /api/health/ping (budget 50 ms)" in found.saw
