"""Blocks in which nothing interleaves, on each store: alone, many at once, one inside another."""

import asyncio

import pytest

from backend.schema.events import Event
from backend.schema.profiles import Profile
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.store import Store
from tests.backend.documents import gathering, person


async def test_a_hundred_people_at_once_take_ten_seats_and_no_more(store: Store) -> None:
    event = gathering(capacity=10)
    await store.insert(event)

    async def take(profile_id: str) -> bool:
        async with store.exclusively(f"event:{event.id}") as held:
            kept = await held.get(Event, event.id)
            assert kept
            if kept.seats_taken == kept.capacity:
                return False
            taken = {"event_id": event.id, "profile_id": profile_id}
            await held.insert(Rsvp(**taken, status=RsvpStatus.confirmed))
            await held.update(kept.changed(seats_taken=kept.seats_taken + 1))
            return True

    took = await asyncio.gather(*(take(f"p{n}") for n in range(100)))
    assert took.count(True) == 10
    assert await store.count(Rsvp, {"event_id": event.id}) == 10


async def test_a_block_that_fails_keeps_nothing(store: Store) -> None:
    async def fail() -> None:
        async with store.exclusively("anything") as held:
            await held.insert(person())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await store.count(Profile) == 0


async def test_a_block_inside_a_block_holds_its_name_until_the_outer_one_ends(
    store: Store,
) -> None:
    inner_ended, others = asyncio.Event(), []

    async def other() -> None:
        await inner_ended.wait()
        async with store.exclusively("inner") as held:
            others.append(await held.count(Profile))

    async def outer() -> None:
        async with store.exclusively("outer") as held:
            for _ in range(2):
                async with held.exclusively("inner") as inside:
                    await inside.insert(person())
            inner_ended.set()
            await asyncio.sleep(0.2)
            assert others == []

    await asyncio.gather(outer(), other())
    assert others == [2]


async def test_what_a_block_inside_a_block_wrote_falls_with_the_outer_one(store: Store) -> None:
    async def fail() -> None:
        async with store.exclusively("outer") as held:
            async with held.exclusively("inner") as inside:
                await inside.insert(person())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with store.exclusively("inner") as held:
        assert await held.count(Profile) == 0
