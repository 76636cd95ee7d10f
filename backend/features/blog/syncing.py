"""Letters of the newsletter as posts: whatever BeeHiiv publishes stands here, and only that."""

from typing import Any

import structlog

from backend.clock import now
from backend.features.blog import writing
from backend.features.blog.texts import excerpt_of, markdown_of, slug_of
from backend.jobs import Task, Work, do_later
from backend.providers.beehiiv import Post
from backend.schema.blog_posts import BlogPost, BlogPostStatus

_log = structlog.get_logger(name="backend.blog")


class TakePost(Task):
    """Take over what became of one letter at BeeHiiv."""

    post_id: str

    async def run(self, work: Work) -> None:
        """Ask for it, as what was told of it may be old by now."""
        await take(work, self.post_id, await work.parts.providers.beehiiv.get_post(self.post_id))


class SyncPosts(Task):
    """Compare all letters that are out with the posts here, and name and mend what differs."""

    seconds = 600.0

    async def run(self, work: Work) -> None:
        """Each that differs is mended by a job of its own."""
        there = {each.id: each async for each in work.parts.providers.beehiiv.posts()}
        here = {
            each.beehiiv_post_id: each
            async for each in work.store.every(BlogPost)
            if each.beehiiv_post_id
        }
        for post_id in sorted(here.keys() | there.keys()):
            if differs(here.get(post_id), there.get(post_id)):
                _log.warning("posts differ", post=post_id, is_there=post_id in there)
                key = f"take:{post_id}:{work.key}"
                await do_later(work.store, TakePost(post_id=post_id), key=key)


def differs(here: BlogPost | None, there: Post | None) -> bool:
    """Whether a post is not here as it is at BeeHiiv."""
    if there is None or there.status != "confirmed":
        return here is not None and here.status is BlogPostStatus.published
    if here is None or here.status is not BlogPostStatus.published:
        return True
    return any(getattr(here, name) != value for name, value in _fields(there).items())


async def take(work: Work, post_id: str, there: Post | None) -> None:
    """Keep a letter as it is there; one that is not out any more is archived."""
    async with work.store.exclusively(f"beehiiv-post:{post_id}") as held:
        here = await held.first(BlogPost, {"beehiiv_post_id": post_id})
        if not differs(here, there):
            return
        if there is None or there.status != "confirmed":
            if here:
                await held.update(here.changed(status=BlogPostStatus.archived))
            return
        published = {
            "status": BlogPostStatus.published,
            "published_at": there.publish_date or (here.published_at if here else None) or now(),
        }
        if here:
            await held.update(here.changed(**_fields(there), **published))
            return
        slug = slug_of(there.slug or there.title)
        told = {**_fields(there), **published, "slug": slug, "beehiiv_post_id": post_id}
        await writing.insert(held, BlogPost.model_validate(told))


def _fields(there: Post) -> dict[str, Any]:
    """What a letter says, as a post."""
    content = markdown_of(there.html)
    tags = [tag[:40] for tag in there.content_tags if tag][:20]
    return {
        "title": there.title[:200] or "Newsletter",
        "content": content,
        "excerpt": there.subtitle[:300] or excerpt_of(content),
        "category": tags[0].lower() if tags else "newsletter",
        "tags": tags,
        "author": ", ".join(there.authors)[:200] or "WWMAA",
        "canonical_url": there.web_url,
    }
