"""The chat on a real port: another process, a client's own library, and an end that says why."""

import asyncio
import json
import signal
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from backend.app import Backend
from tests.backend.chats import Trio, backend, environ, opened, trio
from tests.backend.conftest import SITE
from tests.backend.process import started, wait_until_healthy
from tests.conftest import free_port

__all__ = ["backend", "environ", "trio"]


async def heard(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(20):
        told: dict[str, Any] = json.loads(await socket.recv())
    return told


async def end_of(socket: ClientConnection) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        await heard(socket)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def refusal(url: str, origin: str) -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as refused:
        await connect(url, origin=Origin(origin))
    answer = refused.value.response
    return answer.status_code, answer.headers["content-type"]


async def test_a_message_crosses_two_processes_and_the_one_that_ends_says_come_again(
    environ: dict[str, str], backend: Backend, trio: Trio
) -> None:
    dojo = await opened(backend.state.parts, trio)
    port = str(free_port())
    url = f"ws://127.0.0.1:{port}{dojo.at('/chat')}"
    more = {"PORT": port, "WEB_CONCURRENCY": "1", "LOG_LEVEL": "INFO"}
    with started(environ | more) as other:
        await asyncio.to_thread(wait_until_healthy, f"http://127.0.0.1:{port}", other)
        assert await refusal(url, "https://evil.example") == (403, "application/problem+json")
        ticket = (await dojo.ana.post(dojo.at("/chat/tickets"))).json()["protocols"]
        named = [Subprotocol(each) for each in ticket]
        async with (
            connect(url, origin=Origin(SITE), subprotocols=named) as ana,
            connect(url, additional_headers=dojo.teacher.headers) as teacher,
            dojo.sits(backend, dojo.ben) as ben,
        ):
            assert ana.subprotocol == ticket[0]
            for told in (await heard(ana), await heard(teacher), await ben.hear()):
                assert told["kind"] == "welcome"
            await ana.send(json.dumps({"kind": "say", "text": "Across."}))
            for told in (await heard(ana), await heard(teacher), await ben.hear()):
                assert told["text"] == "Across."
            await teacher.send("x" * 20_000)
            assert await end_of(teacher) == 1009
            other.process.send_signal(signal.SIGTERM)
            assert await end_of(ana) == 1012
        assert await asyncio.to_thread(other.process.wait, 20) in (0, -signal.SIGTERM)
        assert ticket[1] not in other.said
        assert '"status": 101' in other.said
