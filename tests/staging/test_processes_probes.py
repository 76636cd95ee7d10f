"""A probe passes for the right answer only, and says in one sentence what it saw instead."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from staging.processes import CommandProbe, HttpProbe, RedisProbe
from staging.processes.probes import NeverReady, passes
from tests.staging.processes_actors import free_port


@asynccontextmanager
async def answering(said: bytes, asked: list[bytes] | None = None) -> AsyncIterator[int]:
    """A port where everybody is told the same, and then the connection is closed."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        words = await reader.read(65536)
        if asked is not None:
            asked.append(words)
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def seen(said: bytes) -> str | None:
    """What a probe says of this answer, without its own question."""
    async with answering(said) as port:
        objection = await HttpProbe(f"http://127.0.0.1:{port}/x").objection()
    return objection and objection.removeprefix(f"GET http://127.0.0.1:{port}/x ")


@pytest.mark.parametrize(
    ("said", "objection"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", None),
        (b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", None),
        (b"HTTP/1.1 308 Moved\r\nlocation: /y\r\n\r\n", "answered 308, only 200 passes"),
        (b"HTTP/1.1 204 None\r\n\r\n", "answered 204, only 200 passes"),
        (b"HTTP/1.1 503 Draining\r\n\r\n", "answered 503, only 200 passes"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "did not answer in HTTP: illegal status line"),
    ],
)
async def test_an_answer_is_taken_exactly(said: bytes, objection: str | None) -> None:
    assert (await seen(said) or "")[: len(objection or "") or None] == (objection or "")


async def test_no_answer_is_an_objection() -> None:
    assert "did not answer in HTTP" in (await seen(b"") or "")
    probe = HttpProbe(f"http://127.0.0.1:{free_port()}/")
    assert await probe.objection() == f"GET {probe.url} refused the connection"


async def test_silence_ends_with_the_timeout() -> None:
    async def wait(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.close()

    async with await asyncio.start_server(wait, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        probe = HttpProbe(f"http://127.0.0.1:{port}/", timeout=0.1)
        assert await probe.objection() == f"GET {probe.url} gave no answer within 0.1 s"


async def test_the_request_is_railways_own() -> None:
    asked: list[bytes] = []
    async with answering(b"HTTP/1.1 200 OK\r\n\r\n", asked) as port:
        url = f"http://127.0.0.1:{port}/api/health?deep=1"
        assert await HttpProbe(url, "healthcheck.railway.app").objection() is None
        assert await HttpProbe(url).objection() is None
    railway, plain = (request.decode().lower() for request in asked)
    assert railway.startswith("get /api/health?deep=1 http/1.1\r\nhost: healthcheck.railway.app")
    assert f"host: 127.0.0.1:{port}" in plain


async def test_only_pong_passes_and_a_wrong_password_does_not(redis_url: str) -> None:
    there = RedisProbe(urlsplit(redis_url).port or 0)
    assert await there.objection() is None
    assert "ERR AUTH" in (await replace(there, password="sesame").objection() or "")
    async with answering(b"-LOADING the dataset\r\n") as port:
        assert await RedisProbe(port).objection() == (
            f"PING 127.0.0.1:{port} answered LOADING the dataset"
        )
    async with answering(b"") as port:
        assert "closed the connection" in (await RedisProbe(port).objection() or "")


async def test_a_command_passes_with_exit_0_only() -> None:
    def probe(code: str) -> CommandProbe:
        return CommandProbe((sys.executable, "-S", "-c", code), timeout=1)

    assert await probe("").objection() is None
    said = await probe("import sys; sys.exit('FATAL:  password authentication failed')").objection()
    assert said
    assert said.endswith("exited with 1: FATAL:  password authentication failed")
    slow = replace(probe("import time; time.sleep(9)"), timeout=0.1)
    assert "gave no answer within 0.1 s" in (await slow.objection() or "")


async def test_asking_goes_on_until_the_window_closes() -> None:
    probe = HttpProbe(f"http://127.0.0.1:{free_port()}/", window=0.15)
    started = asyncio.get_running_loop().time()
    with pytest.raises(NeverReady, match=r"not ready within 0.15 s: GET .* refused"):
        await passes(probe)
    assert asyncio.get_running_loop().time() - started < 0.5


async def test_a_late_answer_is_seen_soon() -> None:
    async with answering(b"HTTP/1.1 200 OK\r\n\r\n") as port:
        await asyncio.wait_for(passes(HttpProbe(f"http://127.0.0.1:{port}/")), 1)
