"""Reading and finding, through the front door."""

from datetime import timedelta

import httpx2
import pytest

from backend.clock import now
from backend.parts import Parts
from backend.schema.blog_posts import BlogPost, BlogPostStatus
from backend.schema.document import AccessType, Tier
from backend.schema.events import Event
from backend.schema.profiles import Role
from tests.backend.conftest import People, event

TEXTS = {
    "breaking-balance": "Pull the sleeve and step in until your partner's weight leaves the heel.",
    "food-before-class": "Eat a banana or some rice two hours before you train, and drink water.",
    "clean-mats": "Wash the tatami after each class; skin infections travel on dirty mats.",
}


def post(slug: str, **fields: object) -> BlogPost:
    return BlogPost.model_validate(
        {
            "slug": slug,
            "title": slug.replace("-", " ").title(),
            "content": TEXTS.get(slug, slug),
            "category": "training",
            "author": "Kaya Lindholm",
            "author_id": "somebody",
            "status": BlogPostStatus.published,
            "published_at": now(),
            **fields,
        }
    )


@pytest.fixture(autouse=True)
async def _only_these(parts: Parts) -> None:
    await parts.store.remove(BlogPost, {"author_id": "somebody"})
    await parts.store.remove(Event, {"location": "Main dojo"})
    await parts.store.insert(*map(post, TEXTS))


async def test_posts_come_newest_first_without_their_content(
    visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    await parts.store.insert(post("old-one", published_at=now() - timedelta(days=400)))
    items = (await visitor.get("/api/blog/posts", params={"limit": 4})).json()["items"]
    assert items[-1]["slug"] == "old-one"
    assert "content" not in items[0]
    assert items[0]["reading_minutes"] == 1


async def test_a_post_is_read_by_its_slug(visitor: httpx2.AsyncClient) -> None:
    shown = (await visitor.get("/api/blog/posts/clean-mats")).json()
    assert shown["content"] == TEXTS["clean-mats"]


async def test_drafts_are_neither_listed_nor_read_nor_found(
    visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    await parts.store.insert(
        post("secret-plans", status=BlogPostStatus.draft, content="secret plans of the board")
    )
    listed = (await visitor.get("/api/blog/posts")).json()["items"]
    assert "secret-plans" not in [item["slug"] for item in listed]
    assert (await visitor.get("/api/blog/posts/secret-plans")).status_code == 404
    found = (await visitor.get("/api/search", params={"q": "secret plans of the board"})).json()
    assert "Secret Plans" not in [result["title"] for result in found["results"]]


async def test_posts_are_filtered_by_category(visitor: httpx2.AsyncClient, parts: Parts) -> None:
    await parts.store.insert(post("kendo-armour", category="equipment"))
    listed = await visitor.get("/api/blog/posts", params={"category": "equipment"})
    assert [item["slug"] for item in listed.json()["items"]] == ["kendo-armour"]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("taking an opponent off their feet by shifting weight", "Breaking Balance"),
        ("what should I have for lunch when training in the evening", "Food Before Class"),
        ("hygiene of the floor", "Clean Mats"),
    ],
)
async def test_search_finds_by_meaning(
    question: str, title: str, visitor: httpx2.AsyncClient
) -> None:
    found = (await visitor.get("/api/search", params={"q": question})).json()
    assert found["results"][0]["title"] == title
    assert found["results"][0]["url"].startswith("/blog/")


async def test_search_finds_events_that_one_may_see_and_no_others(
    visitor: httpx2.AsyncClient, parts: Parts, people: People
) -> None:
    await parts.store.insert(
        event(title="Kata evening", access_type=AccessType.premium_only),
        event(title="Kata morning"),
    )

    async def found_by(headers: dict[str, str]) -> set[str]:
        answer = await visitor.get(
            "/api/search", params={"q": "kata", "kind": "event"}, headers=headers
        )
        return {result["title"] for result in answer.json()["results"]}

    member = await people.new(Role.member, tier=Tier.premium)
    await member.log_in()
    assert await found_by({}) == {"Kata morning"}
    assert await found_by(member.headers) == {"Kata morning", "Kata evening"}


@pytest.mark.parametrize(
    "question",
    ["Select a Grant from Union City; DROP TABLE profiles --", "'\"\\%_", "🥋", "execute a throw"],
)
async def test_any_words_may_be_asked(question: str, visitor: httpx2.AsyncClient) -> None:
    assert (await visitor.get("/api/search", params={"q": question})).status_code == 200


@pytest.mark.parametrize("params", [{}, {"q": "  "}, {"q": "x" * 501}, {"q": "x", "limit": 51}])
async def test_no_question_is_refused(params: dict[str, str], visitor: httpx2.AsyncClient) -> None:
    assert (await visitor.get("/api/search", params=params)).status_code == 422
