"""What BeeHiiv tells of subscribers: each event once, by a job that asks how they stand now."""

from typing import Final

from pydantic import ValidationError

from backend.features.newsletter.syncing import SettleSubscriber
from backend.jobs import do_later
from backend.parts import Parts
from backend.providers import VendorIsUnavailable
from backend.providers.beehiiv import Event, Subscription
from backend.webhooks import Outcome

TOLD: Final = frozenset({"subscription.created", "subscription.confirmed", "subscription.deleted"})
"""The events after which an address may stand otherwise."""


async def hear(parts: Parts, event: Event) -> Outcome:
    """Write down that an address has to be settled. Raises `VendorIsUnavailable` for nonsense."""
    if event.type not in TOLD:
        return Outcome.ignored
    try:
        told = Subscription.model_validate(event.data)
    except ValidationError as error:
        raise VendorIsUnavailable("beehiiv", "its webhook makes no sense", kind="schema") from error
    task = SettleSubscriber(email=told.email.lower(), is_gone=event.type == "subscription.deleted")
    is_new = await do_later(parts.store, task, key=f"beehiiv:{event.id}:subscriber")
    return Outcome.applied if is_new else Outcome.duplicate
