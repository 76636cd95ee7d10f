"""Events, through the front door."""

from datetime import timedelta

import httpx2
import pytest

from backend.clock import now
from backend.parts import Parts
from backend.schema.document import AccessType, Tier
from backend.schema.events import Event, EventStatus, EventType
from backend.schema.profiles import Role
from tests.backend.conftest import People, event


@pytest.fixture(autouse=True)
async def _no_events(parts: Parts) -> None:
    await parts.store.remove(Event, {"location": "Main dojo"})


async def titles(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


ALL_ACCESS = list(AccessType)


@pytest.mark.parametrize(
    ("role", "tier", "seen"),
    [
        (None, None, ALL_ACCESS[:1]),
        (Role.visitor, Tier.premium, ALL_ACCESS[:1]),
        (Role.member, Tier.basic, ALL_ACCESS[:2]),
        (Role.member, Tier.standard, ALL_ACCESS[:2]),
        (Role.member, Tier.premium, ALL_ACCESS),
        (Role.instructor, Tier.basic, ALL_ACCESS),
        (Role.admin, Tier.basic, ALL_ACCESS),
    ],
)
async def test_people_see_what_their_membership_opens(
    role: Role | None,
    tier: Tier | None,
    seen: list[AccessType],
    visitor: httpx2.AsyncClient,
    people: People,
    parts: Parts,
) -> None:
    events = [event(title=access.value, access_type=access) for access in AccessType]
    await parts.store.insert(*events)
    headers = {}
    if role:
        person = await people.new(role, tier=tier)
        await person.log_in()
        headers = person.headers
    listed = await visitor.get("/api/events", headers=headers)
    assert sorted(await titles(listed)) == sorted(access.value for access in seen)
    for kept in events:
        shown = await visitor.get(f"/api/events/{kept.id}", headers=headers)
        assert shown.status_code == (200 if kept.access_type in seen else 404)


async def test_drafts_are_not_shown_and_what_was_called_off_is_not_listed(
    visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    draft, canceled = event(status=EventStatus.draft), event(status=EventStatus.canceled)
    await parts.store.insert(draft, canceled)
    assert await titles(await visitor.get("/api/events")) == []
    assert (await visitor.get(f"/api/events/{draft.id}")).status_code == 404
    shown = await visitor.get(f"/api/events/{canceled.id}")
    assert shown.json()["status"] == "canceled"


async def test_upcoming_events_come_soonest_first_and_past_ones_latest_first(
    visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    for days in (-20, 30, -3, 2):
        at = now() + timedelta(days=days)
        kept = event(title=f"in {days}", starts_at=at, ends_at=at + timedelta(hours=1))
        await parts.store.insert(kept)
    assert await titles(await visitor.get("/api/events")) == ["in 2", "in 30"]
    past = await visitor.get("/api/events", params={"when": "past"})
    assert await titles(past) == ["in -3", "in -20"]
    every = await visitor.get("/api/events", params={"when": "all"})
    assert await titles(every) == ["in -20", "in -3", "in 2", "in 30"]


async def test_events_are_filtered_by_kind_access_and_time(
    visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    await parts.store.insert(
        event(title="camp", event_type=EventType.camp),
        event(title="seminar", event_type=EventType.seminar),
        event(title="secret", access_type=AccessType.premium_only),
    )
    camps = await visitor.get("/api/events", params={"event_type": "camp"})
    assert await titles(camps) == ["camp"]
    premium = await visitor.get("/api/events", params={"access_type": "premium_only"})
    assert await titles(premium) == []
    later = (now() + timedelta(days=8)).isoformat()
    assert await titles(await visitor.get("/api/events", params={"starts_from": later})) == []
    before = await visitor.get("/api/events", params={"starts_before": later})
    assert sorted(await titles(before)) == ["camp", "seminar"]


async def test_pages_follow_each_other_without_gap_or_repetition(
    visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    await parts.store.insert(*(event(title=f"{n:03}") for n in range(105)))
    seen: list[str] = []
    after = None
    while True:
        params = {"limit": 20, **({"after": after} if after else {})}
        answer = await visitor.get("/api/events", params=params)
        seen += await titles(answer)
        after = answer.json()["next"]
        if after is None:
            break
    assert sorted(seen) == [f"{n:03}" for n in range(105)]


async def test_seats_left_are_told(visitor: httpx2.AsyncClient, parts: Parts) -> None:
    kept = event(capacity=10, seats_taken=7)
    await parts.store.insert(kept)
    shown = (await visitor.get(f"/api/events/{kept.id}")).json()
    assert (shown["capacity"], shown["seats_left"]) == (10, 3)


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "many"},
        {"after": "garbage"},
        {"when": "sometime"},
        {"starts_from": "2026-01-01"},
        {"colour": "blue"},
    ],
)
async def test_questions_that_make_no_sense_are_refused(
    params: dict[str, str], visitor: httpx2.AsyncClient
) -> None:
    answer = await visitor.get("/api/events", params=params)
    assert answer.status_code == 422
    assert next(iter(params)) in answer.json()["detail"]
