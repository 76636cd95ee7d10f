"""What follows when a card's holder has answered its challenge: the payment, and all that waits."""

from sandboxes.kit.records import Document
from sandboxes.stripe import settling, setup_intents
from sandboxes.stripe.checkout.trying import hear_of
from sandboxes.stripe.clocks import their_time
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.portal.cards import keep_card


def kind_of(id_: str) -> str:
    """Of which kind the intent of an id is."""
    return "setup_intent" if id_.startswith("seti_") else "payment_intent"


async def answer_challenge(
    ledger: Ledger, intent: Document, *, succeeds: bool
) -> tuple[Document, Document | None]:
    """The intent after the answer, and the Checkout Session that it belongs to, if any."""
    if intent["customer"]:
        ledger = await their_time(ledger, intent["customer"])
    answer = settling if intent["object"] == "payment_intent" else setup_intents
    intent = await answer.answer_challenge(ledger, intent, succeeds=succeeds)
    if intent.get("_is_portals") and intent["status"] == "succeeded":
        await keep_card(ledger, intent)
    return intent, await hear_of(ledger, intent)
