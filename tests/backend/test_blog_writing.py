"""Posts are written here by instructors, or come from the newsletter, and are safe to show."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.app import Backend, create_app
from backend.features.blog.syncing import SyncPosts
from backend.jobs import do_later
from backend.jobs.running import work_off
from backend.parts import Parts
from backend.schema.blog_posts import BlogPost, BlogPostStatus
from backend.schema.profiles import Role
from backend.worker.tasks import TASKS
from tests.backend.conftest import People, running, variables
from tests.backend.letters import PUBLICATION, VARIABLES, tell, told
from tests.backend.people import Person
from tests.sandboxes.newsletter import Newsletter

WRITING = "/api/blog/writing"
HOSTILE = (
    "<script>alert(1)</script><style>p{}</style><h2 onclick='x()'>Falling</h2><p>Tuck the "
    "<b>chin</b>: 1 &lt;script&gt; 2.</p><iframe src='https://evil.example'></iframe>"
    "<a href='javascript:x()'>no</a> <a href='https://ok.example'>yes</a>"
)


@pytest.fixture(scope="module")
async def beehiiv(sandboxes: httpx2.AsyncClient) -> Newsletter:
    """The publication at BeeHiiv's sandbox."""
    publication = Newsletter(sandboxes, PUBLICATION)
    (await publication.provide()).raise_for_status()
    return publication


@pytest.fixture(scope="module")
async def backend(
    postgres_url: str, redis_url: str, outside: httpx2.ASGITransport, beehiiv: Newsletter
) -> Any:
    """A backend that knows BeeHiiv."""
    app: Backend = create_app(variables(postgres_url, redis_url) | VARIABLES, outside)
    async with running(app):
        yield app


@pytest.fixture
async def author(people: People) -> Person:
    made = await people.new(Role.instructor)
    await made.log_in()
    return made


def text(**more: Any) -> dict[str, Any]:
    return {"title": "Über Falling", "content": "Tuck the *chin*.", "category": "training"} | more


async def change(person: Person, post_id: str, **fields: Any) -> httpx2.Response:
    return await person.door.patch(f"{WRITING}/{post_id}", json=fields, headers=person.headers)


async def test_a_post_is_drafted_changed_published_and_archived(
    author: Person, visitor: httpx2.AsyncClient
) -> None:
    drafted = (await author.post(WRITING, text())).json()
    assert (drafted["status"], drafted["excerpt"]) == ("draft", "Tuck the chin.")
    read = f"/api/blog/posts/{drafted['slug']}"
    assert (await visitor.get(read)).status_code == 404
    path = f"{WRITING}/{drafted['id']}"
    assert (await change(author, drafted["id"], title="Falling well")).status_code == 200
    published = (await author.post(f"{path}/publish")).json()
    shown = (await visitor.get(read)).json()
    assert (shown["title"], shown["reading_minutes"]) == ("Falling well", 1)
    await author.post(f"{path}/archive")
    assert (await visitor.get(read)).status_code == 404
    again = (await author.post(f"{path}/publish")).json()
    assert again["published_at"] == published["published_at"]
    assert drafted["id"] in [it["id"] for it in (await author.get(WRITING)).json()]
    assert (await author.get(path)).json()["published_at"] == published["published_at"]


async def test_posts_of_one_title_have_slugs_of_their_own(author: Person) -> None:
    title = f"Kata {uuid4().hex}"
    posts = [(await author.post(WRITING, text(title=title))).json() for _ in range(3)]
    slugs = [post["slug"] for post in posts]
    assert slugs == [title.lower().replace(" ", "-") + end for end in ("", "-2", "-3")]
    taken = await change(author, posts[0]["id"], slug=slugs[1])
    assert taken.json()["type"] == "urn:wwmaa:problem:slug-is-taken"


async def test_who_may_not_write_does_not(author: Person, people: People) -> None:
    drafted = (await author.post(WRITING, text())).json()
    wanted = {Role.member: 403, Role.instructor: 403, Role.board_member: 200}
    for role, status in wanted.items():
        person = await people.new(role)
        await person.log_in()
        answer = await change(person, drafted["id"], title="Mine")
        assert answer.status_code == status, role
    member = await people.new(Role.member)
    await member.log_in()
    assert (await member.post(WRITING, text())).status_code == 403


@pytest.mark.parametrize(
    "content", ["<script>x</script>", "a <b onclick=x>c</b>", "[a](javascript:x)", "[a]( data:x)"]
)
async def test_what_could_run_is_not_taken(content: str, author: Person) -> None:
    assert (await author.post(WRITING, text(content=content))).status_code == 422
    drafted = (await author.post(WRITING, text(content="5 < 6 & 7 > 3"))).json()
    assert (await change(author, drafted["id"], content=content)).status_code == 422


async def letter(beehiiv: Newsletter, **told: Any) -> str:
    body = {"title": "Letter", "body_content": HOSTILE, "status": "confirmed"} | told
    made = await beehiiv.post("/posts", body)
    await beehiiv.settle()
    return str(made["data"]["id"])


async def kept(parts: Parts, post_id: str) -> BlogPost | None:
    await work_off(parts, TASKS)
    return await parts.store.first(BlogPost, {"beehiiv_post_id": post_id})


async def test_a_letter_becomes_a_post_that_is_safe_each_event_once(
    visitor: httpx2.AsyncClient, parts: Parts, beehiiv: Newsletter
) -> None:
    post_id = await letter(beehiiv, content_tags=["Ukemi"])
    event = told("post.sent", {"id": post_id})
    outcomes = [(await tell(visitor, event)).json()["outcome"] for _ in range(2)]
    assert outcomes == ["applied", "duplicate"]
    post = await kept(parts, post_id)
    assert post
    shown = (await visitor.get(f"/api/blog/posts/{post.slug}")).json()
    assert "## Falling" in shown["content"]
    assert "Tuck the **chin**: 1 &lt;script> 2." in shown["content"]
    assert "[yes](https://ok.example)" in shown["content"]
    for word in ("<script", "alert", "onclick", "iframe", "javascript:", "p{}"):
        assert word not in shown["content"]
    assert (shown["category"], shown["canonical_url"][:4]) == ("ukemi", "http")
    assert (await tell(visitor, told("post.updated", {"id": 5}))).status_code == 503


async def test_a_sync_brings_changes_and_archives_what_is_gone(
    parts: Parts, beehiiv: Newsletter, people: People
) -> None:
    first, second = await letter(beehiiv), await letter(beehiiv)
    await do_later(parts.store, SyncPosts())
    slugs = [found.slug for it in (first, second) if (found := await kept(parts, it))]
    assert len(set(slugs)) == 2
    await beehiiv.ask("PATCH", f"/posts/{first}", {"title": "Changed"})
    await beehiiv.ask("DELETE", f"/posts/{second}")
    for _ in range(2):
        await do_later(parts.store, SyncPosts())
        one, two = await kept(parts, first), await kept(parts, second)
    assert one
    assert two
    assert (one.title, one.slug, one.status) == ("Changed", slugs[0], BlogPostStatus.published)
    assert (two.status, one.version) == (BlogPostStatus.archived, 1)
    board = await people.new(Role.board_member)
    await board.log_in()
    refused = await change(board, one.id, title="Ours")
    assert refused.json()["type"] == "urn:wwmaa:problem:post-is-kept-elsewhere"
