"""Sentry's own client, unchanged, reports to the sandbox by a DSN alone."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
import sentry_sdk
import sentry_sdk.logger
from sentry_sdk.crons import capture_checkin

from sandboxes.sentry import SENTRY
from tests.sandboxes.reports import issues, state
from tests.sandboxes.served import served

DYING = """
import logging, sys, sentry_sdk
sentry_sdk.init(
    dsn=sys.argv[1],
    release="wwmaa@1.2.3",
    environment="staging",
    # All frameworks on this machine would be imported, which takes seconds.
    auto_enabling_integrations=False,
)
sentry_sdk.set_tag("request_id", "req-42")
logging.getLogger("dojo").warning("The mat is %s", "wet")
def throw(weight):
    return 1 / weight
throw(0)
"""


@pytest.fixture(scope="module")
def address(postgres_url: str) -> Iterator[str]:
    with served(postgres_url, SENTRY) as address:
        yield address


@pytest.fixture
def dsn(address: str) -> str:
    httpx2.post(f"{address}/_sandbox/reset").raise_for_status()
    return address.replace("://", "://sandbox@") + "/sentry/1"


@contextmanager
def reporting(dsn: str, **options: Any) -> Iterator[sentry_sdk.Scope]:
    """Sentry's client in place for a while; what it has to send is sent at the end."""
    client = sentry_sdk.Client(dsn=dsn, default_integrations=False, **options)
    with sentry_sdk.isolation_scope(), sentry_sdk.new_scope() as scope:
        scope.set_client(client)
        yield scope
        client.close(timeout=5)


def test_a_program_that_dies_reports_its_stack_tags_and_breadcrumbs(dsn: str, address: str) -> None:
    died = subprocess.run(
        [sys.executable, "-c", DYING, dsn], capture_output=True, text=True, check=False
    )
    assert "ZeroDivisionError" in died.stderr
    (issue,) = issues(address)
    assert issue["title"] == "ZeroDivisionError: division by zero"
    assert (issue["culprit"], issue["count"]) == ("__main__ in throw", 1)
    (event,) = issue["events"]
    assert (event["release"], event["environment"]) == ("wwmaa@1.2.3", "staging")
    assert event["tags"]["request_id"] == "req-42"
    assert len(event["trace_id"]) == 32
    innermost = event["exceptions"][-1]["frames"][-1]
    assert (innermost["function"], innermost["vars"]) == ("throw", {"weight": "0"})
    assert event["breadcrumbs"][-1]["message"] == "The mat is wet"


def fall(why: str) -> None:
    raise ValueError(why)


def report(why: str) -> None:
    try:
        fall(why)
    except ValueError:
        sentry_sdk.capture_exception()


def test_events_of_one_kind_are_one_issue_and_others_another(dsn: str, address: str) -> None:
    with reporting(dsn, environment="staging") as scope:
        report("first")
        report("second")
        sentry_sdk.capture_message("The dojo is closed", level="warning")
        scope.fingerprint = ["belt", "{{ default }}"]
        report("third")
        scope.fingerprint = ["belt"]
        report("fourth")
        sentry_sdk.capture_message("Not a ValueError at all")
    found = issues(address)
    assert [(issue["title"], issue["count"]) for issue in found] == [
        ("Not a ValueError at all", 2),
        ("ValueError: third", 1),
        ("The dojo is closed", 1),
        ("ValueError: second", 2),
    ]
    assert [each["title"] for each in found[3]["events"]] == [
        "ValueError: second",
        "ValueError: first",
    ]
    alone = httpx2.get(f"{address}{found[3]['url']}.json").json()
    assert alone == found[3]


def test_issues_are_listed_by_environment_release_and_level(dsn: str, address: str) -> None:
    with reporting(dsn, environment="staging", release="1"):
        report("here")
    with reporting(dsn, environment="pr_42", release="2"):
        report("there")
        sentry_sdk.capture_message("Only there", level="info")
    (both,) = issues(address, "?environment=staging")
    assert (both["environments"], both["releases"]) == (["staging", "pr_42"], ["1", "2"])
    assert len(issues(address, "?release=2")) == 2
    assert [each["title"] for each in issues(address, "?level=info")] == ["Only there"]
    assert issues(address, "?environment=production") == []


def test_transactions_sessions_checkins_logs_and_attachments_arrive(dsn: str, address: str) -> None:
    with reporting(dsn, traces_sample_rate=1.0, enable_logs=True, release="1") as scope:
        transaction = sentry_sdk.start_transaction(name="GET /events", op="http.server")
        with transaction, sentry_sdk.start_span(op="db", name="SELECT 1"):
            pass
        capture_checkin(monitor_slug="dunning", status="ok")
        sentry_sdk.logger.info("A member has bowed")
        scope.add_attachment(bytes=b"\n\0 kata", filename="kata.bin")
        sentry_sdk.capture_message("With a file")
    kept = state(address)
    told = kept["transaction"]["latest"][0]
    assert (told["transaction"], told["spans"]) == ("GET /events", 1)
    assert kept["check_in"]["latest"][0]["monitor_slug"] == "dunning"
    assert kept["log"]["latest"][0]["body"] == "A member has bowed"
    (file,) = kept["other_item"]["latest"]
    assert (file["type"], file["filename"], file["bytes"]) == ("attachment", "kata.bin", 7)
    page = httpx2.get(f"{address}/_sandbox/sentry/issues").text
    assert "1 check_in" in page


def test_a_limit_silences_the_client_for_as_long_as_it_says(dsn: str, address: str) -> None:
    fault = {"vendor": "sentry", "kind": "status", "status": 429, "retry_after": 60}
    httpx2.post(f"{address}/_sandbox/faults", json=fault).raise_for_status()
    with reporting(dsn):
        report("unheard")
        sentry_sdk.flush(5)
        httpx2.delete(f"{address}/_sandbox/faults").raise_for_status()
        report("unsent")
    assert issues(address) == []
    (seen,) = httpx2.get(f"{address}/_sandbox/requests").json()
    assert (seen["status"], seen["operation"]) == (429, "storeEnvelope")
