"""The chat of a session on a WebSocket. docs/chat.md tells how it is spoken, and how it ends.

Who comes is asked before the connection is made, and refused by an ordinary answer: a program that
sends its access token, a page of ours by the cookies of its session, or by a ticket.
"""

import asyncio
from contextlib import suppress
from typing import Any, Final

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from redis.exceptions import RedisError

from backend import cookies
from backend.dependencies import caller_of, read_token
from backend.errors import (
    ForgeryIsSuspected,
    NotAuthenticated,
    NotFound,
    Problem,
    SessionTakesNobody,
)
from backend.features.training import chat_tickets, chatting
from backend.features.training.chat_rooms import Ending, Line, Rooms
from backend.features.training.chat_words import SENT, Refused
from backend.features.training.chatting import Guest
from backend.features.training.views import SessionId
from backend.observability import CHAT_FRAMES
from backend.parts import Parts
from backend.security import AccessToken
from backend.settings import Settings
from backend.store import StoreIsBusy, StoreIsUnavailable

router = APIRouter(prefix="/api/training/sessions")

PROTOCOL: Final = "wwmaa.chat"
"""What is spoken here; named by whoever names a ticket, since a browser names nothing else."""
TICKET: Final = "ticket."
ASKED_AGAIN_SECONDS: Final = 30.0
"""How often somebody who only listens is asked whether they still may."""
PAUSE_SECONDS: Final = 0.2
"""How long somebody waits who sent what was refused, so that nonsense is not worth sending."""
CLOSE_SECONDS: Final = 2.0
NO_PLACE: Final = (NotAuthenticated, NotFound, SessionTakesNobody)
"""What somebody is told who may take part no more."""
AWAY: Final = (StoreIsUnavailable, StoreIsBusy, RedisError, OSError)

_log = structlog.get_logger(name="backend.chat")


@router.websocket("/{session_id}/chat")
async def chat(socket: WebSocket, session_id: SessionId) -> None:
    """Take part in the chat of a session while it is on."""
    parts: Parts = socket.app.state.parts
    rooms: Rooms = socket.app.state.chat
    token = await _token(socket, parts, session_id)
    caller = await caller_of(parts, token)
    guest = await chatting.admitted(parts, session_id, caller.profile)
    with rooms.line(session_id, caller.profile.id) as line:
        # Whoever names protocols must be told one of theirs.
        named = PROTOCOL in socket.scope["subprotocols"]
        await socket.accept(PROTOCOL if named else None)
        ending = await Conversation(socket, parts, guest, token, line).hold()
    if ending is not None:
        # To somebody who does not read even the farewell can not be said.
        with suppress(RuntimeError, OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await socket.close(ending.code, ending.reason)


async def _token(socket: WebSocket, parts: Parts, session_id: str) -> AccessToken:
    """What speaks for whoever comes. Raises `NotAuthenticated`, `ForgeryIsSuspected`.

    A browser connects for any page, and sends cookies along: what tells a page of ours is the
    Origin alone, so that one is asked for even where forms are not protected.
    """
    origin = socket.headers.get("origin")
    if origin is not None and not cookies.is_our_origin(origin, parts.settings):
        raise ForgeryIsSuspected("This comes from a page that is not ours.")
    offered = socket.scope["subprotocols"]
    ticket = next((it for it in offered if it.startswith(TICKET)), None)
    if ticket is not None:
        return await chat_tickets.spend(parts, session_id, ticket.removeprefix(TICKET))
    return _bearer_or_cookie(socket, parts.settings, is_page=origin is not None)


def _bearer_or_cookie(socket: WebSocket, settings: Settings, *, is_page: bool) -> AccessToken:
    scheme, _, bearer = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return read_token(bearer.strip(), settings)
    cookie = socket.cookies.get(cookies.ACCESS)
    if cookie is None:
        raise NotAuthenticated("Send an access token, or name a ticket among the protocols.")
    if not is_page:
        raise ForgeryIsSuspected("A session in cookies is a page's, and a page has an Origin.")
    return read_token(cookie, settings)


class Conversation:
    """One connection, from its welcome to its end."""

    def __init__(
        self, socket: WebSocket, parts: Parts, guest: Guest, token: AccessToken, line: Line
    ) -> None:
        self._socket = socket
        self._parts = parts
        self._guest = guest
        self._token = token
        self._line = line

    async def hold(self) -> Ending | None:
        """Talk and listen; why we end it, or none when the other side went."""
        doing = (self._hear(), self._tell(), self._ask_again())
        tasks: list[asyncio.Future[Any]] = [asyncio.ensure_future(it) for it in doing]
        try:
            waiting = (*tasks, self._line.ended)
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            came = await asyncio.gather(*tasks, return_exceptions=True)
        if self._line.ended.done():
            return self._line.ended.result()
        for fault in came:
            if isinstance(fault, Exception) and not isinstance(fault, WebSocketDisconnect):
                _log.error("a chat failed", exc_info=fault)
                return Ending.fault
        return None

    async def _hear(self) -> None:
        while (frame := await self._socket.receive())["type"] == "websocket.receive":
            refused = await self._take(frame.get("text") or "")
            CHAT_FRAMES.labels("refused" if refused else "taken").inc()
            if refused:
                self._line.tell(refused.model_dump(mode="json"))
                await asyncio.sleep(PAUSE_SECONDS)

    async def _take(self, text: str) -> Refused | None:
        """Do what somebody sent; what came of it when nothing did."""
        try:
            sent = SENT.validate_json(text)
            await chatting.take(self._parts, await self._admitted(), sent)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            return Refused(why=f"{where}: {first['msg']}" if where else first["msg"])
        except Problem as problem:
            if isinstance(problem, NO_PLACE):
                self._line.end(Ending.no_place)
            return Refused(why=problem.detail, retry_after=problem.retry_after)
        except AWAY as error:
            _log.warning("not available", why=f"{type(error).__name__}: {error}")
            return Refused(why="This is not available right now.", retry_after=1)
        return None

    async def _tell(self) -> None:
        welcome = await chatting.welcome(self._parts, self._guest)
        shown = {message.id for message in welcome.messages}
        await self._socket.send_json(welcome.model_dump(mode="json"))
        while True:
            # What was told while the welcome was put together may stand in it already.
            what: dict[str, Any] = await self._line.next()
            if what["kind"] != "said" or what["id"] not in shown:
                await self._socket.send_json(what)

    async def _ask_again(self) -> None:
        while True:
            await asyncio.sleep(ASKED_AGAIN_SECONDS)
            try:
                await self._admitted()
            except NO_PLACE:
                self._line.end(Ending.no_place)
            except AWAY as error:
                _log.warning("not asked again", why=f"{type(error).__name__}: {error}")

    async def _admitted(self) -> Guest:
        """Who this is at this moment. Raises what is in `NO_PLACE` when they may stay no more."""
        caller = await caller_of(self._parts, self._token)
        return await chatting.admitted(self._parts, self._guest.session.id, caller.profile)
