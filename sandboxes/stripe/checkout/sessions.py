"""Checkout Sessions in the API: opened, read, listed, expired."""

from urllib.parse import urlsplit

from sandboxes.kit.records import Document
from sandboxes.stripe.checkout.expiring import EXPIRE, expire
from sandboxes.stripe.checkout.forms import Creation, Lines, Listing, Update
from sandboxes.stripe.checkout.lines import new_lines
from sandboxes.stripe.checkout.shape import DAY_S, KIND, new_session
from sandboxes.stripe.due import promise
from sandboxes.stripe.errors import StripeError, missing, not_emulated
from sandboxes.stripe.fields import merged
from sandboxes.stripe.forms import Form
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import a_list, page
from sandboxes.stripe.operations import route
from sandboxes.stripe.prices import currency

SOONEST_S, FORETOLD = 30 * 60, 10
"""The least time that a session is open, and how many of its lines it shows when asked for them."""
BELONGS = {
    "payment_intent_data": "payment",
    "setup_intent_data": "setup",
    "subscription_data": "subscription",
}
"""What can be said only in one mode."""


async def create(ledger: Ledger, form: Creation) -> Document:
    """A session that waits for somebody to pay."""
    _refuse(form)
    _check(ledger, form)
    customer = None
    if form.customer:
        customer = await ledger.get("customer", form.customer, "customer")
    lines = await new_lines(ledger, form.line_items, form.mode)
    session = await new_session(ledger, form, lines, customer)
    await promise(ledger, EXPIRE, session["id"], session["expires_at"])
    return await ledger.keep(session)


def _refuse(form: Creation) -> None:
    if form.ui_mode != "hosted_page":
        raise not_emulated(f"ui_mode={form.ui_mode}")
    if form.payment_method_collection != "always":
        raise not_emulated(f"payment_method_collection={form.payment_method_collection}")


def _check(ledger: Ledger, form: Creation) -> None:
    told = form.model_fields_set
    for name, mode in BELONGS.items():
        if name in told and form.mode != mode:
            raise StripeError(f"You can not pass `{name}` in `{form.mode}` mode.", param=name)
    if form.customer and form.customer_email:
        raise StripeError(
            "You may only specify one of these parameters: customer, customer_email.",
            param="customer",
        )
    if form.customer_creation and (form.customer or form.mode == "subscription"):
        raise StripeError(
            "You may only pass `customer_creation` in `payment` or `setup` mode, and without a"
            " `customer`.",
            param="customer_creation",
        )
    if form.mode == "setup" and not form.currency:
        words = "Missing required param: currency."
        raise StripeError(words, param="currency", code="parameter_missing")
    if form.currency:
        currency(form.currency)
    if form.submit_type not in {None, "auto"} and form.mode == "setup":
        raise StripeError("You can not pass `submit_type` in `setup` mode.", param="submit_type")
    _check_trial(ledger, form)
    _check_expiry(ledger, form)
    check_url(form.success_url, "success_url")
    if form.cancel_url:
        check_url(form.cancel_url, "cancel_url")


def _check_trial(ledger: Ledger, form: Creation) -> None:
    data = form.subscription_data
    if data.trial_period_days == 0:
        raise StripeError(
            "The minimum number of trial period days is 1.",
            param="subscription_data[trial_period_days]",
        )
    if data.trial_end is not None and data.trial_end < ledger.now + 2 * DAY_S:
        raise StripeError(
            "The `trial_end` date has to be at least 2 days in the future.",
            param="subscription_data[trial_end]",
        )


def _check_expiry(ledger: Ledger, form: Creation) -> None:
    if form.expires_at is None:
        return
    bound = None
    if form.expires_at > ledger.now + DAY_S:
        bound = "less than 24 hours"
    # The sandbox counts in whole seconds, and the asker's second may have been the one before.
    if form.expires_at < ledger.now + SOONEST_S - 1:
        bound = "at least 30 minutes"
    if bound:
        words = f"The `expires_at` timestamp must be {bound} from Checkout Session creation."
        raise StripeError(words, param="expires_at")


def check_url(given: str, param: str) -> None:
    """An address that a browser can be sent to; raises StripeError."""
    try:
        parts = urlsplit(given)
        if parts.scheme in {"http", "https"} and parts.hostname and not parts.username:
            return
    except ValueError:
        pass
    raise StripeError("Not a valid URL", param=param, code="url_invalid")


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The session."""
    return await _get(ledger, id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The session, with other metadata."""
    session = await _get(ledger, id_)
    if session["status"] == "expired":
        raise StripeError("You cannot update a Checkout Session that has expired.")
    return await ledger.change(session, {"metadata": merged(session["metadata"], form.metadata)})


async def expired(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The session, over before its time."""
    session = await _get(ledger, id_)
    if session["status"] != "open":
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session'
            f" has a status of `{session['status']}`."
        )
    return await expire(ledger, id_)


async def _get(ledger: Ledger, id_: str) -> Document:
    if found := await ledger.look_up(KIND, id_):
        return found
    raise missing("checkout.session", id_, "session")


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of sessions."""
    email = form.customer_details and form.customer_details.email

    def fits(session: Document) -> bool:
        return email is None or (session["customer_details"] or {}).get("email") == email

    like = form.given("limit", "starting_after", "ending_before", "created", "customer_details")
    return await page(ledger, KIND, "/v1/checkout/sessions", form, like=like, fits=fits)


async def line_items(ledger: Ledger, form: Lines, id_: str) -> Document:
    """A page of a session's lines."""
    found = (await _get(ledger, id_))["_lines"]
    ids = [each["id"] for each in found]
    if form.starting_after in ids:
        found = found[ids.index(form.starting_after) + 1 :]
    return _lines_of(id_, found, form.limit)


async def lines_within(_ledger: Ledger, session: Document) -> Document:
    """The lines within a session that is asked to show them."""
    return _lines_of(session["id"], session["_lines"], FORETOLD)


def _lines_of(session: str, lines: list[Document], limit: int) -> Document:
    url = f"/v1/checkout/sessions/{session}/line_items"
    return a_list(url, lines[:limit], len(lines) > limit)


SESSIONS, SESSION = "/v1/checkout/sessions", "/v1/checkout/sessions/{id}"
ROUTES = (
    route("PostCheckoutSessions", SESSIONS, Creation, create),
    route("GetCheckoutSessions", SESSIONS, Listing, listed),
    route("GetCheckoutSessionsSession", SESSION, Form, retrieve),
    route("PostCheckoutSessionsSession", SESSION, Update, update),
    route("GetCheckoutSessionsSessionLineItems", f"{SESSION}/line_items", Lines, line_items),
    route("PostCheckoutSessionsSessionExpire", f"{SESSION}/expire", Form, expired),
)
