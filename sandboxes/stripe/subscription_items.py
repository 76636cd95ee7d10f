"""Subscription items in the API: each by itself, as a change of its subscription."""

from sandboxes.kit.records import Document
from sandboxes.stripe import subscriptions
from sandboxes.stripe.errors import missing
from sandboxes.stripe.fields import Metadata, Moment, Natural, Text, Truth
from sandboxes.stripe.forms import Form, words
from sandboxes.stripe.items import NOT_EMULATED, ItemChange, ItemPriceData
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Page, a_list
from sandboxes.stripe.operations import route
from sandboxes.stripe.subscription_forms import Behavior, Proration, Update

HOW = frozenset({"off_session", "payment_behavior", "proration_behavior", "proration_date"})
"""What is said of how the subscription changes, not of the item."""


class Deletion(Form):
    """How an item is taken away."""

    not_emulated = words("clear_usage")
    off_session: Truth = False
    payment_behavior: Behavior = "allow_incomplete"
    proration_behavior: Proration = "create_prorations"
    proration_date: Moment = None


class Change(Deletion):
    """A change of an item."""

    not_emulated = NOT_EMULATED
    metadata: Metadata = {}
    price: Text | None = None
    price_data: ItemPriceData | None = None
    quantity: Natural = 1


class Creation(Change):
    """One more item."""

    subscription: Text


class Listing(Page):
    """Which items: a subscription's."""

    subscription: Text


async def create(ledger: Ledger, form: Creation) -> Document:
    """One more item of a subscription."""
    subscription = await ledger.get("subscription", form.subscription, "subscription")
    before = {each["id"] for each in subscription["items"]["data"]}
    item = ItemChange(**form.given("subscription", *HOW))
    changed = await subscriptions.change(ledger, subscription, _update(form, item))
    return next(each for each in changed["items"]["data"] if each["id"] not in before)


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The item."""
    return _item(await _whose(ledger, id_), id_)


async def update(ledger: Ledger, form: Change, id_: str) -> Document:
    """The item, changed."""
    item = ItemChange(id=id_, **form.given(*HOW))
    subscription = await _whose(ledger, id_)
    return _item(await subscriptions.change(ledger, subscription, _update(form, item)), id_)


async def delete(ledger: Ledger, form: Deletion, id_: str) -> Document:
    """The item, gone."""
    item = ItemChange(id=id_, deleted=True)
    await subscriptions.change(ledger, await _whose(ledger, id_), _update(form, item))
    return {"id": id_, "object": "subscription_item", "deleted": True}


async def listed(ledger: Ledger, form: Listing) -> Document:
    """All items of a subscription; a subscription has 20 at the most, so one page holds them."""
    subscription = await ledger.get("subscription", form.subscription, "subscription")
    url = f"/v1/subscription_items?subscription={form.subscription}"
    items = subscription["items"]["data"]
    ids = [each["id"] for each in items]
    if form.starting_after in ids:
        items = items[ids.index(form.starting_after) + 1 :]
    return a_list(url, items[: form.limit], len(items) > form.limit)


def _update(form: Deletion, item: ItemChange) -> Update:
    how = {name: getattr(form, name) for name in HOW & form.model_fields_set}
    return Update(items=[item], **how)


async def _whose(ledger: Ledger, id_: str) -> Document:
    found = await ledger.find("subscription", 1, items={"data": [{"id": id_}]})
    if not found:
        raise missing("subscription_item", id_)
    return found[0]


def _item(subscription: Document, id_: str) -> Document:
    return next(each for each in subscription["items"]["data"] if each["id"] == id_)


ITEMS, ITEM = "/v1/subscription_items", "/v1/subscription_items/{id}"
ROUTES = (
    route("PostSubscriptionItems", ITEMS, Creation, create),
    route("GetSubscriptionItems", ITEMS, Listing, listed),
    route("GetSubscriptionItemsItem", ITEM, Form, retrieve),
    route("PostSubscriptionItemsItem", ITEM, Change, update),
    route("DeleteSubscriptionItemsItem", ITEM, Deletion, delete),
)
