"""Search for people, and what is kept of questions: what the directory shows, and nobody's name."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.app import Backend
from backend.audit import examine
from backend.clock import CLOCK, now
from backend.features.search.asking import ForgetQuestions
from backend.features.search.indexing import Reindex
from backend.jobs import do_later
from backend.jobs.running import work_off
from backend.parts import Parts
from backend.schema.document import AccessType, Tier
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.schema.search_queries import SearchQuery
from backend.store.embedding import DIMENSION, local_embedding
from backend.store.postgres import PostgresStore
from backend.worker.tasks import TASKS
from tests.backend.conftest import BACKEND, People
from tests.backend.documents import article, person
from tests.backend.people import Person


def askers(backend: Backend, number: int) -> list[httpx2.AsyncClient]:
    """Visitors, each at an address of their own."""
    return [
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(backend, client=(f"10.1.0.{n}", 1)), base_url=BACKEND
        )
        for n in range(1, number + 1)
    ]


async def ask(door: httpx2.AsyncClient, question: str, **headers: str) -> dict[str, Any]:
    asked = await door.post("/api/search/answer", json={"question": question}, headers=headers)
    assert asked.status_code == 200, asked.text
    told: dict[str, Any] = asked.json()
    return told


async def people_found(door: httpx2.AsyncClient, words: str) -> list[dict[str, Any]]:
    found = await door.get("/api/search", params={"q": words, "kind": "person"})
    results: list[dict[str, Any]] = found.json()["results"]
    return results


@pytest.fixture
async def member(people: People) -> Person:
    somebody = await people.new(Role.member, tier=Tier.premium)
    await somebody.log_in()
    return somebody


async def test_who_chose_the_directory_is_found_by_what_it_shows_and_nobody_else(
    visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    bio = "I teach kyudo, the way of the bow, at the lake."
    shown = person(
        full_name="Halvard Quist",
        bio=bio,
        rank="4th dan",
        phone="+1 555 010 7788",
        is_public=True,
        status=ProfileStatus.active,
    )
    hidden = person(full_name="Halvard Hidden", bio=bio, status=ProfileStatus.active)
    suspended = person(
        full_name="Halvard Gone", bio=bio, is_public=True, status=ProfileStatus.suspended
    )
    await parts.store.insert(shown, hidden, suspended)
    for words in ("Halvard", "archery with a bow", "kyudo"):
        [found] = await people_found(visitor, words)
        assert (found["title"], found["url"]) == ("Halvard Quist", f"/people/{shown.id}")
        assert found["snippet"] == f"4th dan. {bio}"
    for secret in (shown.email, shown.phone):
        assert secret not in str(await people_found(visitor, secret))
    told = await ask(visitor, "Who teaches kyudo?")
    assert [it["title"] for it in told["sources"] if it["kind"] == "person"] == ["Halvard Quist"]
    assert not any(text in str(told) for text in (shown.email, "7788", "Hidden", "Gone"))

    kept = await parts.store.get(Profile, shown.id)
    assert kept
    await parts.store.update(kept.changed(is_public=False))
    assert await people_found(visitor, "Halvard") == []


async def test_a_question_is_offered_to_others_once_three_have_asked_it(
    backend: Backend, parts: Parts
) -> None:
    await parts.store.insert(article("obi", "Tie the obi twice around, and knot it flat."))
    first, second, third, other = askers(backend, 4)
    question, near = "how do i tie my obi", "how is an obi tied"
    for door in (first, first, second):
        await ask(door, question)
    assert question not in (await ask(other, near))["related"]
    await ask(third, "  How do I TIE my obi")
    assert (await ask(other, near))["related"][0] == question
    kept = await parts.store.first(SearchQuery, {"text": question})
    assert kept
    assert (kept.asked_by, kept.is_shared, kept.found > 0) == (3, True, True)


async def test_what_members_ask_is_not_offered_to_visitors(
    visitor: httpx2.AsyncClient, people: People, parts: Parts, member: Person
) -> None:
    await parts.store.insert(article("sai", "The sai is held by its guard."))
    question = "where is the secret sai class"
    for _ in range(3):
        somebody = await people.new(Role.member, tier=Tier.premium)
        await somebody.log_in()
        await ask(visitor, question, **somebody.headers)
    assert question in (await ask(visitor, "secret sai", **member.headers))["related"]
    assert question not in (await ask(visitor, "secret sai"))["related"]


async def test_nothing_is_kept_of_who_asked_and_nothing_that_looks_like_somebodys_own(
    visitor: httpx2.AsyncClient, parts: Parts, member: Person
) -> None:
    said = "is my knee too old for judo"
    query_id = (await ask(visitor, said, **member.headers))["query_id"]
    kept = await parts.store.get(SearchQuery, query_id)
    assert kept
    names = (member.profile.id, member.profile.email, member.profile.full_name, "127.0.0.1")
    assert not any(name in kept.model_dump_json() for name in names)
    async for key in parts.redis.scan_iter(match=f"{parts.settings.prefix}asking:*"):
        told = f"{key!s} {await parts.redis.get(key)!s}"
        assert not any(text in told for text in (*names, said, query_id))
    for own in ("who is ama@wwmaa.example", "call +1 555 010 7788", "fall " * 30):
        assert (await ask(visitor, own))["query_id"] is None
        assert await parts.store.count(SearchQuery, {"text": own.strip()}) == 0


async def test_an_answer_is_judged_once_by_each_and_counted_without_them(
    backend: Backend, parts: Parts
) -> None:
    first, second = askers(backend, 2)
    query_id = (await ask(first, "what is a gi"))["query_id"]
    path = f"/api/search/answers/{query_id}/feedback"
    for door, is_helpful in ((first, True), (first, False), (second, False)):
        assert (await door.post(path, json={"is_helpful": is_helpful})).status_code == 204
    kept = await parts.store.get(SearchQuery, query_id)
    assert kept
    assert (kept.helped, kept.helped_not) == (1, 1)
    unknown = f"/api/search/answers/{uuid4().hex}/feedback"
    assert (await first.post(unknown, json={"is_helpful": True})).status_code == 404
    assert (await first.post(path, json={"is_helpful": "well", "name": "x"})).status_code == 422


async def test_questions_are_forgotten_after_a_month_and_shared_ones_after_half_a_year(
    parts: Parts,
) -> None:
    await parts.store.remove(SearchQuery, {"access": AccessType.public})
    for text, is_shared in (("alone", False), ("together", True)):
        query = SearchQuery(
            text=text, access=AccessType.public, is_shared=is_shared, asked_at=now()
        )
        await parts.store.insert(query)

    async def left(days: int) -> set[str]:
        CLOCK.offset = timedelta(days=days)
        try:
            await do_later(parts.store, ForgetQuestions())
            await work_off(parts, TASKS)
        finally:
            CLOCK.offset = timedelta()
        public = {"access": AccessType.public}
        return {each.text async for each in parts.store.every(SearchQuery, public)}

    assert await left(29) == {"alone", "together"}
    assert await left(31) == {"together"}
    assert await left(181) == set()


async def test_an_admin_has_stale_vectors_made_anew_and_only_those(
    visitor: httpx2.AsyncClient, people: People, parts: Parts, postgres_url: str
) -> None:
    admin = await people.new(Role.admin)
    await admin.log_in()
    await parts.store.insert(article("bokken", "Oil the wooden sword."))
    other = await PostgresStore.connect(
        postgres_url,
        prefix=parts.settings.prefix,
        embed=local_embedding(),
        model="another-256",
        dimension=DIMENSION,
    )
    assert await parts.store.reindex() == 0
    assert (await visitor.post("/api/search/reindex")).status_code == 401
    assert (await admin.post("/api/search/reindex")).status_code == 202
    assert (await examine(parts.store)).entries > 0
    # The job finds another model configured than the one that embedded all that is there.
    await work_off(replace(parts, store=other), [Reindex])
    assert await other.reindex() == 0
    assert await parts.store.reindex() > 0
    await other.close()
