"""How a customer's card is changed in the portal: set up, then used for all that is to come."""

from sandboxes.kit.records import Document
from sandboxes.stripe import setup_intents
from sandboxes.stripe.ending import LIVING
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.methods import MethodData, new_method


async def change_card(
    ledger: Ledger, customer: str, card: MethodData, back: str, ends_at: str | None
) -> Document:
    """The setup intent after the card was asked. Raises CardError for a card that can not be.

    `back` is where a challenge leads back to, and `ends_at` where the browser goes from there.
    """
    method = await new_method(ledger, card)
    setup = setup_intents.new_setup(ledger, customer, _is_portals=True, _ends_at=ends_at)
    setup = await ledger.keep(setup, "setup_intent.created")
    setup = await setup_intents.set_up(ledger, setup, method, back)
    if setup["status"] == "succeeded":
        await keep_card(ledger, setup)
    return setup


async def keep_card(ledger: Ledger, setup: Document) -> None:
    """The customer pays with this card from now on, and so does each subscription of theirs."""
    customer = await ledger.get("customer", setup["customer"])
    chosen = {"default_payment_method": setup["payment_method"]}
    settings = customer["invoice_settings"] | chosen
    await ledger.change(customer, {"invoice_settings": settings}, "customer.updated")
    for subscription in await ledger.find("subscription", customer=customer["id"]):
        if subscription["status"] in LIVING and subscription["default_payment_method"]:
            await ledger.change(subscription, chosen, "customer.subscription.updated")


async def card_of_customer(ledger: Ledger, customer: Document) -> Document | None:
    """What may be shown of the card that is used; None where there is none."""
    ids = [
        each["default_payment_method"]
        for each in await ledger.find("subscription", customer=customer["id"])
        if each["status"] in LIVING
    ]
    ids.append(customer["invoice_settings"]["default_payment_method"])
    chosen = next(filter(None, ids), None)
    method = await ledger.look_up("payment_method", chosen) if chosen else None
    card: Document | None = method and method["card"]
    return card
