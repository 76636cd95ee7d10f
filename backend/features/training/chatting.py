"""The rules of the chat: who takes part, what they may say and how often, and what a host may do.

Whoever sends something is asked anew whether they may: a login that has ended, a place that was
given back or a session that is over is seen at once.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, assert_never

from pydantic import BaseModel
from redis.exceptions import RedisError

from backend import audit
from backend.clock import now
from backend.dependencies import Caller
from backend.errors import (
    IsUnavailable,
    NotAllowed,
    NotFound,
    SessionTakesNobody,
    TooManyRequests,
)
from backend.features.training import attending, chat_rooms
from backend.features.training.attending import deciding
from backend.features.training.chat_words import (
    ChatEntry,
    Hand,
    HandMoved,
    Muted,
    React,
    Reacted,
    Removed,
    Say,
    Sent,
    Welcome,
    Who,
)
from backend.features.training.schedule import OPENS_BEFORE, cared_for_by, shown_to
from backend.jobs import Task, Work
from backend.middleware.rate_limits import Policy, count
from backend.parts import Parts
from backend.schema.chat_messages import ChatMessage
from backend.schema.profiles import Profile, Role
from backend.schema.session_attendance import SessionAttendance
from backend.schema.training_sessions import TrainingSession
from backend.store import Range, Store, Where, by_id

SHOWN: Final = 100
"""How many messages somebody is shown who comes in."""
KEPT: Final = timedelta(days=30)
SAYING: Final = Policy("chat", quota=5, seconds=10)
GESTURES: Final = Policy("chat gestures", quota=10, seconds=60)


@dataclass(frozen=True)
class Guest:
    """Somebody who may take part in a chat at this moment."""

    session: TrainingSession
    profile: Profile
    mine: SessionAttendance | None
    """Their record; the instructor, whose chat it is, has none."""

    @property
    def is_host(self) -> bool:
        """Whether it is their session."""
        return self.mine is None

    @property
    def may_moderate(self) -> bool:
        """Whether they may do what a host may."""
        return self.is_host or self.profile.role.at_least(Role.board_member)


async def admitted(parts: Parts, session_id: str, profile: Profile) -> Guest:
    """Somebody who has a place in a session that is on. Raises `NotFound`, `SessionTakesNobody`."""
    session, moment = await shown_to(parts.store, session_id, profile), now()
    if why := attending.refusal(session, session.starts_at - OPENS_BEFORE, moment):
        raise SessionTakesNobody(why)
    if session.instructor_id == profile.id:
        return Guest(session, profile, None)
    mine = await attending.of(parts.store, session_id, profile.id)
    if mine is None or not mine.is_there(moment):
        raise SessionTakesNobody("You have no place in this session. Join it first.")
    return Guest(session, profile, mine)


async def welcome(parts: Parts, guest: Guest) -> Welcome:
    """What somebody is shown who comes in."""
    return Welcome(
        messages=await said_last(parts.store, guest.session.id),
        hands=await _hands(parts.store, guest.session.id),
        muted_until=guest.mine.muted_until if guest.mine else None,
        is_host=guest.is_host,
        may_moderate=guest.may_moderate,
        muted=await _muted(parts.store, guest.session.id) if guest.may_moderate else [],
    )


async def said_last(store: Store, session_id: str) -> list[ChatEntry]:
    """What was said last in a session, the oldest first."""
    where = {"session_id": session_id}
    page = await store.find(ChatMessage, where, order="-created_at", limit=SHOWN)
    names = await _names(store, [each.profile_id for each in page.items])
    told = reversed(page.items)
    return [ChatEntry.of(each, names[each.profile_id]) for each in told if each.profile_id in names]


async def take(parts: Parts, guest: Guest, sent: Sent) -> None:
    """Do what somebody sent, and tell everybody. Raises `NotAllowed`, `TooManyRequests`."""
    if guest.mine and guest.mine.is_muted(now()):
        raise NotAllowed("You may say nothing in this chat for now.")
    await _count(parts, guest, SAYING if isinstance(sent, Say) else GESTURES)
    me = Who.of(guest.profile)
    match sent:
        case Say():
            ids = {"session_id": guest.session.id, "profile_id": guest.profile.id}
            message = ChatMessage(**ids, text=sent.text)
            await parts.store.insert(message)
            await _tell(parts, guest.session, ChatEntry.of(message, me))
        case React():
            await _tell(parts, guest.session, Reacted(by=me, emoji=sent.emoji))
        case Hand() if guest.is_host:
            raise NotAllowed("It is your session: you need not raise your hand.")
        case Hand():
            await move_hand(parts, guest.session.id, guest.profile.id, up=sent.up)
        case _:
            assert_never(sent)


async def move_hand(parts: Parts, session_id: str, profile_id: str, *, up: bool) -> None:
    """Have somebody's hand up or down. Raises `NotFound` for somebody who never came."""
    async with deciding(parts.store, session_id) as held:
        session, mine, who = await _present(held, session_id, profile_id)
        if up == (mine.hand_raised_at is not None):
            return
        await held.update(mine.changed(hand_raised_at=now() if up else None))
    await _tell(parts, session, HandMoved(of=who, up=up))


async def tell_that_hand_fell(parts: Parts, session_id: str, profile: Profile) -> None:
    """Tell everybody that a hand went down, as its owner left."""
    told = HandMoved(of=Who.of(profile), up=False)
    # When Redis is away everybody comes again, and is then shown whose hands are up.
    with suppress(RedisError, OSError):
        await chat_rooms.tell(parts.redis, parts.settings.prefix, session_id, told)


async def mute(
    parts: Parts, session_id: str, profile_id: str, caller: Caller, minutes: int
) -> Muted:
    """Let somebody say nothing for so many minutes; none lets them speak. Audited."""
    async with deciding(parts.store, session_id) as held:
        await cared_for_by(held, session_id, caller)
        session, mine, who = await _present(held, session_id, profile_id)
        until = now() + timedelta(minutes=minutes) if minutes else None
        await held.update(mine.changed(muted_until=until))
        what, subject = "muted" if until else "unmuted", f"training_sessions/{session_id}"
        details = {"profile_id": profile_id, "minutes": minutes}
        actor = caller.profile.id
        await audit.record(held, f"training.{what}", subject, actor_id=actor, **details)
    told = Muted(who=who, until=until)
    await _tell(parts, session, told)
    return told


async def remove(parts: Parts, session_id: str, message_id: str, caller: Caller) -> None:
    """Take a message away for good. Audited, without what it said."""
    async with deciding(parts.store, session_id) as held:
        session = await cared_for_by(held, session_id, caller)
        message = await held.get(ChatMessage, message_id)
        if message is None or message.session_id != session_id:
            raise NotFound("There is no such message in this session.")
        await held.remove(ChatMessage, {"id": message_id})
        details = {"message_id": message_id, "profile_id": message.profile_id}
        subject, actor = f"training_sessions/{session_id}", caller.profile.id
        await audit.record(held, "training.unsaid", subject, actor_id=actor, **details)
    await _tell(parts, session, Removed(id=message_id))


class ForgetChats(Task):
    """Remove what was said more than thirty days ago."""

    async def run(self, work: Work) -> None:
        """Remove it."""
        await work.store.remove(ChatMessage, {"created_at": Range(end=now() - KEPT)})


async def _count(parts: Parts, guest: Guest, policy: Policy) -> None:
    if guest.is_host or not parts.settings.security.rate_limit_enabled:
        return
    counted = await count(parts.redis, parts.settings.prefix, policy, guest.profile.id)
    if counted is None:
        raise IsUnavailable("The chat is not connected. Try again in a moment.", retry_after=1)
    if not counted.is_allowed:
        why = f"At most {policy.quota} in {policy.seconds} s. Wait a moment."
        raise TooManyRequests(why, retry_after=counted.reset_s)


async def _present(
    held: Store, session_id: str, profile_id: str
) -> tuple[TrainingSession, SessionAttendance, Who]:
    session = await held.get(TrainingSession, session_id)
    mine = await attending.of(held, session_id, profile_id)
    profile = await held.get(Profile, profile_id)
    if session is None or mine is None or profile is None or mine.joined_at is None:
        raise NotFound("This person has not been in this session.")
    return session, mine, Who.of(profile)


async def _hands(store: Store, session_id: str) -> list[Who]:
    """Whose hands are up, of those who are there; whoever raised theirs first comes first."""
    up: Where = {"session_id": session_id, "left_at": None, "hand_raised_at": Range(end=now())}
    raised = [it async for it in store.every(SessionAttendance, up) if it.is_there(now())]
    raised.sort(key=lambda it: (it.hand_raised_at or it.created_at, it.id))
    names = await _names(store, [each.profile_id for each in raised])
    return [names[each.profile_id] for each in raised if each.profile_id in names]


async def _muted(store: Store, session_id: str) -> list[Muted]:
    """Who may say nothing now."""
    muted: Where = {"session_id": session_id, "muted_until": Range(start=now())}
    records = [it async for it in store.every(SessionAttendance, muted)]
    names = await _names(store, [each.profile_id for each in records])
    return [
        Muted(who=names[each.profile_id], until=each.muted_until)
        for each in records
        if each.profile_id in names
    ]


async def _names(store: Store, ids: list[str]) -> dict[str, Who]:
    people = await by_id(store, Profile, ids)
    return {id_: Who.of(each) for id_, each in people.items()}


async def _tell(parts: Parts, session: TrainingSession, what: BaseModel) -> None:
    await chat_rooms.tell(parts.redis, parts.settings.prefix, session.id, what)
