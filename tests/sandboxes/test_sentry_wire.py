"""Sentry's wire: envelopes, compression, keys, what is refused, and the pages of issues."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandboxes.sentry import SENTRY
from sandboxes.sentry.envelopes import EnvelopeIsBroken, read_header, read_items
from tests.sandboxes.reports import AUTH, ID, envelope, event, issues, send, state
from tests.sandboxes.served import served


@pytest.fixture(scope="module")
def address(postgres_url: str) -> Iterator[str]:
    with served(postgres_url, SENTRY) as address:
        yield address


@pytest.fixture
def dsn(address: str) -> str:
    httpx2.post(f"{address}/_sandbox/reset").raise_for_status()
    return address.replace("://", "://sandbox@") + "/sentry/1"


@pytest.mark.parametrize(
    ("encoding", "squeeze"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
        ("identity", bytes),
    ],
)
def test_compressed_bodies_are_understood(
    dsn: str, address: str, encoding: str, squeeze: Any
) -> None:
    body = squeeze(envelope(event(), event_id=ID))
    answer = send(address, body, **{"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()) == (200, {"id": ID})
    assert issues(address)[0]["events"][0]["message"] == "Hajime"


@pytest.mark.parametrize(
    ("encoding", "body", "status", "words"),
    [
        ("br", b"x", 415, "does not emulate Content-Encoding 'br'"),
        ("gzip", b"no gzip", 400, "can not be decompressed"),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-8], 400, "ends too early"),
        ("gzip", gzip.compress(bytes(21 * 1024 * 1024)), 400, "is larger than 20971520 bytes"),
    ],
)
def test_what_can_not_be_decompressed_is_refused(
    dsn: str, address: str, encoding: str, body: bytes, status: int, words: str
) -> None:
    answer = send(address, body, **{"Content-Encoding": encoding})
    assert answer.status_code == status
    assert words in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        AUTH,
        {"Authorization": "Sentry sentry_key=sandbox, sentry_version=7"},
        {"Authorization": "Basic c2FuZGJveDo="},
    ],
)
def test_the_public_key_is_found_in_each_header(
    dsn: str, address: str, headers: dict[str, str]
) -> None:
    url = f"{address}/sentry/api/1/envelope/"
    assert httpx2.post(url, content=envelope(event()), headers=headers).json() == {"id": ID}


def test_the_public_key_is_found_in_query_and_envelope_and_must_be_one(
    dsn: str, address: str
) -> None:
    url = f"{address}/sentry/api/1/envelope/"
    assert httpx2.post(f"{url}?sentry_key=sandbox", content=envelope(event())).status_code == 200
    assert httpx2.post(url, content=envelope(event(), dsn=dsn)).status_code == 200
    nobody = httpx2.post(url, content=envelope(event()))
    assert (nobody.status_code, nobody.json()) == (
        401,
        {"detail": "missing authorization information"},
    )
    twice = httpx2.post(f"{url}?sentry_key=b", content=envelope(event()), headers=AUTH)
    assert (twice.status_code, "multiple" in twice.json()["detail"]) == (401, True)
    assert send(address, envelope(event()), "dojo/envelope/").status_code == 400


def test_projects_do_not_share_issues(dsn: str, address: str) -> None:
    for project in ("1", "2"):
        assert send(address, envelope(event()), f"{project}/envelope/").status_code == 200
    assert sorted(issue["project"] for issue in issues(address)) == ["1", "2"]


def test_a_limit_says_how_long_it_holds(dsn: str, address: str) -> None:
    fault = {"vendor": "sentry", "kind": "status", "status": 429, "times": 1}
    httpx2.post(f"{address}/_sandbox/faults", json=fault | {"retry_after": 7}).raise_for_status()
    limited = send(address, envelope(event()))
    assert limited.headers["retry-after"] == "7"
    assert limited.headers["x-sentry-rate-limits"] == "7::key:sentry_fault"
    assert limited.headers["access-control-allow-origin"] == "*"


def test_older_clients_store_single_events(dsn: str, address: str) -> None:
    old = {"message": "Old", "level": "warning", "tags": [["belt", "black"]], "x": float("nan")}
    old |= {"exception": [{"type": "KeyError", "value": "gi"}], "culprit": "dojo"}
    answer = send(address, json.dumps(old).encode(), "2/store/")
    assert len(answer.json()["id"]) == 32
    (issue,) = issues(address)
    assert (issue["title"], issue["project"]) == ("KeyError: gi", "2")
    assert issue["events"][0]["tags"] == {"belt": "black"}
    assert send(address, b"[]", "2/store/").status_code == 400


BROKEN = [
    (b"", "empty request body"),
    (b"no json", "header is no JSON"),
    (b"[]\n", "header is no object"),
    (b"{}\n{}\n", "has no type"),
    (b'{}\n{"type":"event","length":9}\n{}', "shorter than its length"),
    (b'{}\n{"type":"event","length":1}\n{}', "longer than its length"),
    (b'{}\n{"type":"event","length":true}\n{}', "shorter than its length"),
    (b'{}\n{"type":"event"}\n{', "payload of the item 'event' is no JSON"),
]


@pytest.mark.parametrize(("body", "words"), BROKEN)
def test_a_broken_envelope_is_refused_as_the_relay_does(
    dsn: str, address: str, body: bytes, words: str
) -> None:
    answer = send(address, body)
    assert answer.status_code == 400
    assert words in answer.text
    assert set(answer.json()) <= {"detail", "causes"}
    assert answer.headers["x-sentry-error"] == answer.json()["detail"]
    assert issues(address) == []


def test_an_envelope_without_events_has_no_id_and_unknown_items_are_let_be(
    dsn: str, address: str
) -> None:
    items = ({"type": "session"}, b'{"sid": "s"}'), ({"type": "from_the_future"}, b"\x00")
    assert send(address, envelope(*items)).json() == {}
    assert state(address)["session"]["latest"][0]["sid"] == "s"
    assert state(address)["other_item"]["latest"][0]["type"] == "from_the_future"


@settings(max_examples=200)
@given(st.binary())
def test_no_bytes_break_the_reading_of_envelopes(body: bytes) -> None:
    with suppress(EnvelopeIsBroken):
        read_header(body)
        list(read_items(body))


@given(st.lists(st.binary()))
def test_payloads_of_any_bytes_come_back(payloads: list[bytes]) -> None:
    items = [({"type": "attachment", "length": len(each)}, each) for each in payloads]
    assert [item.payload for item in read_items(envelope(*items))] == payloads


ATTACK = "<script>alert(1)</script>"


def test_the_pages_show_an_issue_and_run_nothing_that_a_client_sent(dsn: str, address: str) -> None:
    now = datetime.now(UTC).isoformat()
    frame = {"function": ATTACK, "filename": "a.py", "lineno": 7, "in_app": True}
    frame |= {"pre_context": ["before"], "context_line": ATTACK, "post_context": ["after"]}
    raised = {"type": "KeyError", "value": ATTACK, "stacktrace": {"frames": [frame]}}
    contexts = {"trace": {"trace_id": "a" * 32}}
    sent = event(
        exception={"values": [raised]},
        breadcrumbs={"values": [{"message": ATTACK, "timestamp": now}]},
        tags={ATTACK: ATTACK},
        contexts=contexts,
        request={"url": "https://wwmaa.example/", "headers": {"A": ATTACK}},
    )
    assert send(address, envelope(sent)).status_code == 200
    (issue,) = issues(address)
    listed = httpx2.get(f"{address}/_sandbox/sentry/issues").text
    assert "KeyError: &lt;script&gt;" in listed
    page = httpx2.get(f"{address}{issue['url']}").text
    assert "<mark>&lt;script&gt;" in page
    assert f'href="/_sandbox/otel/traces?trace_id={"a" * 32}"' in page
    assert ATTACK not in page + listed
    gone = httpx2.get(f"{address}/_sandbox/sentry/issues/none")
    assert (gone.status_code, "This issue is gone" in gone.text) == (404, True)
    assert httpx2.get(f"{address}/_sandbox/sentry/issues/none.json").status_code == 404
    assert issue["url"] in httpx2.get(f"{address}/_sandbox/console").text


@pytest.mark.parametrize("path", ["1/security/", "1/minidump/", "0/issues/"])
def test_what_is_not_imitated_is_refused_aloud(dsn: str, address: str, path: str) -> None:
    answer = send(address, b"{}", path)
    assert answer.status_code == 501
    assert f"sentry sandbox does not emulate POST /sentry/api/{path}" in answer.json()["detail"]
