"""The blog on the wire. Everybody reads published posts; nobody sees drafts here."""

from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict

from backend.dependencies import MayCall, WithParts, may_call
from backend.errors import NotFound
from backend.schema.blog_posts import BlogPost, BlogPostStatus
from backend.store import Condition

router = APIRouter(prefix="/api/blog/posts", tags=["blog"])


class PostSummary(BaseModel):
    """A post, as a list shows it."""

    slug: str
    title: str
    excerpt: str
    category: str
    tags: list[str]
    author: str
    published_at: AwareDatetime
    reading_minutes: int

    @classmethod
    def of(cls, post: BlogPost) -> Self:
        """The view of a post."""
        # A kept post is valid already, and its view has no more than some of its fields.
        return cls.model_construct(**vars(post), reading_minutes=post.reading_minutes)  # type: ignore[return-value]


class PostView(PostSummary):
    """A post, as its readers see it."""

    content: str
    canonical_url: str | None


class PostPage(BaseModel):
    """Some posts, and the cursor that asks for those after them."""

    items: list[PostSummary]
    next: str | None


class PostFilter(BaseModel):
    """Which posts are asked for."""

    model_config = ConfigDict(extra="forbid")

    category: Annotated[str | None, Query(max_length=200)] = None
    limit: Annotated[int, Query(ge=1, le=100)] = 20
    after: Annotated[str | None, Query(max_length=500)] = None


@router.get("", openapi_extra=may_call(MayCall.anybody))
async def list_posts(parts: WithParts, asked: Annotated[PostFilter, Query()]) -> PostPage:
    """Published posts, the newest first."""
    where: dict[str, Condition] = {"status": BlogPostStatus.published}
    if asked.category:
        where["category"] = asked.category
    page = await parts.store.find(
        BlogPost, where, order="-published_at", limit=asked.limit, after=asked.after
    )
    return PostPage(items=[PostSummary.of(post) for post in page.items], next=page.next)


@router.get("/{slug}", openapi_extra=may_call(MayCall.anybody))
async def show_post(slug: Annotated[str, Path(max_length=200)], parts: WithParts) -> PostView:
    """One published post, its content in Markdown."""
    post = await parts.store.first(BlogPost, {"slug": slug})
    if post is None or post.status is not BlogPostStatus.published:
        raise NotFound(f"There is no post called {slug}.")
    return PostView.of(post)
