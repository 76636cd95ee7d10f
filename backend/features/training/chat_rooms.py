"""What is told in the chats of sessions, passed on through Redis to the people at this process.

Each process listens once, to all chats. Redis forgets what nobody heard: so whenever this process
may have missed something, those who listen here are asked to come again, and see what is kept.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from enum import Enum
from typing import Any, Final

import structlog
from pydantic import BaseModel
from redis.asyncio import Redis
from redis.exceptions import RedisError

from backend.errors import IsUnavailable
from backend.observability import CHAT_CONNECTIONS

MOST_WAITING: Final = 100
"""How much may wait for somebody who reads slowly, before they are let go."""
MOST_LINES: Final = 5
"""How many connections of one person this process keeps in a chat: a new one ends the oldest."""
LOOK_AGAIN_SECONDS: Final = 5.0
RECONNECT_SECONDS: Final = 0.5

_log = structlog.get_logger(name="backend.chat")


class Ending(Enum):
    """Why the server ends a connection: the close code, and the reason that goes with it."""

    restart = (1012, "Connect again in a moment; what was said meanwhile is shown then.")
    fault = (1011, "Something went wrong here. Connect again in a moment.")
    no_place = (4403, "You have no place here any more. Join the session again.")
    too_slow = (4408, "You read too slowly. Connect again.")
    elsewhere = (4409, "You have opened this chat too often.")
    over = (4410, "The session is over.")

    @property
    def code(self) -> int:
        """The close code (RFC 6455, section 7.4)."""
        return self.value[0]

    @property
    def reason(self) -> str:
        """For people."""
        return self.value[1]


class Line:
    """The way to one connection: what it is still to be told, and why it ends."""

    def __init__(self, profile_id: str) -> None:
        self.profile_id = profile_id
        self.ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_WAITING)

    def tell(self, what: dict[str, Any]) -> None:
        """Have this told, after all that waits already; who does not keep up is let go."""
        try:
            self._waiting.put_nowait(what)
        except asyncio.QueueFull:
            self.end(Ending.too_slow)

    def end(self, why: Ending) -> None:
        """Let them go; the first reason counts."""
        if not self.ended.done():
            self.ended.set_result(why)

    async def next(self) -> dict[str, Any]:
        """What they are to be told next."""
        return await self._waiting.get()


class Rooms:
    """The chats of one environment, as this process hears them."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._channel = _channel(prefix)
        self._lines: defaultdict[str, list[Line]] = defaultdict(list)
        self._is_listening = False

    @contextmanager
    def line(self, session_id: str, profile_id: str) -> Iterator[Line]:
        """A line on which all is heard that is told from now on. Raises `IsUnavailable`."""
        if not self._is_listening:
            raise IsUnavailable("The chat is not connected. Try again in a moment.", retry_after=1)
        line, room = Line(profile_id), self._lines[session_id]
        theirs = [each for each in room if each.profile_id == profile_id]
        for each in theirs[: 1 - MOST_LINES] if len(theirs) >= MOST_LINES else ():
            each.end(Ending.elsewhere)
        room.append(line)
        CHAT_CONNECTIONS.inc()
        try:
            yield line
        finally:
            CHAT_CONNECTIONS.dec()
            room.remove(line)
            if not room:
                self._lines.pop(session_id, None)

    @asynccontextmanager
    async def listening(self, draining: asyncio.Event) -> AsyncIterator[None]:
        """Hear what is told while the block runs; let everybody go when the process is to end."""
        tasks = [asyncio.create_task(it) for it in (self._listen(), self._drain(draining))]
        try:
            yield
        finally:
            self._lose()
            # On Python 3.11 the client may lose a cancellation that comes as it sends (gh-86296).
            while any(not task.done() for task in tasks):
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks, timeout=0.1)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as heard:
                    await heard.subscribe(self._channel)
                    while True:
                        self._hear(await heard.get_message(timeout=LOOK_AGAIN_SECONDS))
            except (RedisError, OSError) as error:
                _log.warning("nobody is heard", why=f"{type(error).__name__}: {error}")
                self._lose()
                await asyncio.sleep(RECONNECT_SECONDS)

    def _hear(self, message: dict[str, Any] | None) -> None:
        if message is None:
            return
        if message["type"] == "subscribe":
            # The client subscribes by itself when it had to connect anew; something may be lost.
            self._lose()
            self._is_listening = True
            return
        told = json.loads(message["data"])
        for line in tuple(self._lines.get(told["in"], ())):
            if told["what"] is None:
                line.end(Ending.over)
            else:
                line.tell(told["what"])

    def _lose(self) -> None:
        self._is_listening = False
        for line in (line for room in self._lines.values() for line in room):
            line.end(Ending.restart)

    async def _drain(self, draining: asyncio.Event) -> None:
        await draining.wait()
        self._lose()


async def tell(redis: Redis, prefix: str, session_id: str, what: BaseModel) -> None:
    """Tell everybody in a chat, whichever process they are at. Raises `RedisError`."""
    told = {"in": session_id, "what": what.model_dump(mode="json")}
    await redis.publish(_channel(prefix), json.dumps(told))


async def dismiss(redis: Redis, prefix: str, session_id: str) -> None:
    """Let everybody go whose session is over; whom this does not reach is let go by the clock."""
    try:
        await redis.publish(_channel(prefix), json.dumps({"in": session_id, "what": None}))
    except (RedisError, OSError) as error:
        _log.warning("a chat was not told that it is over", why=f"{type(error).__name__}: {error}")


def _channel(prefix: str) -> str:
    return f"{prefix}chat"
