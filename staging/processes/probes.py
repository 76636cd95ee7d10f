"""Probes as values: each makes a real request, so that ready means that it answered."""

import asyncio
import errno
import os
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import h11
import hiredis

FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.02, 0.5, 1.25


@dataclass(frozen=True)
class HttpProbe:
    """GET `url` (http only) with `host_header`; only `status` passes, no redirect is followed.

    `timeout` is for one request, `window` for all of them, in seconds.
    """

    url: str
    host_header: str | None = None
    status: int = 200
    timeout: float = 5.0
    window: float = 60.0

    async def objection(self) -> str | None:
        """None for an answer with exactly `status`, else what came instead."""
        return await _within(self.timeout, f"GET {self.url}", self._answer())

    async def _answer(self) -> str | None:
        there = urlsplit(self.url)
        path = (there.path or "/") + (f"?{there.query}" if there.query else "")
        host = self.host_header or there.netloc
        talk = h11.Connection(h11.CLIENT)
        headers = [("host", host), ("user-agent", "staging"), ("connection", "close")]
        asked = talk.send(h11.Request(method="GET", target=path, headers=headers))
        reader, writer = await asyncio.open_connection(there.hostname, there.port or 80)
        try:
            writer.write((asked or b"") + (talk.send(h11.EndOfMessage()) or b""))
            status = await _status(talk, reader)
        finally:
            writer.close()
        return None if status == self.status else f"answered {status}, only {self.status} passes"


async def _status(talk: h11.Connection, reader: asyncio.StreamReader) -> int:
    """The status of the final answer; informational ones before it are passed over."""
    while True:
        event = talk.next_event()
        if isinstance(event, h11.Response):
            return event.status_code
        if event is h11.NEED_DATA:
            talk.receive_data(await reader.read(65536))
        elif not isinstance(event, h11.InformationalResponse):
            raise h11.RemoteProtocolError("closed the connection without an answer")


@dataclass(frozen=True)
class RedisProbe:
    """AUTH (when there is a password) and PING on a Redis or Valkey server; only PONG passes."""

    port: int
    password: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    timeout: float = 5.0
    window: float = 30.0

    async def objection(self) -> str | None:
        """None for PONG, else what came instead."""
        return await _within(self.timeout, f"PING {self.host}:{self.port}", self._answer())

    async def _answer(self) -> str | None:
        commands = [("AUTH", self.password), ("PING",)] if self.password else [("PING",)]
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(b"".join(map(_packed, commands)))
            replies = [await _reply(hiredis.Reader(), reader) for _ in commands]
        finally:
            writer.close()
        wrong = [str(reply) for reply in replies if reply not in (b"OK", b"PONG")]
        return f"answered {wrong[0]}" if wrong else None


def _packed(command: tuple[str, ...]) -> bytes:
    # hiredis declares a tuple of exactly one word, and means any number.
    packed: bytes = hiredis.pack_command(command)  # type: ignore[arg-type]
    return packed


async def _reply(parser: hiredis.Reader, reader: asyncio.StreamReader) -> object:
    """One reply, whole; replies to simple commands are one line each."""
    parser.feed(await reader.readuntil(b"\r\n"))
    return parser.gets()


@dataclass(frozen=True)
class CommandProbe:
    """Run `argv` with `env` and the machine's PATH; only exit 0 passes. It must really ask."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float = 5.0
    window: float = 60.0

    async def objection(self) -> str | None:
        """None for exit 0, else the last line that the command wrote on stderr."""
        return await _within(self.timeout, self.argv[0].rpartition("/")[2], self._answer())

    async def _answer(self) -> str | None:
        process = await asyncio.create_subprocess_exec(
            *self.argv,
            env={"PATH": os.defpath, **self.env},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        lines = said.decode(errors="replace").strip().splitlines() or ["and said nothing"]
        return f"exited with {process.returncode}: {lines[-1]}" if process.returncode else None


Probe = HttpProbe | RedisProbe | CommandProbe


class NeverReady(Exception):
    """A probe's window closed without the right answer; the message has the last one seen."""


async def passes(probe: Probe) -> None:
    """Ask until the answer is right: every 20 ms at first, later every half second.

    Raises `NeverReady` with the last objection when the probe's window closes.
    """
    clock = asyncio.get_running_loop().time
    deadline, pause = clock() + probe.window, FIRST_PAUSE
    while seen := await probe.objection():
        if clock() + pause > deadline:
            raise NeverReady(f"not ready within {probe.window:g} s: {seen}")
        await asyncio.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE)


async def _within(seconds: float, question: str, answer: Awaitable[str | None]) -> str | None:
    """The answer as one sentence that names the question; no connection is an answer too."""
    try:
        async with asyncio.timeout(seconds):
            seen = await answer
    except TimeoutError:
        seen = f"gave no answer within {seconds:g} s"
    except h11.RemoteProtocolError as broken:
        seen = f"did not answer in HTTP: {broken}"
    except (OSError, EOFError) as lost:
        seen = _spoken(lost)
    return f"{question} {seen}" if seen else None


def _spoken(lost: OSError | EOFError) -> str:
    if isinstance(lost, EOFError):
        return "closed the connection without an answer"
    if lost.errno == errno.ECONNREFUSED or "Connect call failed" in str(lost):
        return "refused the connection"
    return f"failed: {lost.strerror or lost}"
