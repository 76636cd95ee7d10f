"""What the store on ZeroDB adds to the contract: it minds dead holders, lost locks and doubles."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from redis.asyncio import Redis

from backend.prepare import PlanIsRefused, prepare
from backend.providers.zerodb import ZeroDB
from backend.schema.events import Event
from backend.schema.profiles import Profile
from backend.settings import Settings
from backend.store import Standing, Store, StoreIsBusy
from backend.store.embedding import MODEL, local_embedding
from backend.store.opening import open_store
from backend.store.zerodb.locks import Locks
from backend.store.zerodb.rows import Rows
from backend.variables import InvalidEnvironment
from tests.backend.documents import gathering, person


@pytest.fixture
async def store(zerodb: dict[str, str], outside: httpx2.ASGITransport) -> AsyncIterator[Store]:
    """The store, with empty collections."""
    settings = Settings.load(zerodb)
    store = await open_store(settings, ZeroDB(settings.database, outside))
    await prepare(store)
    for kind in (Profile, Event):
        await store.remove(kind, {"is_seed_data": False})
    yield store
    await store.close()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        yield redis


@pytest.mark.parametrize("variable", ["ZERODB_API_KEY", "ZERODB_PROJECT_ID"])
async def test_without_a_way_in_nothing_is_opened(zerodb: dict[str, str], variable: str) -> None:
    settings = Settings.load({k: v for k, v in zerodb.items() if k != variable})
    with pytest.raises(InvalidEnvironment, match=variable):
        await open_store(settings)


async def test_a_block_whose_process_died_is_undone_by_the_next_holder(
    store: Store, redis: Redis, zerodb: dict[str, str]
) -> None:
    old, event = person(), gathering(seats_taken=1)
    await store.insert(old, event)
    inside, dies = asyncio.Event(), asyncio.Event()

    async def block() -> None:
        async with store.exclusively("wedding") as held:
            await held.insert(gathering(title="half done"))
            await held.update(event.changed(seats_taken=2))
            await held.remove(Profile, {"id": old.id})
            inside.set()
            await dies.wait()

    task = asyncio.create_task(block())
    await inside.wait()
    assert await store.count(Event) == 2
    # Its process is gone: nothing of its own end runs, and its locks run out.
    prefix = Settings.load(zerodb).prefix
    key = f"{prefix}journal:wedding"
    notes = await redis.lrange(key, 0, -1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await store.count(Event) == 1, "one that is cancelled undoes itself"
    await store.insert(gathering(title="half done again"))
    again = await store.get(Event, event.id)
    assert again
    assert len(notes) == 3
    await redis.rpush(key, *notes[1:2])
    await store.update(again.changed(seats_taken=9))
    async with store.exclusively("wedding") as held:
        kept = await held.get(Event, event.id)
    assert kept
    assert kept.seats_taken == 1, "the write of the dead process was undone"
    assert await redis.exists(key) == 0


async def test_who_lost_the_name_writes_nothing(
    store: Store, redis: Redis, zerodb: dict[str, str]
) -> None:
    async def slow() -> None:
        async with store.exclusively("stage") as held:
            [name] = [key async for key in redis.scan_iter("*lock:block:stage")]
            await redis.set(name, "somebody else")
            await held.insert(person())

    with pytest.raises(StoreIsBusy, match="was lost"):
        await slow()
    assert await store.count(Profile) == 0
    await redis.flushdb()


async def test_what_others_doubled_is_found(
    store: Store, zerodb: dict[str, str], outside: httpx2.ASGITransport
) -> None:
    known = person()
    await store.insert(known)
    settings = Settings.load(zerodb)
    rows = Rows(store._rows.zerodb, settings.prefix, local_embedding(), MODEL)  # type: ignore[attr-defined]
    await rows.keep([person(email=known.email)])
    refused = [each for each in await store.plan() if each.standing is Standing.refused]
    assert [(each.collection, each.part) for each in refused] == [("profiles", "unique email")]
    with pytest.raises(PlanIsRefused):
        await prepare(store)


async def test_names_are_held_by_one_at_a_time_or_not_at_all(redis: Redis) -> None:
    here, there = Locks(redis, "t_"), Locks(redis, "t_")
    async with here.holding(["a", "b"]) as hold:
        assert await here.still(hold)
        other = asyncio.create_task(_hold(there, ["b", "c"]))
        await asyncio.sleep(0.05)
        assert not other.done()
        assert await redis.exists("t_lock:c") == 0
    await other
    assert not await here.still(hold)


async def _hold(locks: Locks, names: list[str]) -> None:
    async with locks.holding(names):
        pass
