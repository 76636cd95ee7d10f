"""Posts that are written here: drafted, changed, published and archived."""

from typing import Any, Final

from backend import audit
from backend.clock import now
from backend.dependencies import Caller
from backend.errors import NotAllowed, NotFound, Problem, RequestIsInvalid
from backend.features.blog.texts import excerpt_of, is_plain_markdown, slug_of
from backend.parts import Parts
from backend.schema.blog_posts import BlogPost, BlogPostStatus
from backend.schema.profiles import Role
from backend.store import AlreadyExists, Store

ALIKE: Final = 50
"""How many posts may share a title."""


class SlugIsTaken(Problem):
    """Another post has this address."""

    status = 409
    title = "Another post has this address"


class PostIsKeptElsewhere(Problem):
    """A letter of the newsletter is changed where it was written."""

    status = 409
    title = "This post is kept elsewhere"


async def insert(store: Store, post: BlogPost) -> BlogPost:
    """Keep a new post under its slug, or the first free one that is like it."""
    wanted = post.slug
    for number in range(1, ALIKE + 1):
        numbered = post.changed(slug=slug_of(wanted, number))
        # A slug may be taken between a look and a write; the index decides.
        try:
            async with store.exclusively(f"slug:{numbered.slug}") as held:
                if await held.first(BlogPost, {"slug": numbered.slug}):
                    continue
                await held.insert(numbered)
        except AlreadyExists:
            continue
        return numbered
    raise SlugIsTaken(f"{ALIKE} posts are called alike; choose another title.")


async def draft(parts: Parts, caller: Caller, fields: dict[str, Any]) -> BlogPost:
    """A new draft of this caller's. Raises `RequestIsInvalid`."""
    _check(fields["content"])
    profile = caller.profile
    excerpt = fields.pop("excerpt", "") or excerpt_of(fields["content"])
    post = BlogPost.model_validate(
        {
            **fields,
            "excerpt": excerpt,
            "slug": slug_of(fields["title"]),
            "author": profile.full_name,
            "author_id": profile.id,
        }
    )
    return await insert(parts.store, post)


async def change(parts: Parts, post_id: str, caller: Caller, fields: dict[str, Any]) -> BlogPost:
    """Change what a post says. Raises `SlugIsTaken`, `PostIsKeptElsewhere`."""
    _check(fields.get("content", ""))
    async with parts.store.exclusively(f"post:{post_id}") as held:
        post = await written_by(held, post_id, caller)
        try:
            return await held.update(post.changed(**fields))
        except AlreadyExists as error:
            raise SlugIsTaken("Choose another slug; this one leads to another post.") from error


async def move(parts: Parts, post_id: str, caller: Caller, status: BlogPostStatus) -> BlogPost:
    """Publish a post, or archive it; its first date of publication stays."""
    async with parts.store.exclusively(f"post:{post_id}") as held:
        post = await written_by(held, post_id, caller)
        if post.status is status:
            return post
        published_at = post.published_at
        if status is BlogPostStatus.published:
            published_at = published_at or now()
        post = await held.update(post.changed(status=status, published_at=published_at))
        subject, actor = f"blog_posts/{post.id}", caller.profile.id
        await audit.record(held, f"post.{status.value}", subject, actor_id=actor)
        return post


async def written_by(store: Store, post_id: str, caller: Caller) -> BlogPost:
    """A post that this caller may change: their own, or any for board and admins."""
    post = await store.get(BlogPost, post_id)
    if post is None:
        raise NotFound("There is no such post.")
    profile = caller.profile
    if post.author_id != profile.id and not profile.role.at_least(Role.board_member):
        raise NotAllowed("Only its author, board members and admins may do this.")
    if post.beehiiv_post_id:
        raise PostIsKeptElsewhere("Change it at BeeHiiv, and it will change here.")
    return post


def _check(content: str) -> None:
    if not is_plain_markdown(content):
        raise RequestIsInvalid("content: write Markdown; HTML and links that run are not taken")
