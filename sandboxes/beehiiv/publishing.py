"""The life of a post: being made, then draft, scheduled or sent, at last archived.

A post is made in the background, a moment after it was told, as BeeHiiv does it; what is scheduled
goes out when its time has come. `stage` is where it is, `status` what the API says of that.
"""

from datetime import datetime

from sandboxes.beehiiv import mailing, notices, subscribing
from sandboxes.beehiiv.asking import epoch
from sandboxes.beehiiv.errors import BeehiivError
from sandboxes.beehiiv.post_forms import PostChange
from sandboxes.beehiiv.publications import find_publication
from sandboxes.beehiiv.writing import KIND, take_over
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor

AT_ONCE = 100
MOST = 100_000
TOLD = (
    *("id", "title", "subtitle", "authors", "created", "status", "publish_date", "displayed_date"),
    *("split_tested", "subject_line", "preview_text", "slug", "thumbnail_url", "web_url"),
    *("audience", "platform", "content_tags", "meta_default_description", "meta_default_title"),
    *("hidden_from_feed", "enforce_gated_content", "email_capture_popup"),
)
"""What is told of a post, by the API and by webhooks; dates only where there are any."""


def told_of(post: Document) -> Document:
    """A post as the API has it, without its content."""
    return {name: post[name] for name in TOLD if post[name] is not None}


async def make_new(vendor: Vendor) -> None:
    """Make the posts that were told, and send those whose time has come."""
    for found in await vendor.records.find(KIND, {"stage": "making"}, limit=AT_ONCE):
        await _settle(vendor, found["id"], "making")
    for found in await vendor.records.find(KIND, {"stage": "scheduled"}, limit=MOST):
        if found["publish_date"] <= epoch(vendor.clock.now()):
            await _settle(vendor, found["id"], "scheduled")


async def change(vendor: Vendor, post: Document, told: PostChange) -> None:
    """Change a post that is made; raises BeehiivError for what can not be changed any more."""
    was, given = post["stage"], told.model_fields_set
    if "status" in given and was != "draft" and told.status != post["status"]:
        raise BeehiivError(400, f"A post that is {post['status']} can not become {told.status}.")
    if "scheduled_at" in given and was in {"sent", "archived"}:
        raise BeehiivError(400, "scheduled_at can not be changed after the post has been sent.")
    await take_over(vendor.records, post, told)
    if was != "draft":
        await _tell(vendor, "post.updated", post)
    if was == "draft" or (was == "scheduled" and "scheduled_at" in given):
        await _decide(vendor, post)
    await vendor.records.put(KIND, post["id"], post)


async def take_back(vendor: Vendor, post: Document) -> None:
    """Forget a draft, or archive what was confirmed."""
    if post["status"] == "draft":
        await vendor.records.remove(KIND, post["id"])
        return
    post |= {"stage": "archived", "status": "archived"}
    await vendor.records.put(KIND, post["id"], post)
    await _tell(vendor, "post.updated", post)


async def _settle(vendor: Vendor, id_: str, stage: str) -> None:
    async with vendor.exclusively(id_) as inside:
        post = await inside.records.get(KIND, id_)
        if post and post["stage"] == stage:
            await _decide(inside, post)
            await inside.records.put(KIND, id_, post)


async def _decide(vendor: Vendor, post: Document) -> None:
    """Where a post stands now: it stays a draft, waits for its time, or goes out."""
    now = vendor.clock.now()
    at = post["scheduled_at"] and datetime.fromisoformat(post["scheduled_at"])
    if post["status"] == "draft":
        post["stage"] = "draft"
    elif at and at > now:
        post |= {"stage": "scheduled", "publish_date": epoch(at)}
        await _tell(vendor, "post.scheduled", post)
    else:
        post |= {"stage": "sent", "publish_date": epoch(at or now)}
        await _send(vendor, post)
        await _tell(vendor, "post.sent", post)


async def _send(vendor: Vendor, post: Document) -> None:
    """A mail to every active subscriber whom it is for."""
    publication = await find_publication(vendor.records.database, post["publication_id"])
    assert publication, "publications are never taken away"  # noqa: S101
    for tier in post["email_tiers"]:
        like = {"publication_id": publication["id"], "status": "active", "subscription_tier": tier}
        for reader in await vendor.records.find(subscribing.KIND, like, limit=MOST):
            subject = post["subject_line"]
            await mailing.send(vendor, "post", publication, reader, subject=subject, post=post)


async def _tell(vendor: Vendor, event: str, post: Document) -> None:
    await notices.tell(vendor, event, post["publication_id"], told_of(post))
