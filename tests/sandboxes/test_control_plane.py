"""The control plane: what stands, what was seen, what is remembered, what shall fail."""

import time
from typing import Any

import asyncpg
import httpx2
import pytest

from sandboxes.app import SANDBOXES
from tests.sandboxes.conftest import Send

TOKEN = {"X-Postmark-Server-Token": "sandbox"}


async def arm(sandboxes: httpx2.AsyncClient, **fault: Any) -> httpx2.Response:
    return await sandboxes.post("/_sandbox/faults", json={"vendor": "postmark"} | fault)


async def test_it_lists_what_stands_here(sandboxes: httpx2.AsyncClient) -> None:
    here = (await sandboxes.get("/_sandbox/")).json()
    assert [each["vendor"] for each in here["sandboxes"]] == [each.name for each in SANDBOXES]
    assert here["sandboxes"][0]["base_path"] == "/postmark"
    assert here["sandboxes"][0]["operations"]["sendEmail"] == "POST /email"
    assert "POST /_sandbox/reset" in here["control"]
    assert "GET /_sandbox/inbox.json" in here["control"]


async def test_health_asks_postgresql(sandboxes: httpx2.AsyncClient) -> None:
    answer = await sandboxes.get("/_sandbox/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "pass"})


async def test_every_request_is_seen_with_its_secrets_blacked_out(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    await send(token="very-secret", Subject="Seen")
    await sandboxes.post(
        "/postmark/foo?a=b", content=b"\0\xff", headers={"Authorization": "very-secret"}
    )
    unknown, sent = (await sandboxes.get("/_sandbox/requests?vendor=postmark")).json()
    assert (sent["method"], sent["path"], sent["status"]) == ("POST", "/postmark/email", 200)
    assert (sent["operation"], unknown["operation"]) == ("sendEmail", None)
    assert '"Seen"' in sent["body"]
    assert sent["duration_ms"] > 0
    assert (unknown["status"], unknown["query"], unknown["body_bytes"]) == (501, "a=b", 2)
    assert sent["headers"]["x-postmark-server-token"] == "[redacted]"
    assert unknown["headers"]["authorization"] == "[redacted]"
    assert "very-secret" not in str([unknown, sent])


async def test_a_cards_number_is_not_written_down(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    await send(TextBody="Mine is 4000 0566 5566 5556, and it was 1764036092123 ms past 1970.")
    await sandboxes.post("/postmark/pay", content="number=4242424242424242&cvc=123")
    await sandboxes.post("/postmark/pay", content="number=3782+822463+10005&next=1")
    amex, visa, mail = (await sandboxes.get("/_sandbox/requests")).json()
    assert "Mine is [card] 5556, and it was 1764036092123 ms" in mail["body"]
    assert visa["body"] == "number=[card]4242&cvc=123"
    assert amex["body"] == "number=[card]0005&next=1"


async def test_bodies_and_numbers_of_requests_are_bounded(
    send: Send, sandboxes: httpx2.AsyncClient, postgres_url: str
) -> None:
    await send(TextBody="a" * 100_000)
    (seen,) = (await sandboxes.get("/_sandbox/requests")).json()
    assert seen["body_bytes"] > 100_000
    assert len(seen["body"]) == 16 * 1024
    # A thousand more in one statement, since it is only their number that matters.
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(
        "INSERT INTO sandbox.requests (vendor, data)"
        " SELECT 'postmark', '{\"at\": \"\"}'::jsonb FROM generate_series(1, 1200) AS n"
    )
    # One request in sixteen lets the oldest go; of two hundred some do.
    for _ in range(200):
        await sandboxes.get("/postmark/foo")
    kept = await connection.fetchval("SELECT count(*) FROM sandbox.requests")
    assert 1000 <= kept < 1200
    await connection.close()
    seen = (await sandboxes.get("/_sandbox/requests?limit=1000")).json()
    assert (len(seen), seen[0]["path"]) == (1000, "/postmark/foo")
    state = await sandboxes.get("/_sandbox/state")
    assert state.json()["postmark"]["mail"]["count"] == 1


async def test_reset_forgets_everything(send: Send, sandboxes: httpx2.AsyncClient) -> None:
    await send()
    await arm(sandboxes, kind="status", status=500)
    answer = await sandboxes.post("/_sandbox/reset?vendor=postmark")
    assert answer.json() == {"reset": ["postmark"]}
    for path in ("requests", "faults", "inbox.json"):
        assert (await sandboxes.get(f"/_sandbox/{path}")).json() == []
    assert (await sandboxes.get("/_sandbox/state")).json()["postmark"] == {}


async def test_the_state_shows_what_is_remembered(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    await send(Subject="Remembered")
    state = (await sandboxes.get("/_sandbox/state?vendor=postmark")).json()["postmark"]
    assert (state["mail"]["count"], state["mail"]["latest"][0]["Subject"]) == (1, "Remembered")


async def test_a_status_fault_speaks_as_the_vendor_does_and_ends_after_its_times(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    armed = await arm(sandboxes, kind="status", status=429, retry_after=7, times=2)
    assert (armed.status_code, armed.json()["times_left"]) == (201, 2)
    for _ in range(2):
        answer = await send()
        assert (answer.status_code, answer.json()["ErrorCode"]) == (429, 429)
        assert answer.headers["Retry-After"] == "7"
    assert (await send()).status_code == 200
    assert (await sandboxes.get("/_sandbox/faults")).json() == []
    seen = (await sandboxes.get("/_sandbox/requests")).json()
    assert [each["faults"] for each in seen] == [[], ["status"], ["status"]]
    assert len((await sandboxes.get("/_sandbox/inbox.json")).json()) == 1


async def test_a_fault_strikes_its_operation_alone(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    await arm(sandboxes, kind="status", status=503, operation="sendEmail")
    assert (await send()).json()["ErrorCode"] == 100
    assert (await sandboxes.get("/postmark/server", headers=TOKEN)).status_code == 200


async def test_a_slow_fault_delays_and_then_answers(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    await arm(sandboxes, kind="slow", delay=0.2, times=1)
    started = time.perf_counter()
    assert (await send()).status_code == 200
    assert time.perf_counter() - started >= 0.2


async def test_a_fault_ends_after_its_seconds_or_when_it_is_lifted(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    await arm(sandboxes, kind="status", status=500, seconds=0.05)
    time.sleep(0.06)  # noqa: ASYNC251 - nothing else runs here, and the fault must not notice.
    assert (await send()).status_code == 200
    await arm(sandboxes, kind="status", status=500)
    assert (await send()).status_code == 500
    assert (await sandboxes.delete("/_sandbox/faults")).json() == {"lifted": 1}
    assert (await send()).status_code == 200


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "sulk"}, "'status', 'slow', 'slow_body', 'refuse', 'hang'"),
        ({"kind": "status"}, "status.status: Field required"),
        ({"kind": "status", "status": 200}, "greater than or equal to 400"),
        ({"kind": "slow", "delay": 0}, "greater than 0"),
        ({"kind": "hang", "probability": 0}, "greater than 0"),
        ({"kind": "hang", "delay": 1}, "hang.delay: Extra inputs"),
        ({"kind": "slow", "delay": 1, "vendor": "fax"}, "no sandbox is called 'fax'"),
        ({"kind": "slow", "delay": 1, "operation": "fly"}, "postmark has no operation 'fly'"),
    ],
)
async def test_a_fault_that_cannot_be_made_is_refused_with_a_sentence(
    sandboxes: httpx2.AsyncClient, fault: dict[str, Any], words: str
) -> None:
    answer = await arm(sandboxes, **fault)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert (await sandboxes.get("/_sandbox/faults")).json() == []


async def test_the_control_plane_takes_no_more_than_it_needs(
    sandboxes: httpx2.AsyncClient,
) -> None:
    answer = await sandboxes.post("/_sandbox/faults", content=b" " * (1024 * 1024 + 1))
    assert answer.status_code == 413


async def test_a_fault_that_is_no_json_is_refused(sandboxes: httpx2.AsyncClient) -> None:
    answer = await sandboxes.post("/_sandbox/faults", content=b"{")
    assert (answer.status_code, "Invalid JSON" in answer.json()["error"]) == (422, True)


@pytest.mark.parametrize("path", ["requests", "state", "reset", "faults"])
async def test_an_unknown_vendor_is_refused(sandboxes: httpx2.AsyncClient, path: str) -> None:
    method = {"reset": "POST", "faults": "DELETE"}.get(path, "GET")
    answer = await sandboxes.request(method, f"/_sandbox/{path}?vendor=paypal")
    assert answer.status_code == 422
    names = ", ".join(each.name for each in SANDBOXES)
    assert answer.json()["error"] == f"no sandbox is called 'paypal'; there are: {names}"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/fax/v1", 404), ("PUT", "/_sandbox/reset", 405)],
)
async def test_where_nothing_stands_a_sentence_says_where_to_look(
    sandboxes: httpx2.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await sandboxes.request(method, path)
    assert answer.status_code == status
    assert "GET /_sandbox/ lists what stands here" in answer.json()["error"]
