"""A past for customers: what would have come of their subscriptions, had they begun when told.

It is lived through by the engine that lives the present, at the moments of then, and away from the
table: nothing is told of it, and all of it is written at once.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field

from sandboxes.kit.passing import Order
from sandboxes.kit.records import Document
from sandboxes.stripe import customers
from sandboxes.stripe.ending import end
from sandboxes.stripe.engine import STEPS
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.methods import theirs
from sandboxes.stripe.promises import Due, Promises
from sandboxes.stripe.subscribing import subscribe
from sandboxes.stripe.subscription_forms import Creation, Update
from sandboxes.stripe.updating import update

DEFAULT: Final = "invoice_settings[default_payment_method]"
Id = Annotated[str, Field(pattern=r"^\w{12,100}$")]


class PastSubscription(Order):
    """A subscription that began once, and what became of it."""

    id: Id
    price: str
    began: AwareDatetime
    trial_end: AwareDatetime | None = None
    pays: Literal["always", "once"] = "always"
    """Whether every payment goes well, or the first one alone."""
    cancel_at_period_end: bool = False
    canceled_at: AwareDatetime | None = None
    metadata: dict[str, str] = {}


class PastCustomer(Order):
    """A customer under a chosen id, and their subscriptions."""

    id: Id
    email: str
    name: str
    metadata: dict[str, str] = {}
    subscriptions: list[PastSubscription] = Field(min_length=1)
    is_changed: bool = False
    """Whether people have gone on from there, so that what is there already counts."""


@dataclass(frozen=True)
class Awaited:
    """Promises that are not kept in the table yet."""

    open: dict[tuple[str, str], Due] = field(default_factory=dict)

    async def make(self, due: Due, test_clock: str | None = None) -> None:
        """Do it at its moment."""
        assert test_clock is None, "a past goes by the sandboxes' clock"  # noqa: S101
        self.open[due.what, due.object] = due

    async def withdraw(self, object_: str, what: Sequence[str]) -> None:
        """Forget promises about an object: the named ones, or all."""
        for key in [it for it in self.open if it[1] == object_ and (not what or it[0] in what)]:
            del self.open[key]

    def earliest(self, until: int) -> Due | None:
        """What falls due first until a moment."""
        due = [it for it in self.open.values() if it.at <= until]
        return min(due, key=lambda it: it.at, default=None)


@dataclass(frozen=True)
class Past(Ledger):
    """The objects of one customer, as they come about; what they rest on is known."""

    known: Mapping[tuple[str, str], Document] = field(default_factory=dict)
    written: dict[tuple[str, str], Document] = field(default_factory=dict)
    awaited: Awaited = field(default_factory=Awaited)

    @property
    def promises(self) -> Promises:
        """What is to be done later."""
        return self.awaited

    async def look_up(self, kind: str, id_: str) -> Document | None:
        """The object, or None."""
        return self.written.get((kind, id_)) or self.known.get((kind, id_))

    async def find(self, kind: str, limit: int = 10_000, /, **like: object) -> list[Document]:
        """The objects that have these values, the newest first."""
        found = [
            each
            for (its, _), each in reversed(self.written.items())
            if its == kind and all(each.get(name) == value for name, value in like.items())
        ]
        return found[:limit]

    async def write(self, document: Document) -> None:
        """Keep an object as it is."""
        self.written[document["object"], document["id"]] = document


async def live(past: Past, told: PastCustomer, now: int) -> list[Document]:
    """Live through a customer's past until now; all objects, under the ids that were chosen."""
    first = min(it.began for it in told.subscriptions)
    new = {"email": told.email, "name": told.name, "metadata": told.metadata}
    customer = await customers.create(past.at(_second(first)), customers.Creation(**new))
    names = {customer["id"]: told.id}
    for each in sorted(told.subscriptions, key=lambda it: it.began):
        begun = await _subscribe(past, customer["id"], each, now)
        names[begun] = each.id
    past.told.clear()
    for key, due in list(past.awaited.open.items()):
        past.awaited.open[key] = Due(due.what, names.get(due.object, due.object), due.at)
    return _renamed(list(past.written.values()), names)


async def _subscribe(past: Past, customer: str, told: PastSubscription, now: int) -> str:
    """Live through one subscription; the id that it got."""
    began = past.at(_second(told.began))
    await _pay_with(began, customer, "pm_card_visa")
    form = Creation.model_validate(
        {
            "customer": customer,
            "items": [{"price": told.price}],
            "metadata": told.metadata,
            "off_session": True,
            **({"trial_end": _second(told.trial_end)} if told.trial_end else {}),
        }
    )
    begun = await subscribe(began, form)
    if told.pays == "once":
        await _pay_with(began, customer, "pm_card_chargeCustomerFail")
    ends = _second(told.canceled_at) if told.canceled_at else now
    await _go_on(past, ends)
    subscription = await past.get("subscription", begun["id"])
    if told.canceled_at:
        await end(past.at(ends), subscription, "cancellation_requested")
    elif told.cancel_at_period_end:
        await update(past.at(now), subscription, Update(cancel_at_period_end=True))
    return str(begun["id"])


async def _pay_with(ledger: Ledger, customer: str, card: str) -> None:
    """Let a customer pay with a test card from now on."""
    there = await ledger.get("customer", customer)
    method = await theirs(ledger, card, customer, DEFAULT)
    settings = there["invoice_settings"] | {"default_payment_method": method["id"]}
    await ledger.change(there, {"invoice_settings": settings})


async def _go_on(past: Past, until: int) -> None:
    """Keep all promises until a moment, in the order of time."""
    while due := past.awaited.earliest(until):
        await past.awaited.withdraw(due.object, [due.what])
        await STEPS[due.what](past.at(due.at), due.object)


def _renamed(documents: list[Document], names: Mapping[str, str]) -> list[Document]:
    """The same under other ids, wherever they stand."""
    text = json.dumps(documents)
    for made, chosen in names.items():
        text = text.replace(made, chosen)
    renamed: list[Document] = json.loads(text)
    return renamed


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
