"""Setup intents: a card is made ready for payments to come, without a payment."""

from typing import Literal

from sandboxes.kit.records import Document
from sandboxes.stripe import paying
from sandboxes.stripe.cards import Decline
from sandboxes.stripe.clocks import their_time
from sandboxes.stripe.errors import CARD, PaymentFailed, StripeError
from sandboxes.stripe.fields import Many, Metadata, Text, Truth, Unsettable, merged
from sandboxes.stripe.forms import Form, words
from sandboxes.stripe.ids import drawn, new_id
from sandboxes.stripe.ledger import Ledger, shown
from sandboxes.stripe.listing import Created, page
from sandboxes.stripe.methods import attach, card_of, new_method, resolve, usable_by
from sandboxes.stripe.operations import route
from sandboxes.stripe.payment_forms import Automatic, Method
from sandboxes.stripe.payment_intents import UNCONFIRMED

NOT_EMULATED = words(
    "attach_to_self confirmation_token customer_account flow_directions mandate_data on_behalf_of"
    " payment_method_configuration payment_method_options single_use"
    " excluded_payment_method_types"
)
UNAUTHENTICATED = Decline("setup_intent_authentication_failure", paying.NOT_AUTHENTICATED.message)


class Confirmation(Method):
    """With which card."""

    not_emulated = NOT_EMULATED | words("allowed_payment_method_types")
    return_url: Text | None = None
    use_stripe_sdk: Truth = False


class Creation(Confirmation):
    """A new setup intent, which may be confirmed at once."""

    not_emulated = NOT_EMULATED
    allowed_payment_method_types: Many[Text] = []
    automatic_payment_methods: Automatic | None = None
    confirm: Truth = False
    customer: Text | None = None
    description: Unsettable = None
    metadata: Metadata = {}
    usage: Literal["off_session", "on_session"] = "off_session"


class Update(Method):
    """A change of a setup intent."""

    not_emulated = NOT_EMULATED | words("flow_directions")
    customer: Text | None = None
    description: Unsettable = None
    metadata: Metadata = {}


class Cancellation(Form):
    """Why it is given up."""

    cancellation_reason: Literal["abandoned", "duplicate", "requested_by_customer"] | None = None


class Listing(Created):
    """Which setup intents."""

    not_emulated = words("attach_to_self customer_account")
    customer: Text | None = None
    payment_method: Text | None = None


def new_setup(ledger: Ledger, customer: str | None, **fields: object) -> Document:
    """A setup intent in Stripe's shape, which waits for a payment method."""
    id_ = new_id("seti")
    return {
        "id": id_,
        "object": "setup_intent",
        "allowed_payment_method_types": None,
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{id_}_secret_{drawn(25)}",
        "created": ledger.now,
        "customer": customer,
        "customer_account": None,
        "description": None,
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "managed_payments": None,
        "mandate": None,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
        **fields,
    }


async def create(ledger: Ledger, form: Creation) -> Document:
    """A setup intent."""
    if form.customer:
        ledger = await their_time(ledger, form.customer)
    chosen = form.allowed_payment_method_types
    automatic = form.automatic_payment_methods or Automatic(enabled=not chosen)
    setup = new_setup(
        ledger,
        form.customer,
        allowed_payment_method_types=chosen or None,
        automatic_payment_methods=automatic.model_dump() if automatic.enabled else None,
        description=form.description,
        metadata=merged({}, form.metadata),
        usage=form.usage,
    )
    await ledger.keep(setup, "setup_intent.created")
    setup = await _choose(ledger, setup, form)
    return await _confirm(ledger, setup, form) if form.confirm else setup


async def _choose(ledger: Ledger, setup: Document, form: Method) -> Document:
    if form.payment_method_data:
        method = await new_method(ledger, form.payment_method_data)
    elif form.payment_method:
        method = await resolve(ledger, form.payment_method)
    else:
        return setup
    usable_by(method, setup["customer"])
    chosen = {"payment_method": method["id"], "status": "requires_confirmation"}
    return await ledger.change(setup, chosen)


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The setup intent."""
    return await ledger.get("setup_intent", id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The setup intent, changed."""
    setup = _in(await ledger.get("setup_intent", id_), "update")
    changes = form.given("payment_method", "payment_method_data", "metadata")
    changes["metadata"] = merged(setup["metadata"], form.metadata)
    return await _choose(ledger, await ledger.change(setup, changes), form)


async def confirm(ledger: Ledger, form: Confirmation, id_: str) -> Document:
    """The setup, tried; raises PaymentFailed where the card says no."""
    setup = _in(await ledger.get("setup_intent", id_), "confirm")
    if setup["customer"]:
        ledger = await their_time(ledger, setup["customer"])
    return await _confirm(ledger, await _choose(ledger, setup, form), form)


async def _confirm(ledger: Ledger, setup: Document, form: Confirmation) -> Document:
    if not setup["payment_method"]:
        sentence = (
            "You cannot confirm this SetupIntent because it's missing a payment method. Update the"
            " SetupIntent with a payment method and then confirm it again."
        )
        raise StripeError(sentence, code="setup_intent_unexpected_state")
    method = await ledger.get("payment_method", setup["payment_method"])
    setup = await set_up(ledger, setup, method, form.return_url)
    if error := setup["last_setup_error"]:
        more = {"decline_code": error["decline_code"], "setup_intent": shown(setup)}
        raise PaymentFailed(error["message"], code=error["code"], **more)
    return setup


async def set_up(
    ledger: Ledger, setup: Document, method: Document, return_url: str | None = None
) -> Document:
    """The setup intent after the card was asked. Raises nothing for a decline."""
    card = card_of(method)
    if card.declines and not card.attaches:
        return await _fail(ledger, setup, method, card.declines)
    if card.challenge in {"always", "unless_set_up"}:
        changes = {"status": "requires_action", "payment_method": method["id"]}
        changes["next_action"] = await paying.challenge(ledger, setup, return_url)
        return await ledger.change(setup, changes, "setup_intent.requires_action")
    return await _succeed(ledger, setup, method)


async def answer_challenge(ledger: Ledger, setup: Document, *, succeeds: bool) -> Document:
    """The setup intent after the card's holder said who they are, or failed to."""
    method = await ledger.get("payment_method", setup["payment_method"])
    if not succeeds:
        return await _fail(ledger, setup, method, UNAUTHENTICATED)
    return await _succeed(ledger, setup, method)


async def _succeed(ledger: Ledger, setup: Document, method: Document) -> Document:
    if setup["customer"]:
        method = await attach(ledger, method, setup["customer"])
    await ledger.change(method, {"_set_up": setup["usage"] == "off_session"})
    changes = {"status": "succeeded", "next_action": None, "last_setup_error": None}
    changes["payment_method"] = method["id"]
    return await ledger.change(setup, changes, "setup_intent.succeeded")


async def _fail(ledger: Ledger, setup: Document, method: Document, why: Decline) -> Document:
    error = {"code": why.code, "decline_code": why.decline_code, "message": why.message}
    error |= {"type": CARD, "payment_method": shown(method)}
    changes: Document = {"status": "requires_payment_method", "last_setup_error": error}
    changes |= {"payment_method": None, "next_action": None}
    return await ledger.change(setup, changes, "setup_intent.setup_failed")


async def cancel(ledger: Ledger, form: Cancellation, id_: str) -> Document:
    """The setup, given up."""
    setup = _in(await ledger.get("setup_intent", id_), "cancel")
    changes = {"status": "canceled", "cancellation_reason": form.cancellation_reason}
    return await ledger.change(setup, changes | {"next_action": None}, "setup_intent.canceled")


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of setup intents."""
    like = {"customer": form.customer, "payment_method": form.payment_method}
    return await page(ledger, "setup_intent", "/v1/setup_intents", form, like=like)


def _in(setup: Document, what: str) -> Document:
    if setup["status"] in UNCONFIRMED:
        return setup
    sentence = f"You cannot {what} this SetupIntent because it has a status of {setup['status']}."
    raise StripeError(sentence, code="setup_intent_unexpected_state")


SETUPS, SETUP = "/v1/setup_intents", "/v1/setup_intents/{id}"
ROUTES = (
    route("PostSetupIntents", SETUPS, Creation, create),
    route("GetSetupIntents", SETUPS, Listing, listed),
    route("GetSetupIntentsIntent", SETUP, Form, retrieve),
    route("PostSetupIntentsIntent", SETUP, Update, update),
    route("PostSetupIntentsIntentConfirm", f"{SETUP}/confirm", Confirmation, confirm),
    route("PostSetupIntentsIntentCancel", f"{SETUP}/cancel", Cancellation, cancel),
)
