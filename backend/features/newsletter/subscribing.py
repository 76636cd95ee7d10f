"""How somebody comes onto the newsletter's list, and off it again.

An address is put on the list by whoever opens the mail that was sent to it, and by nobody else.
Who left, or whose mail came back, is written to again only after confirming anew.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Final

from backend.clock import now
from backend.counting import counted_within
from backend.errors import LinkIsSpent
from backend.features.newsletter import links, mails
from backend.features.newsletter.syncing import PushSubscriber, SettleSubscriber, deciding
from backend.jobs import do_later
from backend.parts import Parts
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from backend.security import fingerprint
from backend.store import Store

ASKED_AT_MOST: Final = 3
"""How many mails an address gets in an hour; what is asked for beyond is answered alike."""


class Interest(StrEnum):
    """What a reader may want to read about."""

    events = "events"
    training = "training"
    articles = "articles"
    news = "news"


async def ask(parts: Parts, email: str, interests: list[Interest]) -> None:
    """Write to an address at which somebody asked for the newsletter, whoever they are."""
    async with _asking(parts, email) as may_ask:
        if may_ask:
            await _ask(parts, email, interests)


async def _ask(parts: Parts, email: str, interests: Sequence[Interest]) -> None:
    async with deciding(parts.store, email) as held:
        kept = await held.first(NewsletterSubscriber, {"email": email})
        if kept and kept.status is NewsletterStatus.subscribed:
            await do_later(held, mails.subscribed_already(kept, parts.settings))
            return
        if kept and kept.status is NewsletterStatus.complained:
            # Whoever is behind the address called our mails spam; nobody else may ask for them.
            return
        wanted = {"interests": [each.value for each in interests], "consented_at": now()}
        if kept:
            # Who left stays one who left until they confirm.
            asked = await held.update(kept.changed(**wanted))
        else:
            asked = NewsletterSubscriber.model_validate({"email": email, **wanted})
            await held.insert(asked)
        await do_later(held, mails.confirm(asked, parts.settings))


async def confirm(parts: Parts, token: str) -> NewsletterSubscriber:
    """Put on the list whoever holds the link of the last mail. Raises `LinkIsSpent`."""
    secret = _secret(parts)
    subscriber_id = links.read_confirming(token, secret)
    known = await _subscriber(parts.store, subscriber_id)
    async with deciding(parts.store, known.email) as held:
        kept = await _subscriber(held, subscriber_id)
        if not links.is_of(token, kept, secret):
            raise LinkIsSpent("This link was used, or a newer mail has taken its place.")
        if kept.status is NewsletterStatus.subscribed:
            return kept
        kept = await held.update(
            kept.changed(
                status=NewsletterStatus.subscribed,
                subscribed_at=now(),
                unsubscribed_at=None,
                beehiiv_subscriber_id=None,
            )
        )
        await do_later(held, mails.welcome(kept, parts.settings))
        await do_later(held, PushSubscriber(subscriber_id=kept.id))
        return kept


async def show(parts: Parts, token: str) -> NewsletterSubscriber:
    """The subscriber whose link this is. Raises `LinkIsSpent`."""
    return await _subscriber(parts.store, links.read_opening(token, _secret(parts)))


async def prefer(parts: Parts, token: str, interests: list[Interest]) -> NewsletterSubscriber:
    """Keep what a subscriber wants to read about. Raises `LinkIsSpent`."""
    known = await show(parts, token)
    async with deciding(parts.store, known.email) as held:
        kept = await _subscriber(held, known.id)
        kept = await held.update(kept.changed(interests=[each.value for each in interests]))
        if kept.status is NewsletterStatus.subscribed:
            await do_later(held, PushSubscriber(subscriber_id=kept.id))
        return kept


async def leave(parts: Parts, token: str) -> NewsletterSubscriber:
    """Take somebody off the list, and BeeHiiv's too. Raises `LinkIsSpent`."""
    known = await show(parts, token)
    async with deciding(parts.store, known.email) as held:
        kept = await _subscriber(held, known.id)
        if kept.status.is_off:
            return kept
        kept = await held.update(
            kept.changed(
                status=NewsletterStatus.unsubscribed, unsubscribed_at=now(), consented_at=None
            )
        )
        await do_later(held, SettleSubscriber(email=kept.email))
        return kept


async def _subscriber(store: Store, subscriber_id: str) -> NewsletterSubscriber:
    found = await store.get(NewsletterSubscriber, subscriber_id)
    if found is None:
        raise LinkIsSpent("Nothing is kept of this address any more.")
    return found


def _secret(parts: Parts) -> str:
    return parts.settings.authentication.jwt_secret.get_secret_value()


def _asking(parts: Parts, email: str) -> AbstractAsyncContextManager[bool]:
    key = f"{parts.settings.prefix}newsletter:{fingerprint(email)}"
    return counted_within(parts.redis, key, 3600, at_most=ASKED_AT_MOST)
