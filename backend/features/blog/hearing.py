"""What BeeHiiv tells of its letters: each event once, by a job that asks for the letter."""

from typing import Final

from backend.features.blog.syncing import TakePost
from backend.jobs import do_later
from backend.parts import Parts
from backend.providers import VendorIsUnavailable
from backend.providers.beehiiv import Event
from backend.webhooks import Outcome

TOLD: Final = frozenset({"post.sent", "post.updated"})


async def hear(parts: Parts, event: Event) -> Outcome:
    """Write down that a letter is to be taken. Raises `VendorIsUnavailable` for nonsense."""
    if event.type not in TOLD:
        return Outcome.ignored
    post_id = event.data.get("id")
    if not isinstance(post_id, str):
        raise VendorIsUnavailable("beehiiv", "its webhook makes no sense", kind="schema")
    key = f"beehiiv:{event.id}:post"
    is_new = await do_later(parts.store, TakePost(post_id=post_id), key=key)
    return Outcome.applied if is_new else Outcome.duplicate
