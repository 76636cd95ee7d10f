"""Answers in words, through the front door: cited, honest in an outage, never of what is closed."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from backend.app import Backend, create_app
from backend.clock import now
from backend.parts import Parts
from backend.schema.blog_posts import BlogPost, BlogPostStatus
from backend.schema.document import AccessType, Tier
from backend.schema.profiles import Profile, Role
from backend.schema.training_sessions import TrainingSession, TrainingStatus
from tests.backend.conftest import People, running, variables
from tests.backend.documents import article

OPENAI = {
    "OPENAI_API_KEY": "openai-key-of-this-test",
    "OPENAI_BASE_URL": "http://sandboxes.test/openai/v1",
}
POSTS = {
    "falling": "Tuck your chin to your chest when you fall, so that your head stays safe.",
    "rice": "Eat rice two hours before you train, and drink a glass of water.",
}


@pytest.fixture(scope="module")
async def backend(postgres_url: str, redis_url: str, outside: httpx2.ASGITransport) -> Any:
    """A backend that knows a language model, and some documents."""
    app: Backend = create_app(variables(postgres_url, redis_url) | OPENAI, outside)
    async with running(app):
        await app.state.parts.store.insert(*(article(k, v) for k, v in POSTS.items()))
        await app.state.parts.store.insert(
            session("Naginata for premium members", AccessType.premium_only),
            session("Naginata for all", AccessType.public),
            session("Naginata called off", AccessType.public, TrainingStatus.canceled),
        )
        yield app


def session(
    title: str, access: AccessType, status: TrainingStatus = TrainingStatus.scheduled
) -> TrainingSession:
    return TrainingSession(
        title=title,
        description="Naginata cuts and steps.",
        discipline="Naginata",
        instructor_id="somebody",
        starts_at=now() + timedelta(days=3),
        duration_minutes=60,
        access_type=access,
        status=status,
    )


async def answer(door: httpx2.AsyncClient, question: str, **headers: str) -> dict[str, Any]:
    asked = await door.post("/api/search/answer", json={"question": question}, headers=headers)
    assert asked.status_code == 200, asked.text
    told: dict[str, Any] = asked.json()
    return told


async def test_a_model_answers_with_citations_of_what_was_found(
    visitor: httpx2.AsyncClient,
) -> None:
    told = await answer(visitor, "How do I keep my head safe when I fall?")
    assert (told["written_by"], told["notice"], told["is_cached"]) == ("openai", "", False)
    assert "Tuck your chin" in told["text"]
    cited = [n for n, it in enumerate(told["sources"], 1) if it["url"] == "/blog/falling"]
    assert f"[{cited[0]}]" in told["text"]
    assert told["related"]
    again = await answer(visitor, "  how do I keep my head safe when I FALL?")
    assert (again["is_cached"], again["text"]) == (True, told["text"])


async def test_in_an_outage_excerpts_answer_and_say_so_and_are_not_remembered(
    visitor: httpx2.AsyncClient, sandboxes: httpx2.AsyncClient
) -> None:
    question = "What shall I eat before I train?"
    fault = {"vendor": "openai", "kind": "status", "status": 400, "times": 1}
    assert (await sandboxes.post("/_sandbox/faults", json=fault)).is_success
    told = await answer(visitor, question)
    assert told["written_by"] == "excerpts"
    assert "openai" in told["notice"]
    assert "Eat rice" in told["text"]
    well = await answer(visitor, question)
    assert (well["written_by"], well["is_cached"]) == ("openai", False)


async def test_what_is_closed_is_neither_found_nor_answered_nor_cached_for_others(
    visitor: httpx2.AsyncClient, people: People
) -> None:
    member = await people.new(Role.member, tier=Tier.premium)
    await member.log_in()
    question = "When is naginata taught?"
    titles = {
        who: {it["title"] for it in (await answer(visitor, question, **headers))["sources"]}
        for who, headers in (("member", member.headers), ("anybody", {}))
    }
    assert titles["member"] - titles["anybody"] == {"Naginata for premium members"}
    assert "Naginata for all" in titles["anybody"]
    for headers in (member.headers, {}):
        params = {"q": "naginata", "kind": "training_session"}
        found = await visitor.get("/api/search", params=params, headers=headers)
        names = [it["title"] for it in found.json()["results"]]
        assert "Naginata called off" not in names
        assert ("Naginata for premium members" in names) is bool(headers)


async def test_an_answer_is_not_remembered_past_a_change_of_what_it_cites(
    visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    await parts.store.insert(article("jo", "The jo is as long as its bearer's armpit is high."))
    question = "How long is a jo?"
    assert "armpit" in (await answer(visitor, question))["text"]
    assert (await answer(visitor, question))["is_cached"]
    kept = await parts.store.first(BlogPost, {"slug": "jo"})
    assert kept
    await parts.store.update(kept.changed(content="The jo is 128 cm long, whoever bears it."))
    told = await answer(visitor, question)
    assert "armpit" not in str(told)
    assert (told["is_cached"], "128 cm" in told["text"]) == (False, True)
    kept = await parts.store.first(BlogPost, {"slug": "jo"})
    assert kept
    await parts.store.update(kept.changed(status=BlogPostStatus.draft))
    assert "128 cm" not in str(await answer(visitor, question))


async def test_what_members_were_told_never_comes_from_the_cache_to_a_visitor(
    visitor: httpx2.AsyncClient, people: People, parts: Parts
) -> None:
    member = await people.new(Role.member)
    await member.log_in()
    shut = session("Tanto for members", AccessType.members_only)
    shut = shut.changed(description="The tanto is taught in the cellar.")
    await parts.store.insert(shut, article("tanto", "The tanto is a short blade."))
    question = "Where is the tanto taught?"
    for is_cached in (False, True):
        told = await answer(visitor, question, **member.headers)
        assert ("Tanto for members" in str(told), told["is_cached"]) == (True, is_cached)
        assert "the cellar" in told["text"], "the model says what only members may read"
    for _ in range(2):
        told = await answer(visitor, question)
        assert ("Tanto for members" in str(told), "the cellar" in str(told)) == (False, False)
    # Whoever is a member no more asks as a visitor does, with the same token still.
    kept = await parts.store.get(Profile, member.profile.id)
    assert kept
    await parts.store.update(kept.changed(role=Role.visitor))
    assert "Tanto for members" not in str(await answer(visitor, question, **member.headers))
