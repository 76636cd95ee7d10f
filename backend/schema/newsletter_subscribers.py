"""Who receives the newsletter."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from backend.schema.document import Document, Email, Index, Line, Moment, Tier


class NewsletterStatus(StrEnum):
    """Pending until the address is confirmed; nobody but a subscribed person is written to."""

    pending = "pending"
    subscribed = "subscribed"
    unsubscribed = "unsubscribed"
    bounced = "bounced"
    complained = "complained"
    """They called a mail of ours spam; not even their own wish is answered with one."""

    @property
    def is_off(self) -> bool:
        """Whether the address was on the list, or asked to be, and is written to no more."""
        return self not in (NewsletterStatus.pending, NewsletterStatus.subscribed)


class NewsletterSubscriber(Document):
    """An address on the newsletter's list, whether or not it belongs to an account."""

    collection = "newsletter_subscribers"

    email: Annotated[Email, Index(unique=True)]
    status: Annotated[NewsletterStatus, Index()] = NewsletterStatus.pending
    interests: Annotated[list[Line], Field(max_length=20)] = []
    beehiiv_subscriber_id: str | None = None
    """BeeHiiv's id; none while it was not told of this consent yet."""
    consented_at: Moment | None = None
    """When somebody last asked for the newsletter at this address and agreed to be written to."""
    subscribed_at: Moment | None = None
    """When the owner of the address confirmed it."""
    unsubscribed_at: Moment | None = None
    tier: Tier | None = None
    """The membership that BeeHiiv was told of; none for somebody who is no member."""

    @property
    def left_at(self) -> datetime | None:
        """When they left the list, or when we wrote down that mail came back; none while on it."""
        if self.subscribed_at is None or not self.status.is_off:
            return None
        return max(self.subscribed_at, self.unsubscribed_at or self.updated_at)
