"""The chat of a session: it crosses processes, loses nothing silently, and ends for a reason."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest

from backend.app import Backend, create_app
from backend.clock import now
from backend.features.privacy.exporting import everything
from backend.features.training.chat_rooms import MOST_LINES, MOST_WAITING
from backend.features.training.chatting import SHOWN, ForgetChats
from backend.features.training.ending import EndOverdue
from backend.jobs import do_later
from backend.jobs.running import work_off
from backend.schema.chat_messages import ChatMessage
from backend.schema.training_sessions import TrainingSession
from backend.worker.tasks import TASKS
from tests.backend.chats import Dojo, backend, dojo, environ, trio
from tests.backend.conftest import running
from tests.backend.sockets import Denied, Socket

__all__ = ["backend", "dojo", "environ", "trio"]


@pytest.fixture
async def elsewhere(environ: dict[str, str]) -> AsyncIterator[Backend]:
    """Another backend of the same environment, which shares nothing but store and Redis."""
    app = create_app(environ)
    async with running(app):
        yield app


async def test_what_is_said_at_one_backend_is_heard_at_another_and_shown_to_who_comes_later(
    dojo: Dojo, backend: Backend, elsewhere: Backend
) -> None:
    async with dojo.sits(backend, dojo.ana) as ana, dojo.sits(elsewhere, dojo.teacher) as teacher:
        first = await ana.hear()
        assert (first["kind"], first["messages"], first["is_host"]) == ("welcome", [], False)
        assert (await teacher.hear())["is_host"]
        await ana.send(kind="say", text="  Osu! <b>今日は</b>  ")
        for one in (ana, teacher):
            told = await one.hear()
            assert (told["kind"], told["text"]) == ("said", "Osu! <b>今日は</b>")
            assert told["by"] == {"id": dojo.ana.profile.id, "name": "Ana"}
        await teacher.send(kind="react", emoji="👏")
        assert (await ana.hear())["emoji"] == "👏"
        async with dojo.sits(elsewhere, dojo.ben) as ben:
            shown = await ben.hear()
            assert [each["text"] for each in shown["messages"]] == ["Osu! <b>今日は</b>"]
            await ben.send(kind="say", text="Late.")
            assert [(await one.hear("said"))["text"] for one in (ana, teacher)] == ["Late."] * 2


async def test_the_last_hundred_messages_are_shown_the_oldest_first(
    dojo: Dojo, backend: Backend
) -> None:
    ids = {"session_id": dojo.session.id, "profile_id": dojo.ben.profile.id}
    began = now() - timedelta(minutes=1)
    said = [
        ChatMessage(**ids, text=str(n), created_at=began + timedelta(milliseconds=n))
        for n in range(SHOWN + 7)
    ]
    await dojo.parts.store.insert(*said)
    async with dojo.sits(backend, dojo.ana) as ana:
        shown = (await ana.hear())["messages"]
    assert [each["text"] for each in shown] == [str(n) for n in range(7, SHOWN + 7)]
    assert (await dojo.ana.get(dojo.at("/chat/messages"))).json() == shown


async def test_somebody_who_does_not_read_is_let_go_and_the_others_hear_everything(
    dojo: Dojo, backend: Backend
) -> None:
    async with (
        dojo.sits(backend, dojo.ana) as deaf,
        dojo.sits(backend, dojo.ben) as ben,
        dojo.sits(backend, dojo.teacher) as teacher,
    ):
        await deaf.hear()
        deaf.reads.clear()
        for n in range(MOST_WAITING + 10):
            await teacher.send(kind="react", emoji="🔥")
            await ben.hear("reacted")
            if n == 0:
                await asyncio.sleep(0)
        deaf.reads.set()
        assert await deaf.ends() == 4408


async def test_when_redis_was_away_everybody_is_asked_to_come_again(
    dojo: Dojo, backend: Backend
) -> None:
    async with dojo.sits(backend, dojo.ana) as ana, dojo.sits(backend, dojo.ben) as ben:
        for one in (ana, ben):
            await one.hear()
        assert await dojo.parts.redis.client_kill_filter(_type="pubsub")
        assert [await one.ends() for one in (ana, ben)] == [1012, 1012]
    ana = await _comes_again(dojo, backend)
    await ana.hear()
    await ana.send(kind="say", text="Again.")
    assert (await ana.hear())["text"] == "Again."
    await ana.__aexit__()


async def _comes_again(dojo: Dojo, backend: Backend) -> Socket:
    for _ in range(100):
        with suppress(Denied):
            return await dojo.sits(backend, dojo.ana).__aenter__()
        await asyncio.sleep(0.1)
    raise AssertionError("nobody could come again")


async def test_a_backend_that_is_to_end_lets_its_own_go_and_nobody_elses(
    dojo: Dojo, backend: Backend, elsewhere: Backend
) -> None:
    async with dojo.sits(elsewhere, dojo.ana) as ana, dojo.sits(backend, dojo.ben) as ben:
        for one in (ana, ben):
            await one.hear()
        elsewhere.state.parts.draining.set()
        assert await ana.ends() == 1012
        with pytest.raises(Denied, match="503"):
            await dojo.sits(elsewhere, dojo.ana).__aenter__()
        await ben.send(kind="say", text="Here still.")
        assert (await ben.hear())["text"] == "Here still."


async def test_a_sixth_connection_of_one_person_ends_their_first(
    dojo: Dojo, backend: Backend
) -> None:
    sockets = [dojo.sits(backend, dojo.ana) for _ in range(MOST_LINES + 1)]
    for each in sockets:
        await each.__aenter__()
    assert await sockets[0].ends() == 4409
    for each in sockets:
        await each.__aexit__()


async def test_a_chat_ends_with_its_session(dojo: Dojo, backend: Backend) -> None:
    async with dojo.sits(backend, dojo.ana) as ana:
        assert (await dojo.teacher.post(dojo.at("/end"))).status_code == 200
        assert await ana.ends() == 4410
    with pytest.raises(Denied, match="409"):
        await dojo.sits(backend, dojo.ana).__aenter__()
    assert (await dojo.ana.get(dojo.at("/chat/messages"))).status_code == 409
    assert (await dojo.teacher.get(dojo.at("/chat/messages"))).status_code == 200


async def test_a_chat_ends_with_a_session_that_its_instructor_forgot(
    dojo: Dojo, backend: Backend
) -> None:
    async with dojo.sits(backend, dojo.ana) as ana:
        kept = await dojo.parts.store.get(TrainingSession, dojo.session.id)
        assert kept is not None
        await dojo.parts.store.update(kept.changed(starts_at=now() - timedelta(minutes=91)))
        await do_later(dojo.parts.store, EndOverdue())
        await work_off(dojo.parts, TASKS)
        assert await ana.ends() == 4410


@pytest.mark.parametrize("path", ["/leave", "/api/auth/logout"])
async def test_who_left_or_logged_out_says_nothing_more(
    path: str, dojo: Dojo, backend: Backend
) -> None:
    await dojo.ana.log_in()
    async with dojo.sits(backend, dojo.ana) as ana:
        await dojo.ana.post(path if path.startswith("/api") else dojo.at(path))
        await ana.send(kind="say", text="I was here.")
        assert await ana.ends() == 4403
    assert await dojo.parts.store.count(ChatMessage, {"session_id": dojo.session.id}) == 0
    await dojo.ana.log_in()


async def test_what_was_said_is_exported_and_forgotten_after_thirty_days(dojo: Dojo) -> None:
    ids = {"session_id": dojo.session.id, "profile_id": dojo.ana.profile.id}
    for days in (29, 31):
        at = now() - timedelta(days=days)
        await dojo.parts.store.insert(ChatMessage(**ids, text=f"{days} days", created_at=at))
    told = await everything(dojo.parts, dojo.ana.profile)
    kept = told["kept"]["chat_messages.profile_id"]["documents"]
    assert {"29 days", "31 days"} <= {each["text"] for each in kept}
    await do_later(dojo.parts.store, ForgetChats())
    await work_off(dojo.parts, TASKS)
    left = [each.text async for each in dojo.parts.store.every(ChatMessage, dict(ids))]
    assert left == ["29 days"]
