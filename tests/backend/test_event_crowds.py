"""A crowd asks at once for a tenth as many seats, on both stores: none is oversold, none is left.

Some give theirs back at once; where a seat costs, some pay, some let it lapse, and whoever waits is
promoted. ZeroDB is asked a dozen times for each, so that 500 come to it only with `--long`.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import pytest

from backend.clock import CLOCK
from backend.features.events import checkout, seats
from backend.jobs.running import by_name, run
from backend.parts import Parts
from backend.schema.events import Event
from backend.schema.jobs import Job
from backend.schema.profiles import Profile, Role
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.store import Store, StoreIsBusy
from tests.backend.conftest import event
from tests.backend.test_event_tickets import told

SITE = "http://localhost:3000"
AT_ONCE = 40
Decide = Callable[[Store, str, Profile, str], Awaitable[Rsvp]]
LAPSED = (timedelta(minutes=36), timedelta(hours=25))
"""When a seat is let go that was asked for, and one that somebody got who waited."""


@pytest.fixture
def people(request: pytest.FixtureRequest, shared: Store) -> int:
    """How many come: 500 where that is quick."""
    is_quick = (
        request.node.callspec.params["shared"] == "postgres" and "cost" not in request.node.name
    )
    return 500 if is_quick or request.config.getoption("--long") else 40


@pytest.fixture
async def at(parts: Parts, shared: Store) -> AsyncIterator[Parts]:
    """The parts of a process on this store, at which no job waits from before."""
    await shared.remove(Job, {"is_seed_data": False})
    yield replace(parts, store=shared)
    CLOCK.offset = timedelta()


@dataclass(frozen=True)
class Crowd:
    """People before one event."""

    store: Store
    event: Event
    people: list[Profile]

    @classmethod
    async def at(cls, store: Store, people: int, **about: object) -> "Crowd":
        """So many people at an event with a tenth as many seats."""
        kept = event(capacity=people // 10, **about)
        crowd = [
            Profile(email=f"{uuid4().hex}@wwmaa.example", full_name="Kim Ito", role=Role.member)
            for _ in range(people)
        ]
        await store.insert(kept, *crowd)
        return cls(store, kept, crowd)

    async def come(self) -> None:
        """All at once; every third gives up again what they got."""
        slots = asyncio.Semaphore(AT_ONCE)

        async def one(profile: Profile, *, leaves: bool) -> None:
            async with slots:
                await self._patiently(seats.take, profile)
                if leaves:
                    await self._patiently(seats.give_up, profile)

        await asyncio.gather(*(one(it, leaves=n % 3 == 0) for n, it in enumerate(self.people)))

    async def _patiently(self, do: Decide, profile: Profile) -> None:
        """Whoever was not served in time asks again, as programs do after a 503."""
        while True:
            with suppress(StoreIsBusy):
                await do(self.store, self.event.id, profile, SITE)
                return

    async def answers(self) -> list[Rsvp]:
        """Everybody's answer."""
        return [each async for each in self.store.every(Rsvp, {"event_id": self.event.id})]

    async def require_full(self) -> Counter[RsvpStatus]:
        """None is oversold, none is left while anybody waits; how many stand how."""
        counts = Counter(each.status for each in await self.answers())
        kept = await self.store.get(Event, self.event.id)
        assert kept is not None
        taken = counts[RsvpStatus.confirmed] + counts[RsvpStatus.held]
        assert (kept.seats_taken, taken) == (kept.capacity, kept.capacity), counts
        assert counts.total() == len(self.people)
        return counts


async def test_of_a_crowd_that_asks_at_once_none_gets_a_seat_twice_and_none_is_left(
    at: Parts, people: int
) -> None:
    crowd = await Crowd.at(at.store, people)
    await crowd.come()
    counts = await crowd.require_full()
    assert counts[RsvpStatus.canceled] == len(crowd.people[::3])
    by = {it: [r.created_at for r in await crowd.answers() if r.status is it] for it in RsvpStatus}
    assert max(by[RsvpStatus.confirmed]) < min(by[RsvpStatus.waitlist])


async def test_of_seats_that_cost_those_that_nobody_pays_for_go_to_whoever_waits(
    at: Parts, people: int
) -> None:
    crowd = await Crowd.at(at.store, people, price_cents=2_500)
    await crowd.come()
    for lapses in LAPSED:
        counts = await crowd.require_full()
        assert counts[RsvpStatus.waitlist], "nobody waits"
        held = [each for each in await crowd.answers() if each.status is RsvpStatus.held]
        payers = held[::2]
        heard = (told("checkout.session.completed", it, f"pi_{it.id}") for it in payers)
        await asyncio.gather(*(checkout.hear(at, each) for each in heard))
        # Those who do not pay lose their seats, all at the same moment.
        CLOCK.offset += lapses
        async for job in at.store.every(Job, {"task": seats.LetGo.task_name()}):
            await run(at, by_name((seats.LetGo,)), job.id)
        after = await crowd.require_full()
        assert after[RsvpStatus.confirmed] == counts[RsvpStatus.confirmed] + len(payers)
