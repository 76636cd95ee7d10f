"""The backend as a process on a real port, as a host runs it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend import clock
from backend.app import create_app
from backend.dependencies import MayCall
from backend.features.accounts.routes import tokens_of
from backend.opening import open_parts
from backend.providers.opening import open_providers
from backend.schema.document import Tier
from backend.schema.profiles import Role
from backend.settings import Settings
from backend.store.passing import connect
from sandboxes.stripe import STRIPE
from tests.backend.conftest import variables
from tests.backend.documents import person
from tests.backend.process import ROOT, started, wait_until_healthy
from tests.backend.verdicts import BY_WORD
from tests.conftest import free_port
from tests.sandboxes.served import served as standing


@pytest.fixture(scope="module")
def stripe(postgres_url: str) -> Iterator[str]:
    """The address of a Stripe that knows what each tier costs."""
    prices = [
        {"id": f"price_{tier}", "product": f"prod_{tier}", "name": tier, "unit_amount": 2_900}
        for tier in Tier
    ]
    with standing(postgres_url, STRIPE) as address:
        httpx2.put(f"{address}/_sandbox/stripe/prices", json=prices).raise_for_status()
        yield f"{address}/stripe"


@pytest.fixture(scope="module")
def environ(
    postgres_url: str, redis_url: str, stripe: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Variables for a process with two workers, with collections prepared as a host does."""
    port = str(free_port())
    given = variables(postgres_url, redis_url) | {
        "PORT": port,
        "BACKEND_URL": f"http://127.0.0.1:{port}",
        "WEB_CONCURRENCY": "2",
        "LOG_LEVEL": "INFO",
        "TMPDIR": str(tmp_path_factory.mktemp("passing")),
        # Nobody is written to while hostile requests are tried.
        "POSTMARK_BASE_URL": "http://127.0.0.1:9",
        "STRIPE_BASE_URL": stripe,
        "STRIPE_SECRET_KEY": "sk_" + "test_of_this_test",
        **{f"STRIPE_{tier.upper()}_PRICE_ID": f"price_{tier}" for tier in Tier},
        # Webhooks that nobody signed are refused, and their vendors are never asked about them.
        "STRIPE_WEBHOOK_SECRET": "whsec_" + "of_this_test",
        "CLOUDFLARE_WEBHOOK_SECRET": "of this test",
        "BEEHIIV_WEBHOOK_SECRET": "whsec_b2ZUaGlzVGVzdA==",
    }
    prepare = [sys.executable, "-m", "backend.prepare"]
    subprocess.run(prepare, cwd=ROOT, env={"PATH": os.environ["PATH"], **given}, check=True)
    return given


@pytest.fixture(scope="module")
def served(environ: dict[str, str]) -> Iterator[str]:
    """The address of a running backend."""
    with started(environ) as running:
        wait_until_healthy(environ["BACKEND_URL"], running)
        yield environ["BACKEND_URL"]


@schemathesis.serializer("application/pdf", "image/jpeg", "image/png")
def as_it_is(_: object, value: Any) -> bytes:
    """A file goes as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


schema = schemathesis.openapi.from_dict(create_app({}).openapi())
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PATIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
# The same requests in each run, however busy the machine is that makes them up.
SAME = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=PATIENT)


@schema.parametrize()
@SAME
def test_no_request_makes_it_fail_or_break_its_description(case: Case[Any], served: str) -> None:
    case.validate_response(case.call(base_url=served), checks=CHECKS)


def people(environ: dict[str, str]) -> dict[Role, dict[str, str]]:
    """Somebody new of each role, as the headers of their requests."""

    async def make() -> dict[Role, dict[str, str]]:
        async with AsyncExitStack() as stack:
            known = Settings.load(environ)
            parts = await open_parts(known, open_providers(known), stack)
            new = {role: person(role=role, status="active") for role in Role}
            await parts.store.insert(*new.values())
            begun = {role: await parts.sessions.begin(it.id) for role, it in new.items()}
            tokens = {role: tokens_of(parts, it).access_token for role, it in begun.items()}
            return {role: {"Authorization": f"Bearer {it}"} for role, it in tokens.items()}

    return asyncio.run(make())


@dataclass
class Seen:
    """What came of chains of requests: answers by status, and what was wrong with any."""

    answers: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def chain(role: Role | None, environ: dict[str, str], seen: Seen) -> type[Any]:
    """Chains of requests by people who are new in each: one role's, or whoever's may ask."""

    class Chain(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.headers = people(environ)

        def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
            least = BY_WORD[MayCall(case.operation.definition.raw["x-may-call"])].least
            headers = self.headers[role or least or Role.member]
            return {"headers": headers, "base_url": environ["BACKEND_URL"]}

        def validate_response(self, response: Any, case: Case[Any], **_: Any) -> None:
            seen.answers[response.status_code] += 1
            try:
                case.validate_response(response, checks=CHECKS)
            except (AssertionError, BaseExceptionGroup) as error:
                seen.wrong.append(str(error))
                raise

    return Chain


def test_no_chain_of_requests_makes_it_fail_or_break_its_description(
    request: pytest.FixtureRequest, served: str, environ: dict[str, str], record_property: Any
) -> None:
    """What one request answered is asked for by the next, as the ids in the description fit."""
    is_long = request.config.getoption("--long")
    steps, lots = (20, 4) if is_long else (10, 1)
    known = settings(SAME, max_examples=6, stateful_step_count=steps, phases=[Phase.generate])
    seen = Seen()
    for lot in range(lots):
        for role in (None, *Role) if is_long else (None,):
            # A chain that is begun anew may go on otherwise, since the backend remembers the first.
            with suppress(FlakyStrategyDefinition):
                seed(lot)(chain(role, environ, seen)).run(settings=known)
    record_property("answers by status", dict(seen.answers))
    assert not seen.wrong, "\n".join(seen.wrong)
    assert seen.answers[200] + seen.answers[201] > seen.answers.total() / 10, seen


def test_a_bad_environment_is_refused_with_one_message_and_no_trace(
    environ: dict[str, str],
) -> None:
    bad = {**environ, "JWT_SECRET": "short", "STRIPE_SECRET_KEY": "sk_" + "live_nothing"}
    del bad["DATABASE_URL"]
    with started(bad) as running:
        assert running.process.wait(timeout=20) == 2
        said = running.said
    for name in ("JWT_SECRET", "STRIPE_SECRET_KEY", "DATABASE_URL"):
        assert name in said
    assert "Traceback" not in said
    assert "nothing" not in said


def test_two_workers_count_together(served: str) -> None:
    counter = 'http_requests_total{endpoint="/api/health/ping",method="GET",status_code="200"}'

    def counted() -> float:
        lines = httpx2.get(f"{served}/metrics").text.splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(counter))

    before = counted()
    for _ in range(20):
        # Each connection may reach another worker.
        httpx2.get(f"{served}/api/health/ping", headers={"Connection": "close"})
    assert counted() == before + 20


def test_a_worker_that_has_only_begun_its_file_leaves_the_metrics_readable(
    served: str, environ: dict[str, str]
) -> None:
    (folder,) = Path(environ["TMPDIR"]).glob("wwmaa-metrics-*")
    begun = folder / "counter_4194305.db"
    begun.touch()
    answer = httpx2.get(f"{served}/metrics")
    begun.unlink()
    assert answer.status_code == 200
    assert "http_requests_total" in answer.text


async def test_both_workers_follow_the_clock_before_a_move_is_done(
    served: str, environ: dict[str, str], record_property: Callable[[str, object], None]
) -> None:
    redis, prefix = connect(environ["REDIS_URL"]), f"{environ['ENVIRONMENT_NAME']}_"
    began = time.perf_counter()
    assert await clock.move(redis, prefix, timedelta(days=30)) == 2
    record_property("seconds of a move", round(time.perf_counter() - began, 4))
    status = f"{served}/api/health/status"
    # Each connection may reach another worker.
    told = [httpx2.get(status, headers={"Connection": "close"}).json() for _ in range(20)]
    assert {each["clock"]["offset_s"] for each in told} == {2_592_000}
    await clock.move(redis, prefix, timedelta())
    await redis.aclose()


def test_every_line_of_the_log_is_json_and_a_request_is_found_by_its_ids(
    environ: dict[str, str],
) -> None:
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    own = environ | {"PORT": port, "BACKEND_URL": url, "WEB_CONCURRENCY": "1"}
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    with started(own) as running:
        wait_until_healthy(url, running)
        httpx2.get(
            f"{url}/api/events",
            headers={
                "X-Request-ID": "from-a-browser",
                "traceparent": f"00-{trace_id}-00f067aa0ba902b7-01",
            },
        )
        # A request is written down once it is answered; who has ended has written all.
        running.process.terminate()
        running.process.wait(timeout=20)
        lines = [json.loads(line) for line in running.said.splitlines()]
    (line,) = [each for each in lines if each.get("request_id") == "from-a-browser"]
    assert (line["trace_id"], line["path"], line["status"]) == (trace_id, "/api/events", 200)
    for secret in ("JWT_SECRET", "POSTMARK_API_KEY", "DATABASE_URL", "REDIS_URL"):
        assert environ[secret] not in json.dumps(lines)


def test_on_sigterm_it_says_no_then_ends_what_is_under_way(environ: dict[str, str]) -> None:
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    own = environ | {"PORT": port, "BACKEND_URL": url, "WEB_CONCURRENCY": "1"}
    with started(own) as running:
        wait_until_healthy(url, running)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        answer = httpx2.get(f"{url}/api/health/readiness")
        assert (answer.status_code, answer.json()["why"]) == (503, "draining")
        # A server that was told to end says so in its exit code, once all is done.
        assert running.process.wait(timeout=10) in (0, -signal.SIGTERM)
