"""The signed links of the newsletter's mails: whoever holds one has the mail it came in."""

from typing import Final

from backend.clock import now
from backend.errors import LinkIsSpent
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.security import TokenIsInvalid, seal, unseal

CONFIRMS: Final = "newsletter-confirm"
OPENS: Final = "newsletter-preferences"
CONFIRM_SECONDS: Final = 24 * 3600


def confirming(subscriber: NewsletterSubscriber, secret: str) -> str:
    """What confirms the consent that this subscriber gave last, for 24 hours."""
    return seal(CONFIRMS, f"{subscriber.id}.{_consent(subscriber)}", secret)


def read_confirming(token: str, secret: str) -> str:
    """Whose consent is confirmed. Raises `LinkIsSpent`; `is_of` says whether it is the last."""
    subscriber_id, _, given = _read(CONFIRMS, token, secret).rpartition(".")
    if now().timestamp() >= int(given) / 1_000_000 + CONFIRM_SECONDS:
        raise LinkIsSpent("This link was good for 24 hours. Subscribe again to get a new one.")
    return subscriber_id


def is_of(token: str, subscriber: NewsletterSubscriber, secret: str) -> bool:
    """Whether a link confirms the consent that this subscriber gave last."""
    return token == confirming(subscriber, secret)


def opening(subscriber: NewsletterSubscriber, secret: str) -> str:
    """What opens a subscriber's preferences, and lets them leave; it is good for ever."""
    return seal(OPENS, subscriber.id, secret)


def read_opening(token: str, secret: str) -> str:
    """Whose preferences are opened. Raises `LinkIsSpent`."""
    return _read(OPENS, token, secret)


def _consent(subscriber: NewsletterSubscriber) -> int:
    given = subscriber.consented_at
    return int(given.timestamp() * 1_000_000) if given else 0


def _read(purpose: str, token: str, secret: str) -> str:
    try:
        return unseal(purpose, token, secret)
    except TokenIsInvalid as error:
        raise LinkIsSpent("This link is not one of ours. Take it whole from the mail.") from error
