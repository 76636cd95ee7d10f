"""The backend as a process on a real port, as a host runs it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TextIO

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend import clock
from backend.app import create_app
from backend.schema.document import Tier
from backend.store.passing import connect
from sandboxes.stripe import STRIPE
from tests.backend.conftest import variables
from tests.conftest import free_port
from tests.sandboxes.served import served as standing

ROOT = Path(__file__).parents[2]


@dataclass
class Running:
    """A backend, and what it says."""

    process: subprocess.Popen[bytes]
    log: TextIO

    @property
    def said(self) -> str:
        """All that it said so far."""
        self.log.seek(0)
        return self.log.read()


@contextmanager
def started(environ: dict[str, str]) -> Iterator[Running]:
    """`python -m backend` with these variables, until it ends or the block does."""
    # A pipe that nobody reads would fill up, and the server would wait for it.
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environ},
            stderr=said,
        )
        try:
            yield Running(process, said)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(timeout=20)


def wait_until_healthy(url: str, running: Running) -> None:
    """Ask until the health check answers 200."""
    for _ in range(400):
        if running.process.poll() is not None:
            raise RuntimeError(f"it ended: {running.said}")
        try:
            if httpx2.get(f"{url}/api/health").status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError("it never became healthy")


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


@schema.parametrize()
# The same requests in each run, however busy the machine is that makes them up.
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_no_request_makes_it_fail_or_break_its_description(case: Case[Any], served: str) -> None:
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    answer = case.call(base_url=served)
    case.validate_response(answer, checks=checks)


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
