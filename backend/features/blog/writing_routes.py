"""What authors do with their posts, on the wire."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, Field

from backend.bodies import Body
from backend.dependencies import Instructor, MayCall, WithParts, may_call
from backend.features.blog import writing
from backend.features.blog.routes import PostView
from backend.schema.blog_posts import LONGEST, BlogPost, BlogPostStatus
from backend.schema.document import Identifier, Line, Slug, Tags
from backend.schema.profiles import Role
from backend.store import Condition

router = APIRouter(prefix="/api/blog/writing", tags=["writing"])
INSTRUCTORS = may_call(MayCall.instructors)

PostId = Annotated[Identifier, Path()]
Content = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Excerpt = Annotated[str, Field(max_length=300)]


class NewPost(Body):
    """A post as its author writes it."""

    title: Line = Field(examples=["Falling well"])
    content: Content = Field(examples=["Tuck the *chin*."])
    """Markdown, without HTML."""
    excerpt: Excerpt = ""
    """For lists; the beginning of the text when there is none."""
    category: Line = Field(examples=["training"])
    tags: Tags = []


class PostChange(Body):
    """What is to be different; what is not named stays as it is."""

    title: Line | None = None
    slug: Slug | None = None
    content: Content | None = None
    excerpt: Excerpt | None = None
    category: Line | None = None
    tags: Tags | None = None

    def fields(self) -> dict[str, Any]:
        """What was named."""
        return self.model_dump(exclude_none=True)


class Writing(PostView):
    """A post as its author sees it."""

    id: str
    status: BlogPostStatus
    published_at: AwareDatetime | None  # type: ignore[assignment]

    @classmethod
    def of_author(cls, post: BlogPost) -> "Writing":
        """The view of a post."""
        return cls.model_validate({**dict(post), "reading_minutes": post.reading_minutes})


@router.get("", summary="List the posts that I wrote", openapi_extra=INSTRUCTORS)
async def list_writing(caller: Instructor, parts: WithParts) -> list[Writing]:
    """The caller's own posts, and everybody's for board members; the latest 100 come first."""
    is_board = caller.profile.role.at_least(Role.board_member)
    where: dict[str, Condition] = {} if is_board else {"author_id": caller.profile.id}
    page = await parts.store.find(BlogPost, where, order="-created_at", limit=100)
    return [Writing.of_author(post) for post in page.items]


@router.post("", status_code=201, summary="Draft a post", openapi_extra=INSTRUCTORS)
async def draft_post(body: NewPost, caller: Instructor, parts: WithParts) -> Writing:
    """Write a draft, which its authors alone see until it is published."""
    return Writing.of_author(await writing.draft(parts, caller, body.model_dump()))


@router.get("/{post_id}", summary="Show a post that I wrote", openapi_extra=INSTRUCTORS)
async def show_writing(post_id: PostId, caller: Instructor, parts: WithParts) -> Writing:
    """One post as its author sees it; board members see any."""
    return Writing.of_author(await writing.written_by(parts.store, post_id, caller))


@router.patch("/{post_id}", summary="Change a post", openapi_extra=INSTRUCTORS)
async def change_post(
    post_id: PostId, body: PostChange, caller: Instructor, parts: WithParts
) -> Writing:
    """Change what is named, of one's own posts; board members change any."""
    return Writing.of_author(await writing.change(parts, post_id, caller, body.fields()))


@router.post("/{post_id}/publish", summary="Publish a post", openapi_extra=INSTRUCTORS)
async def publish_post(post_id: PostId, caller: Instructor, parts: WithParts) -> Writing:
    """Let everybody read it."""
    found = await writing.move(parts, post_id, caller, BlogPostStatus.published)
    return Writing.of_author(found)


@router.post("/{post_id}/archive", summary="Archive a post", openapi_extra=INSTRUCTORS)
async def archive_post(post_id: PostId, caller: Instructor, parts: WithParts) -> Writing:
    """Take it from its readers; it is kept, and may be published again."""
    found = await writing.move(parts, post_id, caller, BlogPostStatus.archived)
    return Writing.of_author(found)
