"""The API under load: health, an authenticated list, logins."""

import asyncio
import json
import os
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import asyncpg
import jwt

from backend.schema.events import Event
from backend.schema.profiles import Profile, ProfileStatus
from backend.security import hasher
from bench.grounds import Grounds, log_in, server
from bench.line import Line
from bench.load import Load, press, request_for
from staging.filling import opened

EVENTS = "/api/events?when=all&limit=20"
PEER_SECRET = "the peer's own secret, which guards nothing at all"
PEOPLE = 200
PASSWORD = "a bench is for sitting"


def backend(here: Grounds) -> dict[str, str]:
    """Variables for one worker beside the environment's two."""
    return here.variables | {"LOG_LEVEL": "INFO", "ALLOWED_HOSTS": "127.0.0.1"}


def health(here: Grounds) -> Line:
    """Health through the whole middleware, against bare FastAPI on the same server."""
    request = request_for("/api/health", {})
    with server("backend.app:app", 0, "/api/health", backend(here)) as ours:
        whole = press(ours, request)
    with server("bench.bare:app", 1, "/api/health", {}) as floor:
        bare = press(floor, request)
    ratio = whole.rate / bare.rate
    return Line(
        "health, all middleware / bare FastAPI",
        _rate(whole),
        _rate(bare),
        f"{ratio:.2f} of its rate",
        "≥ 0.90",
        ratio >= 0.9 and not whole.failed,
    )


async def _fill_peer(here: Grounds) -> None:
    async with opened(here.local) as store:
        events = (await store.find(Event, {"status": "published"}, limit=100)).items
    connection = await asyncpg.connect(here.local.url("postgres"))
    await connection.execute(
        "DROP TABLE IF EXISTS peer_users, peer_events;"
        "CREATE TABLE peer_users (id text PRIMARY KEY, email text, is_active boolean);"
        "CREATE TABLE peer_events (id text PRIMARY KEY, title text, description text,"
        " event_type text, access_type text, starts_at timestamptz, ends_at timestamptz,"
        " timezone text, location text, is_online boolean, capacity int, seats_left int,"
        " price_cents int); CREATE INDEX ON peer_events (starts_at)"
    )
    await connection.execute("INSERT INTO peer_users VALUES ('me', 'me@peer.test', true)")
    columns = "id title description event_type access_type starts_at ends_at timezone location"
    rows = [
        (*(getattr(e, name) for name in columns.split()), e.is_online, e.capacity, 1, e.price_cents)
        for e in events
    ]
    await connection.executemany(
        "INSERT INTO peer_events VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)", rows
    )
    await connection.close()


def events(here: Grounds) -> Line:
    """The list of events for a member who is logged in, against a template's list of as many."""
    with server("backend.app:app", 0, "/api/health", backend(here)) as port:
        token = log_in(port, "admin@staging.wwmaa.example", here.local.password)["access_token"]
        ours = press(port, request_for(EVENTS, {"Authorization": f"Bearer {token}"}))
    asyncio.run(_fill_peer(here))
    token = jwt.encode({"sub": "me"}, PEER_SECRET, "HS256")
    url = here.local.url("postgres").replace("postgresql://", "postgresql+psycopg://")
    environ = {"PEER_DATABASE_URL": url, "PEER_SECRET": PEER_SECRET}
    with server("bench.peer:app", 2, "/docs", environ) as port:
        peer = press(port, request_for("/events", {"Authorization": f"Bearer {token}"}))
    ratio = ours.rate / peer.rate
    return Line(
        "list of events, logged in / template's list",
        f"{_rate(ours)}, p99 {ours.p99:.0f} ms",
        f"{_rate(peer)}, p99 {peer.p99:.0f} ms",
        f"{ratio:.1f} times its rate",
        "≥ 8 times",
        ratio >= 8 and not ours.failed,
    )


async def _make_people(here: Grounds) -> list[str]:
    password_hash = hasher(19_456).hash(PASSWORD)
    people = [
        Profile(
            email=f"bench.{uuid4().hex}@members.staging.wwmaa.example",
            full_name="Somebody on the bench",
            status=ProfileStatus.active,
            password_hash=password_hash,
        )
        for _ in range(PEOPLE)
    ]
    async with opened(here.local) as store:
        await store.insert(*people)
    return [person.email for person in people]


def logins(here: Grounds) -> tuple[Line, Line]:
    """Logins a second, and what a hundred that wait do to everybody else."""
    emails = asyncio.run(_make_people(here))
    requests = [
        request_for(
            "/api/auth/login",
            {"Content-Type": "application/json"},
            method="POST",
            body=json.dumps({"email": email, "password": PASSWORD}).encode(),
        )
        for email in emails
    ]
    port = here.local.ports["backend"]
    look = request_for(EVENTS, {})
    alone = press(port, look, connections=4)
    with ThreadPoolExecutor(1) as aside:
        waiting = aside.submit(press, port, *requests[:100], connections=100, seconds=6.0)
        crowded = press(port, look, connections=4, seconds=4.0)
        logged_in = waiting.result()
    slower = crowded.p99 / alone.p99
    return (
        Line(
            f"logins (Argon2id, 19 MiB), 2 workers on {os.cpu_count()} cores",
            f"{_rate(logged_in)}",
            "",
            f"{logged_in.failed} failed",
            "≥ 25/s",
            logged_in.rate >= 25 and not logged_in.failed,
        ),
        Line(
            "other routes' p99 while 100 logins wait / alone",
            f"{crowded.p99:.1f} ms",
            f"{alone.p99:.1f} ms",
            f"{slower:.1f} times",
            "≤ 2 times",
            slower <= 2,
        ),
    )


def _rate(load: Load) -> str:
    return f"{load.rate:,.0f}/s"
