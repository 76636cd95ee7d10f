"""What goes with the chat of a session over plain HTTP: tickets, what was said, and moderation."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from backend.bodies import Body
from backend.dependencies import Caller, Instructor, KnownCaller, MayCall, WithParts, may_call
from backend.errors import UpgradeIsNeeded
from backend.features.training import chat_tickets, chatting
from backend.features.training.chat_socket import PROTOCOL, TICKET
from backend.features.training.chat_words import ChatEntry, Muted
from backend.features.training.schedule import cared_for_by
from backend.features.training.views import SessionId, chat_url
from backend.schema.document import Identifier
from backend.schema.profiles import Role
from backend.schema.training_sessions import TrainingSession

router = APIRouter(prefix="/api/training/sessions", tags=["chat"])
LOGGED_IN = may_call(MayCall.logged_in)
TEACHING = may_call(MayCall.teaching)

MessageId = Annotated[Identifier, Path()]
ProfileId = Annotated[Identifier, Path()]
A_DAY = 1440


class ChatTicket(BaseModel):
    """What a page connects with: `new WebSocket(url, protocols)`."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    url: str = Field(examples=["wss://api-staging.wwmaa.com/api/training/sessions/kata/chat"])
    protocols: Annotated[list[str], Field(examples=[["wwmaa.chat", "ticket.kata.ana.4f2a"]])]
    """What is spoken, and the ticket; it works once."""
    expires_in: int
    """Seconds within which it must be used."""


class Mute(Body):
    """For how long somebody may say nothing."""

    minutes: Annotated[int, Field(ge=1, le=A_DAY)] = A_DAY
    """A day, which is longer than any session, unless it is said otherwise."""


@router.get(
    "/{session_id}/chat",
    status_code=101,
    summary="Chat, by WebSocket",
    openapi_extra=LOGGED_IN,
    responses={
        101: {"description": "A WebSocket; docs/chat.md tells what is spoken on it."},
        426: {"description": "The request did not ask for a WebSocket."},
    },
)
async def connect(session_id: SessionId, caller: KnownCaller, parts: WithParts) -> None:
    """The chat of a session that is on, for those who have a place in it.

    Connect with an access token as bearer, with the cookies of a session from a page of ours, or
    with a ticket among the protocols. One object of JSON a message.
    """
    await chatting.admitted(parts, session_id, caller.profile)
    raise UpgradeIsNeeded("Connect by WebSocket, such as new WebSocket(url, protocols).")


@router.post("/{session_id}/chat/tickets", summary="Get a ticket", openapi_extra=LOGGED_IN)
async def make_ticket(session_id: SessionId, caller: KnownCaller, parts: WithParts) -> ChatTicket:
    """A ticket by which a page connects to the chat, once, within half a minute."""
    await chatting.admitted(parts, session_id, caller.profile)
    ticket = chat_tickets.sign(parts, session_id, caller)
    return ChatTicket(
        url=chat_url(parts.settings.core.backend_url, session_id),
        protocols=[PROTOCOL, f"{TICKET}{ticket}"],
        expires_in=int(chat_tickets.LIFETIME.total_seconds()),
    )


@router.get("/{session_id}/chat/messages", summary="Show what was said", openapi_extra=LOGGED_IN)
async def list_messages(
    session_id: SessionId, caller: KnownCaller, parts: WithParts
) -> list[ChatEntry]:
    """The last hundred messages, the oldest first: for whoever has a place while it is on.

    The session's instructor, board members and admins see them afterwards too, for thirty days.
    """
    if not await _cares(session_id, caller, parts):
        await chatting.admitted(parts, session_id, caller.profile)
    return await chatting.said_last(parts.store, session_id)


@router.delete(
    "/{session_id}/chat/messages/{message_id}",
    status_code=204,
    summary="Remove a message",
    openapi_extra=TEACHING,
)
async def remove_message(
    session_id: SessionId, message_id: MessageId, caller: Instructor, parts: WithParts
) -> None:
    """Take a message away for good, here and where it is shown. The audit log tells of it."""
    await chatting.remove(parts, session_id, message_id, caller)


@router.put("/{session_id}/chat/mutes/{profile_id}", summary="Mute", openapi_extra=TEACHING)
async def mute(
    session_id: SessionId, profile_id: ProfileId, body: Mute, caller: Instructor, parts: WithParts
) -> Muted:
    """Let somebody who is or was there say nothing for a while. The audit log tells of it."""
    return await chatting.mute(parts, session_id, profile_id, caller, body.minutes)


@router.delete("/{session_id}/chat/mutes/{profile_id}", summary="Unmute", openapi_extra=TEACHING)
async def unmute(
    session_id: SessionId, profile_id: ProfileId, caller: Instructor, parts: WithParts
) -> Muted:
    """Let somebody speak again. The audit log tells of it."""
    return await chatting.mute(parts, session_id, profile_id, caller, 0)


@router.delete(
    "/{session_id}/chat/hands/{profile_id}",
    status_code=204,
    summary="Take a hand down",
    openapi_extra=TEACHING,
)
async def lower_hand(
    session_id: SessionId, profile_id: ProfileId, caller: Instructor, parts: WithParts
) -> None:
    """Take somebody's hand down, as when their question is answered."""
    await cared_for_by(parts.store, session_id, caller)
    await chatting.move_hand(parts, session_id, profile_id, up=False)


async def _cares(session_id: str, caller: Caller, parts: WithParts) -> bool:
    if not caller.profile.role.at_least(Role.instructor):
        return False
    session = await parts.store.get(TrainingSession, session_id)
    is_theirs = session is not None and session.instructor_id == caller.profile.id
    return is_theirs or caller.profile.role.at_least(Role.board_member)
