"""What a post is told by: its content, whom it is for, and how it looks from outside."""

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from sandboxes.beehiiv.asking import Told
from sandboxes.beehiiv.errors import BeehiivError, not_emulated

TIERS = ("free", "premium")


class EmailSettings(Told):
    """How it looks as a mail."""

    email_subject_line: str = ""
    email_preview_text: str = ""


class WebSettings(Told):
    """How it looks on the web."""

    slug: str = Field(default="", pattern=r"^[A-Za-z0-9-]*$")
    hide_from_feed: bool = False


class SeoSettings(Told):
    """What search engines are told."""

    default_description: str = ""
    default_title: str = ""


class Targets(Told):
    """Whom it is for on one channel."""

    tier_ids: list[str] = []
    include_segment_ids: list[str] = []
    exclude_segment_ids: list[str] = []

    @property
    def tiers(self) -> list[str]:
        """The tiers, with `all` spelled out; raises BeehiivError for what is not emulated."""
        if self.include_segment_ids or self.exclude_segment_ids:
            raise not_emulated("segments")
        if set(self.tier_ids) - {*TIERS, "all"}:
            raise not_emulated("premium tiers by their ids")
        return [tier for tier in TIERS if tier in self.tier_ids or "all" in self.tier_ids]


class Recipients(Told):
    """Whom it is for; a channel that is left out gets nothing."""

    web: Targets = Targets()
    email: Targets = Targets()


class PostChange(Told):
    """What shall change of a post."""

    title: str = Field(default="", min_length=1)
    subtitle: str = ""
    body_content: str | None = None
    blocks: list[Any] | None = None
    content_merge_strategy: Literal["replace", "append", "prepend", "append_to_template"] = (
        "replace"
    )
    status: Literal["draft", "confirmed"] = "draft"
    scheduled_at: AwareDatetime | None = None
    override_scheduled_at: AwareDatetime | None = None
    email_capture_type_override: Literal["none", "gated", "popup"] = "none"
    thumbnail_image_url: str = ""
    content_tags: list[str] = []
    recipients: Recipients = Recipients()
    email_settings: EmailSettings = EmailSettings()
    web_settings: WebSettings = WebSettings()
    seo_settings: SeoSettings = SeoSettings()
    post_template_id: str = ""
    newsletter_list_id: str = ""
    guest_author_ids: list[str] = []
    team_author_ids: list[str] = []
    headers: dict[str, str] = {}
    custom_fields: dict[str, str] = {}

    def check(self) -> None:
        """Raises BeehiivError for what makes no sense together, or is not emulated."""
        if self.body_content is not None and self.blocks is not None:
            raise BeehiivError(400, "Provide either blocks or body_content, not both.")
        if self.post_template_id or self.content_merge_strategy == "append_to_template":
            raise not_emulated("post templates")
        if self.newsletter_list_id:
            raise not_emulated("newsletter lists")
        if self.guest_author_ids or self.team_author_ids:
            raise not_emulated("authors")
        if self.headers or self.custom_fields:
            raise not_emulated("headers and custom fields of a post")


class NewPost(PostChange):
    """A post to make: it needs a title and content."""

    title: str = Field(min_length=1)

    def check(self) -> None:
        """Raises BeehiivError for what makes no sense together, or is not emulated."""
        super().check()
        if self.body_content is None and self.blocks is None:
            raise BeehiivError(400, "Provide either blocks or body_content.")
