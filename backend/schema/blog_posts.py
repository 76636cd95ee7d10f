"""Articles of the association's world."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from backend.schema.document import (
    Document,
    Identifier,
    Index,
    Line,
    Moment,
    References,
    Slug,
    Tags,
)

WORDS_A_MINUTE = 200
LONGEST = 100_000


class BlogPostStatus(StrEnum):
    """Only published posts are shown to readers."""

    draft = "draft"
    published = "published"
    archived = "archived"


class BlogPost(Document):
    """An article in Markdown, found by its slug."""

    collection = "blog_posts"
    indexes = (Index(("status", "published_at")),)
    searched = ("title", "excerpt", "tags", "content")

    title: Line
    slug: Annotated[Slug, Index(unique=True)]
    excerpt: Annotated[str, Field(max_length=300)] = ""
    content: Annotated[str, Field(max_length=LONGEST)]
    category: Annotated[Line, Index()]
    tags: Tags = []
    author: Line
    author_id: Annotated[Identifier | None, References("profiles")] = None
    """Who wrote it here; none for a letter of the newsletter."""
    status: BlogPostStatus = BlogPostStatus.draft
    published_at: Moment | None = None
    beehiiv_post_id: Annotated[str | None, Index(unique=True)] = None
    """BeeHiiv's id of a letter of the newsletter; whatever becomes of it is decided there."""
    canonical_url: str | None = None
    """Where it stands first, when that is elsewhere."""

    @model_validator(mode="after")
    def _is_dated(self) -> Self:
        if self.status is BlogPostStatus.published and self.published_at is None:
            raise ValueError("a published post has a date of publication")
        return self

    @property
    def reading_minutes(self) -> int:
        """How long a reader needs, in whole minutes, at least one."""
        return max(1, round(len(self.content.split()) / WORDS_A_MINUTE))
