"""What any store must do, whichever driver does it: a new driver joins `DRIVERS` in conftest."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.clock import now
from backend.prepare import prepare
from backend.schema.blog_posts import BlogPost, BlogPostStatus
from backend.schema.document import AccessType
from backend.schema.events import Event, EventStatus
from backend.schema.profiles import Profile, Role
from backend.store import (
    AlreadyExists,
    AnyOf,
    ConditionDoesNotFit,
    CursorIsInvalid,
    HasChanged,
    Range,
    RemovesEverything,
    Standing,
    Store,
    by_id,
)
from tests.backend.documents import article, gathering, person


async def test_what_is_kept_comes_back_as_it_was(store: Store) -> None:
    kept = person(role=Role.instructor, disciplines=["judo", "kendō 🥋"], bio='"quotes" \\ and ü')
    await store.insert(kept)
    assert await store.get(Profile, kept.id) == kept
    assert await store.first(Profile, {"email": kept.email}) == kept
    assert await store.get(Profile, "nobody") is None
    assert await store.first(Profile, {"email": "nobody@members.staging.wwmaa.example"}) is None


async def test_of_many_documents_all_are_kept_or_none(store: Store) -> None:
    first, second = person(), person()
    with pytest.raises(AlreadyExists):
        await store.insert(first, second, person(email=first.email))
    assert await store.count(Profile) == 0


async def test_conditions_hold_together(store: Store) -> None:
    soon, later = now() + timedelta(days=1), now() + timedelta(days=90)
    events = [
        gathering(title="a", capacity=5, seats_taken=1),
        gathering(title="b", starts_at=later, ends_at=later + timedelta(hours=1)),
        gathering(title="c", access_type=AccessType.premium_only, is_online=True),
    ]
    await store.insert(*events)

    async def titles(where: dict[str, object]) -> str:
        page = await store.find(Event, where, order="title")  # type: ignore[arg-type]
        return "".join(event.title for event in page.items)

    assert await titles({}) == "abc"
    assert await titles({"starts_at": Range(soon, later)}) == "ac"
    assert await titles({"starts_at": Range(start=later)}) == "b"
    assert await titles({"access_type": AnyOf(("public", "members_only"))}) == "ab"
    assert await titles({"access_type": AnyOf(())}) == ""
    assert await titles({"capacity": None}) == "bc"
    assert await titles({"capacity": Range(5, 6)}) == "a"
    assert await titles({"seats_taken": 0, "is_online": True}) == "c"
    assert await store.count(Event, {"title": "a"}) == 1
    ids = [events[0].id, "nobody", events[2].id, events[0].id]
    assert {each.title for each in (await by_id(store, Event, ids)).values()} == {"a", "c"}
    assert await by_id(store, Event, ()) == {}


@pytest.mark.parametrize(
    "where",
    [{"colour": "red"}, {"tags": "judo"}, {"capacity": "many"}, {"title'; DROP TABLE x": "x"}],
)
async def test_conditions_that_make_no_sense_are_refused(
    where: dict[str, str], store: Store
) -> None:
    with pytest.raises(ConditionDoesNotFit):
        await store.count(Event, where)


async def test_the_filter_comes_before_the_limit(store: Store) -> None:
    await store.insert(*(person() for _ in range(30)))
    last = person(role=Role.admin)
    await store.insert(last)
    page = await store.find(Profile, {"role": "admin"}, limit=1)
    assert page.items == (last,)
    assert page.next is None


@pytest.mark.parametrize("order", ["seats_taken", "-seats_taken", "capacity", "-capacity"])
async def test_pages_over_ties_and_absent_values_miss_and_repeat_nothing(
    order: str, store: Store
) -> None:
    events = [gathering(capacity=None if n % 3 == 0 else 9, seats_taken=n % 4) for n in range(120)]
    await store.insert(*events)
    seen: list[Event] = []
    after = None
    while True:
        page = await store.find(Event, order=order, limit=7, after=after)
        seen += page.items
        if (after := page.next) is None:
            break
    assert sorted(event.id for event in seen) == sorted(event.id for event in events)
    field = order.removeprefix("-")
    values = [getattr(event, field) for event in seen]
    ranks = [float("inf") if value is None else value for value in values]
    up = all(a <= b for a, b in pairwise(ranks))
    down = all(a >= b for a, b in pairwise(ranks))
    assert down if order.startswith("-") else up


async def test_what_comes_and_goes_while_paging_shifts_nothing(store: Store) -> None:
    await store.insert(*(gathering(title=f"{n:02}") for n in range(20)))
    first = await store.find(Event, order="title", limit=10)
    await store.remove(Event, {"title": "03"})
    await store.insert(gathering(title="04a"))
    rest = await store.find(Event, order="title", limit=20, after=first.next)
    assert [event.title for event in rest.items] == [f"{n:02}" for n in range(10, 20)]


async def test_cursors_of_another_listing_or_of_nobody_are_refused(store: Store) -> None:
    await store.insert(gathering(), gathering())
    page = await store.find(Event, order="title", limit=1)
    assert page.next
    for order, cursor in (("-title", page.next), ("title", "garbage"), ("title", page.next[:-4])):
        with pytest.raises(CursorIsInvalid):
            await store.find(Event, order=order, after=cursor)


@given(
    titles=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20),
        max_size=12,
        unique=True,
    )
)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_text_is_ordered_by_code_point(titles: list[str], store: Store) -> None:
    await store.remove(Event, {"is_seed_data": False})
    await store.insert(*(gathering(title=title) for title in titles))
    page = await store.find(Event, order="title", limit=50)
    assert [event.title for event in page.items] == sorted(titles, key=lambda t: t.encode())


async def test_every_document_is_walked(store: Store) -> None:
    people = [person() for _ in range(450)]
    await store.insert(*people)
    walked = [each.id async for each in store.every(Profile)]
    assert walked == sorted(each.id for each in people)


async def test_removing_needs_conditions_and_tells_how_many(store: Store) -> None:
    await store.insert(person(role=Role.admin), person(), person())
    with pytest.raises(RemovesEverything):
        await store.remove(Profile, {})
    assert await store.remove(Profile, {"role": "visitor"}) == 2
    assert await store.count(Profile) == 1


async def test_of_a_hundred_with_one_address_one_is_kept(store: Store) -> None:
    tries = (store.insert(person(email="one@members.staging.wwmaa.example")) for _ in range(100))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert outcomes.count(None) == 1
    refused = [each for each in outcomes if isinstance(each, AlreadyExists)]
    assert {each.index for each in refused} == {"email"}
    assert len(refused) == 99


async def test_an_old_version_is_not_written(store: Store) -> None:
    kept = person()
    await store.insert(kept)
    written = await store.update(kept.changed(bio="first"))
    assert written.version == kept.version + 1
    with pytest.raises(HasChanged):
        await store.update(kept.changed(bio="second"))
    with pytest.raises(HasChanged):
        await store.update(person())


async def test_a_hundred_writers_lose_no_update(store: Store) -> None:
    event = gathering(capacity=None)
    await store.insert(event)

    async def write() -> None:
        while True:
            kept = await store.get(Event, event.id)
            assert kept
            try:
                await store.update(kept.changed(seats_taken=kept.seats_taken + 1))
            except HasChanged:
                continue
            return

    await asyncio.gather(*(write() for _ in range(100)))
    kept = await store.get(Event, event.id)
    assert kept
    assert (kept.seats_taken, kept.version) == (100, event.version + 100)


async def test_search_finds_by_meaning_and_by_words_within_the_conditions(store: Store) -> None:
    await store.insert(
        article("mats", "Wash the tatami after class, for skin infections live on dirty mats."),
        article("food", "Rice and a banana two hours before training give you energy."),
        article("seoi-nage", "Ippon seoi nage loads your partner on your back."),
        article("draft", "Wash the tatami with our secret soap.", status=BlogPostStatus.draft),
    )
    published = {"status": "published"}

    async def best(text: str) -> str:
        found = await store.search(BlogPost, text, published)
        assert "draft" not in [each.document.slug for each in found]
        assert [each.score for each in found] == sorted((f.score for f in found), reverse=True)
        return found[0].document.slug

    assert await best("hygiene in the dojo") == "mats"
    assert await best("what to eat") == "food"
    assert await best("seoi") == "seoi-nage"
    assert len(await store.search(BlogPost, "class", published, limit=1)) == 1


@pytest.mark.parametrize(
    "text", ["", "'; DROP TABLE x --", "🥋", "\0", "a " * 5000, '"', "-", "or"]
)
async def test_any_text_may_be_searched_for(text: str, store: Store) -> None:
    await store.insert(article("mats", "Wash the tatami."))
    assert len(await store.search(BlogPost, text)) <= 1


async def test_what_was_changed_is_found_by_its_new_text_alone(store: Store) -> None:
    post = article("post", "Wash the tatami.")
    await store.insert(post, article("other", "A banana before class."))
    await store.update(post.changed(content="Bend your knees in shizentai.", title="shizentai"))
    (first, *_) = await store.search(BlogPost, "shizentai")
    assert first.document.id == post.id


async def test_a_prepared_store_answers_and_needs_no_change(store: Store) -> None:
    await store.ping()
    await store.insert(gathering(status=EventStatus.published))
    assert {change.standing for change in await store.plan()} == {Standing.unchanged}
    assert await prepare(store) == ()
