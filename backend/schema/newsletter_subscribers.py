"""Who receives the newsletter."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from backend.schema.document import Document, Email, Index, Line, Moment


class NewsletterStatus(StrEnum):
    """Pending until the address is confirmed; nobody but a subscribed person is written to."""

    pending = "pending"
    subscribed = "subscribed"
    unsubscribed = "unsubscribed"
    bounced = "bounced"


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

    @property
    def left_at(self) -> datetime | None:
        """When they left the list, or when we wrote down that mail came back; none while on it."""
        is_off = self.status in (NewsletterStatus.unsubscribed, NewsletterStatus.bounced)
        if self.subscribed_at is None or not is_off:
            return None
        return max(self.subscribed_at, self.unsubscribed_at or self.updated_at)
