"""How a payment goes: a card is asked, challenges its holder, declines, or pays.

Nothing here knows what is paid for; `settling` goes on from what comes of it.
"""

from sandboxes.kit.records import Document
from sandboxes.stripe.cards import UNAUTHENTICATED, Card, Decline
from sandboxes.stripe.charges import new_charge
from sandboxes.stripe.disputes import dispute
from sandboxes.stripe.errors import CARD, PaymentFailed
from sandboxes.stripe.ledger import Ledger, shown
from sandboxes.stripe.methods import attach, card_of

NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure",
    "We are unable to authenticate your payment method. Please choose a different payment method"
    " and try again.",
)


async def pay(
    ledger: Ledger,
    intent: Document,
    method: Document,
    *,
    off_session: bool = False,
    waits: bool = False,
    return_url: str | None = None,
) -> Document:
    """The intent after the card was asked: succeeded, requires_capture, requires_action, or, with
    its `last_payment_error`, requires_payment_method. Raises nothing for a decline.

    A payment off session fails when its holder is wanted, unless it `waits` for them, as an
    invoice's does.
    """
    card = card_of(method)
    intent = intent | {"payment_method": method["id"], "_authenticated": False}
    if challenges(card, method, off_session):
        if off_session and not waits:
            return await _fail(ledger, intent, method, UNAUTHENTICATED)
        changes: Document = {"status": "requires_action", "last_payment_error": None}
        changes["next_action"] = await challenge(ledger, intent, return_url)
        await ledger.keep(intent)
        return await ledger.change(intent, changes, "payment_intent.requires_action")
    return await _ask(ledger, intent, method, card)


def challenges(card: Card, method: Document, off_session: bool) -> bool:
    """Whether the card wants to know that its holder is there."""
    match card.challenge:
        case "always":
            return True
        case "unless_set_up":
            return not method["_set_up"]
        case "on_session":
            return not off_session
    return False


async def challenge(ledger: Ledger, intent: Document, return_url: str | None) -> Document:
    """What is to be done next by the card's holder: go to a page, and come back."""
    url = f"{await ledger.address()}/3ds/{intent['id']}?secret={intent['client_secret']}"
    if return_url:
        redirect = {"return_url": return_url, "url": url}
        return {"type": "redirect_to_url", "redirect_to_url": redirect}
    return {
        "type": "use_stripe_sdk",
        "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": url},
    }


async def answer_challenge(ledger: Ledger, intent: Document, succeeds: bool) -> Document:
    """The intent after its holder said who they are, or failed to."""
    method = await ledger.get("payment_method", intent["payment_method"])
    intent = intent | {"next_action": None}
    if not succeeds:
        return await _fail(ledger, intent, method, NOT_AUTHENTICATED, is_charged=False)
    return await _ask(ledger, intent | {"_authenticated": True}, method, card_of(method))


async def _ask(ledger: Ledger, intent: Document, method: Document, card: Card) -> Document:
    if card.declines:
        return await _fail(ledger, intent, method, card.declines)
    return await _succeed(ledger, intent, method, card)


async def _fail(
    ledger: Ledger, intent: Document, method: Document, why: Decline, *, is_charged: bool = True
) -> Document:
    error: Document = {"code": why.code, "message": why.message, "type": CARD}
    error |= {"decline_code": why.decline_code, "payment_method": shown(method)}
    error["doc_url"] = f"https://stripe.com/docs/error-codes/{why.code.replace('_', '-')}"
    changes: Document = {"status": "requires_payment_method", "next_action": None}
    changes["payment_method"] = None
    if is_charged:
        charge = await ledger.keep(new_charge(ledger, intent, method, why), "charge.failed")
        error["charge"] = changes["latest_charge"] = charge["id"]
    changes["last_payment_error"] = error
    await ledger.keep(intent)
    return await ledger.change(intent, changes, "payment_intent.payment_failed")


async def _succeed(ledger: Ledger, intent: Document, method: Document, card: Card) -> Document:
    charge = await ledger.keep(new_charge(ledger, intent, method), "charge.succeeded")
    held = intent["capture_method"] == "manual"
    changes = {
        "status": "requires_capture" if held else "succeeded",
        "amount_capturable": intent["amount"] if held else 0,
        "amount_received": 0 if held else intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
    }
    told = "amount_capturable_updated" if held else "succeeded"
    await ledger.keep(intent)
    intent = await ledger.change(intent, changes, f"payment_intent.{told}")
    await _remember(ledger, intent, method)
    if card.disputed:
        await dispute(ledger, charge, card)
    return intent


async def _remember(ledger: Ledger, intent: Document, method: Document) -> None:
    """The method is kept for the customer where that was wished for, else it is used up."""
    if intent["setup_future_usage"] and intent["customer"] and not method["customer"]:
        method = await attach(ledger, method, intent["customer"])
    set_up = method["_set_up"] or intent["setup_future_usage"] == "off_session"
    await ledger.change(method, {"_used": True, "_set_up": set_up})


def declined(intent: Document) -> PaymentFailed | None:
    """The refusal of a request whose payment failed; None where it did not."""
    error = intent["last_payment_error"]
    if error is None:
        return None
    more = {name: error.get(name) for name in ("charge", "decline_code", "payment_method")}
    return PaymentFailed(error["message"], code=error["code"], payment_intent=shown(intent), **more)
