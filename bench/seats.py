"""Seats: how many a second are asked for at one event, and whether one too many is given."""

import asyncio
from datetime import timedelta
from typing import Final
from uuid import uuid4

import asyncpg
from redis.asyncio import Redis

from backend.clock import now
from backend.schema.events import Event, EventStatus, EventType
from backend.schema.profiles import Profile, ProfileStatus
from backend.schema.rsvps import Rsvp
from backend.security import AccessToken, sign_access_token
from backend.settings import Settings
from backend.store.sessions import Sessions
from bench.grounds import Grounds
from bench.line import Line
from bench.load import once, request_for
from staging.filling import opened, settings

PEOPLE: Final = 500
SEATS: Final = 50
TAKE: Final = (
    "UPDATE bench_seats SET taken = taken + 1 WHERE taken < $1 RETURNING taken",
    "INSERT INTO bench_answers VALUES ($1, $2)",
)


async def _invited(here: Grounds) -> tuple[str, list[str]]:
    """An event with few seats, and the tokens of many people."""
    known = settings(here.local)
    starts = now() + timedelta(days=90)
    event = Event(
        title="Fifty seats",
        event_type=EventType.seminar,
        status=EventStatus.published,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        location="The bench",
        capacity=SEATS,
        organizer_id=uuid4().hex,
    )
    people = [
        Profile(
            email=f"seat.{uuid4().hex}@members.staging.wwmaa.example",
            full_name="Somebody who wants a seat",
            status=ProfileStatus.active,
        )
        for _ in range(PEOPLE)
    ]
    async with opened(here.local) as store:
        await store.insert(event)
        await store.insert(*people)
    return event.id, await _tokens(known, here.local.url("redis"), people)


async def _tokens(known: Settings, redis_url: str, people: list[Profile]) -> list[str]:
    """An access token for each, without a password: logins are measured elsewhere."""
    told, redis = known.authentication, Redis.from_url(redis_url, decode_responses=True)
    sessions = Sessions(redis, known.prefix, 3600)
    begun = [await sessions.begin(each.id, "bench") for each in people]
    await redis.aclose()
    return [
        sign_access_token(
            AccessToken(each.profile_id, each.id),
            secret=told.jwt_secret.get_secret_value(),
            algorithm=told.jwt_algorithm.value,
            issuer=known.core.backend_url,
            lifetime=timedelta(minutes=10),
        )
        for each in begun
    ]


async def _given(here: Grounds, event_id: str) -> int:
    async with opened(here.local) as store:
        return await store.count(Rsvp, {"event_id": event_id, "status": "confirmed"})


async def _floor(here: Grounds) -> float:
    """The same decisions a second by two bare statements in a transaction, and nothing else."""
    pool = await asyncpg.create_pool(here.local.url("postgres"), min_size=16, max_size=16)
    await pool.execute(
        "DROP TABLE IF EXISTS bench_seats, bench_answers;"
        "CREATE TABLE bench_seats (taken int); INSERT INTO bench_seats VALUES (0);"
        "CREATE TABLE bench_answers (person text PRIMARY KEY, has_seat bool)"
    )

    async def ask(person: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            seat = await connection.fetchval(TAKE[0], SEATS)
            await connection.execute(TAKE[1], str(person), seat is not None)

    loop = asyncio.get_running_loop()
    started = loop.time()
    await asyncio.gather(*map(ask, range(PEOPLE)))
    spent = loop.time() - started
    await pool.close()
    return PEOPLE / spent


def seats(here: Grounds) -> Line:
    """Everybody asks at once; the last ones wait."""
    event_id, tokens = asyncio.run(_invited(here))
    requests = [
        request_for(
            f"/api/events/{event_id}/rsvp",
            {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex},
            method="POST",
        )
        for token in tokens
    ]
    asked = once(here.local.ports["backend"], *requests, connections=100)
    floor = asyncio.run(_floor(here))
    given = asyncio.run(_given(here, event_id))
    return Line(
        f"{PEOPLE} at once for {SEATS} seats / bare SQL",
        f"{asked.rate:,.0f}/s, p99 {asked.p99:,.0f} ms",
        f"{floor:,.0f}/s",
        f"{given} seats given, {asked.failed} failed",
        f"{SEATS}: none over, none unsold",
        given == SEATS and not asked.failed,
    )
