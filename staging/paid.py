"""What the seeds have paid: the sandbox of Stripe is told of it, as if it had happened there.

A real Stripe can be given neither ids nor a past; it knows nothing of the seeds, and what differs
there is told by the nightly comparison (decision 0033).
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from backend.features.billing.membership import PROFILE
from backend.schema.document import Tier
from backend.schema.profiles import Profile
from backend.schema.subscriptions import Subscription, SubscriptionStatus
from backend.settings import Settings
from backend.store import AnyOf, Store
from staging.seed import MARK
from staging.vendors import Order, order

PASTS: Final = "stripe/pasts"
AT_ONCE: Final = 500
"""How many customers are told of in one request."""
FORGOTTEN: Final = "former.member@anonymous.example"
"""The address of a seed whose person was forgotten."""


async def tell(control: str, settings: Settings, store: Store) -> None:
    """Tell the sandboxes at `control` of all that the seeds in this store have paid, and no more.

    Raises `Failed` with the words of the refusal.
    """
    told = await _customers(store, settings)
    parts = [told[start : start + AT_ONCE] for start in range(0, len(told), AT_ONCE)]
    these = Order(PASTS, [each["id"] for each in told])
    await order(control, these, *(Order(PASTS, part, "POST") for part in parts))


async def forget(control: str) -> None:
    """Let the sandboxes at `control` forget what any seeds have paid. Raises `Failed`."""
    await order(control, Order(PASTS, []))


async def _customers(store: Store, settings: Settings) -> list[dict[str, Any]]:
    """Everybody who paid once, with what they paid for."""
    kept = [each async for each in store.every(Subscription, MARK)]
    theirs = {"id": AnyOf(tuple({each.profile_id for each in kept}))}
    people = {each.id: each async for each in store.every(Profile, theirs)}
    paid: dict[str, list[Subscription]] = defaultdict(list)
    for each in kept:
        paid[each.stripe_customer_id].append(each)
    ids = _prices(settings)
    return [
        _customer(id_, people.get(bought[0].profile_id), bought, ids)
        for id_, bought in sorted(paid.items())
    ]


def _prices(settings: Settings) -> dict[Tier, str]:
    """The price of each tier, by Stripe's id; empty where none is set."""
    payment = settings.payment
    return {tier: getattr(payment, f"stripe_{tier}_price_id") or "" for tier in Tier}


def _customer(
    id_: str, person: Profile | None, paid: list[Subscription], prices: Mapping[Tier, str]
) -> dict[str, Any]:
    return {
        "id": id_,
        "email": person.email if person else FORGOTTEN,
        "name": person.full_name if person else "",
        "metadata": {PROFILE: paid[0].profile_id},
        "subscriptions": [_subscription(each, prices[each.tier]) for each in paid],
        # What people did with a seed they did at Stripe, which has told of it.
        "is_changed": any(each.version for each in paid),
    }


def _subscription(paid: Subscription, price: str) -> dict[str, Any]:
    # The seeds tell when it was made, and a document that people changed keeps that.
    moments = {
        "began": paid.created_at,
        "trial_end": paid.trial_end,
        "canceled_at": paid.canceled_at,
    }
    return {
        "id": paid.stripe_subscription_id,
        "price": price,
        "pays": "once" if paid.status is SubscriptionStatus.past_due else "always",
        "cancel_at_period_end": paid.cancel_at_period_end,
        "metadata": {PROFILE: paid.profile_id},
        **{name: moment.isoformat() for name, moment in moments.items() if moment},
    }
