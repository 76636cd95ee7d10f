"""A post as it is kept: what was told of it, and what follows from that."""

import re
from uuid import uuid4

from sandboxes.beehiiv.asking import epoch
from sandboxes.beehiiv.contents import content_of
from sandboxes.beehiiv.errors import BeehiivError
from sandboxes.beehiiv.post_forms import PostChange
from sandboxes.kit.records import Document, Records

KIND = "post"
NO_SLUG = re.compile(r"[^a-z0-9]+")
KEPT_AS = {
    "title": "title",
    "subtitle": "subtitle",
    "thumbnail_image_url": "thumbnail_url",
    "content_tags": "content_tags",
    "email_subject_line": "email_subject_line",
    "email_preview_text": "preview_text",
    "slug": "slug",
    "hide_from_feed": "hidden_from_feed",
    "default_description": "meta_default_description",
    "default_title": "meta_default_title",
}
"""What is taken over as it was told, and the name that it is kept by."""


def blank(publication: Document, pages: str, created: int) -> Document:
    """A post of which nothing was told yet; `pages` is the address below which it can be read."""
    texts = dict.fromkeys(KEPT_AS.values(), "") | {"html": ""}
    return texts | {
        "id": f"post_{uuid4()}",
        "publication_id": publication["id"],
        "pages": pages,
        "stage": "making",
        "status": "draft",
        "authors": [publication["organization_name"]],
        "created": created,
        "publish_date": None,
        "displayed_date": None,
        "scheduled_at": None,
        "split_tested": False,
        "content_tags": [],
        "hidden_from_feed": False,
        "enforce_gated_content": False,
        "email_capture_popup": False,
        "web_tiers": ["free"],
        "email_tiers": ["free"],
    }


async def take_over(records: Records, post: Document, told: PostChange) -> None:
    """Take over what was told and nothing else, and what follows from it; raises BeehiivError."""
    for settings in (told, told.email_settings, told.web_settings, told.seo_settings):
        for name in settings.model_fields_set & KEPT_AS.keys():
            post[KEPT_AS[name]] = getattr(settings, name)
    _take_over_content(post, told)
    _take_over_times(post, told)
    if "recipients" in told.model_fields_set:
        _aim(post, told)
    if "email_capture_type_override" in told.model_fields_set:
        post["enforce_gated_content"] = told.email_capture_type_override == "gated"
        post["email_capture_popup"] = told.email_capture_type_override == "popup"
    post["slug"] = await _free_slug(records, post)
    _derive(post)


def _take_over_content(post: Document, told: PostChange) -> None:
    html = content_of(told)
    if html is not None:
        ways = {"append": (post["html"], html), "prepend": (html, post["html"])}
        post["html"] = "\n".join(ways.get(told.content_merge_strategy, (html,)))


def _take_over_times(post: Document, told: PostChange) -> None:
    if "status" in told.model_fields_set:
        post["status"] = told.status
    if told.scheduled_at:
        post["scheduled_at"] = told.scheduled_at.isoformat()
    if told.override_scheduled_at:
        post["displayed_date"] = epoch(told.override_scheduled_at)
    if post["status"] == "draft" and post["scheduled_at"]:
        raise BeehiivError(400, "A draft post cannot be scheduled.")


def _aim(post: Document, told: PostChange) -> None:
    post["web_tiers"], post["email_tiers"] = told.recipients.web.tiers, told.recipients.email.tiers
    if not post["web_tiers"] and not post["email_tiers"]:
        raise BeehiivError(400, "recipients must name somebody on the web or by email.")


async def _free_slug(records: Records, post: Document) -> str:
    """The word by which the post is found on the web; no other of the publication has it."""
    wanted = post["slug"] or NO_SLUG.sub("-", post["title"].lower()).strip("-") or "post"
    slug, number = wanted, 1
    while await _is_taken(records, post, slug):
        number += 1
        slug = f"{wanted}-{number}"
    return slug


async def _is_taken(records: Records, post: Document, slug: str) -> bool:
    like = {"publication_id": post["publication_id"], "slug": slug}
    return any(each["id"] != post["id"] for each in await records.find(KIND, like))


def _derive(post: Document) -> None:
    web, email = post["web_tiers"], post["email_tiers"]
    tiers = web or email
    post["platform"] = "both" if web and email else "web" if web else "email"
    post["audience"] = tiers[0] if len(tiers) == 1 else "both"
    post["web_url"] = f"{post['pages']}{post['slug']}" if web else ""
    post["subject_line"] = post["email_subject_line"] or post["title"]
