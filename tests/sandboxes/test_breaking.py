"""Faults that break the wire itself, on a real port: there a connection can be cut."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import uvicorn

from sandboxes.app import create_app
from sandboxes.kit.server import DroppableProtocol
from sandboxes.settings import Settings
from tests.conftest import free_port

TOKEN = {"X-Postmark-Server-Token": "sandbox"}
MAIL = {"From": "a@b.example", "To": "c@d.example", "TextBody": "Hajime"}


@pytest.fixture(scope="module")
async def port(postgres_url: str) -> AsyncIterator[int]:
    """The sandboxes on a port, served as their process serves them."""
    port = free_port()
    config = uvicorn.Config(
        create_app(Settings(postgres_url)),
        port=port,
        http=DroppableProtocol,
        ws="none",
        log_level="critical",
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for.
        await asyncio.sleep(0.01)
    yield port
    server.should_exit = True
    await task


@pytest.fixture
async def sandboxes(port: int) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=2) as client:
        await client.post("/_sandbox/reset")
        yield client


async def sent(sandboxes: httpx2.AsyncClient, **fault: Any) -> httpx2.Response:
    """Send a mail while a fault is in force, for this one call."""
    armed = {"vendor": "postmark", "operation": "sendEmail", "times": 1} | fault
    assert (await sandboxes.post("/_sandbox/faults", json=armed)).status_code == 201
    return await sandboxes.post("/postmark/email", json=MAIL, headers=TOKEN)


async def mails(sandboxes: httpx2.AsyncClient) -> int:
    return len((await sandboxes.get("/_sandbox/inbox.json")).json())


async def test_refuse_drops_the_connection_before_anything_is_done(
    sandboxes: httpx2.AsyncClient,
) -> None:
    with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
        await sent(sandboxes, kind="refuse")
    assert await mails(sandboxes) == 0


async def test_hang_says_nothing_for_as_long_as_anybody_waits(
    sandboxes: httpx2.AsyncClient,
) -> None:
    with pytest.raises(httpx2.ReadTimeout):
        await sent(sandboxes, kind="hang")
    assert await mails(sandboxes) == 0


async def test_reset_cuts_the_answer_to_what_was_done(sandboxes: httpx2.AsyncClient) -> None:
    with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
        await sent(sandboxes, kind="reset")
    assert await mails(sandboxes) == 1


async def test_slow_body_drips(sandboxes: httpx2.AsyncClient) -> None:
    started = time.perf_counter()
    answer = await sent(sandboxes, kind="slow_body", delay=0.4)
    assert time.perf_counter() - started > 0.35
    assert answer.json()["Message"] == "OK"


async def test_garbage_is_no_json(sandboxes: httpx2.AsyncClient) -> None:
    answer = await sent(sandboxes, kind="garbage")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"codec|Expecting"):
        answer.json()


async def test_schema_is_json_of_another_shape(sandboxes: httpx2.AsyncClient) -> None:
    answer = await sent(sandboxes, kind="schema")
    assert answer.status_code == 200
    assert "MessageID" not in answer.json()


async def test_a_probability_strikes_a_share_of_the_calls(sandboxes: httpx2.AsyncClient) -> None:
    fault = {"vendor": "postmark", "kind": "status", "status": 503, "probability": 0.5}
    await sandboxes.post("/_sandbox/faults", json=fault)
    answers = [await sandboxes.get("/postmark/server", headers=TOKEN) for _ in range(40)]
    assert {answer.status_code for answer in answers} == {200, 503}
    await sandboxes.delete("/_sandbox/faults")
