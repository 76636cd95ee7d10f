"""Checkout's page: what is bought, who pays, with which card. It works without a script."""

from starlette.responses import RedirectResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation
from sandboxes.stripe.checkout.shape import KIND
from sandboxes.stripe.checkout.trying import Payer, go_on, intent_of, try_to_pay
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.hosted.card_form import ORDER, TEST_CARDS, Typed, blamed, refused
from sandboxes.stripe.hosted.page import SEES_OTHER, every, ledger_of, show, typed
from sandboxes.stripe.ledger import Ledger

VERBS = {"book": "Book", "donate": "Donate", "pay": "Pay", "subscribe": "Subscribe"}


async def read(call: Call) -> Response:
    """The page: the form, or why there is none."""
    ledger = ledger_of(call)
    session = await ledger.look_up(KIND, call.parameters["id"])
    if session is None or _is_over(ledger, session):
        return _over(call, session)
    filled = Typed(email=_email(session), name=session["_name"] or "")
    return _form(call, session, filled, refused(await intent_of(ledger, session)))


async def pay(call: Call) -> Response:
    """Pay, once: who asks again is led where the first payment led."""
    try:
        async with call.vendor.exclusively() as inside:
            ledger = Ledger(inside, int(call.now.timestamp()))
            session = await ledger.look_up(KIND, call.parameters["id"])
            if session is None or _is_over(ledger, session):
                return _over(call, session)
            answer = await _pay(call, ledger, session)
            await ledger.close()
            return answer
    except StripeError as error:
        # The refusal has undone all that was begun; the page is as it was.
        there = await ledger_of(call).get(KIND, call.parameters["id"])
        return _form(call, there, _filled(call, there), blamed(error))


async def _pay(call: Call, ledger: Ledger, session: Document) -> Response:
    filled, chooses = _filled(call, session), "use" in typed(call)
    wrong = {} if chooses else filled.wrong()
    if chooses or wrong:
        return _form(call, session, filled, wrong)
    intent = await intent_of(ledger, session)
    if intent and intent["status"] == "succeeded":
        session = await go_on(ledger, session, intent)
    else:
        payer = Payer(filled.email, filled.name, filled.method())
        session = await try_to_pay(ledger, session, payer)
        intent = await intent_of(ledger, session)
    return _lead_on(call, session, filled, intent or {})


def _filled(call: Call, session: Document) -> Typed:
    """The form as it was sent, but for an address that the seller gave."""
    told = typed(call)
    return Typed.read(told | {"email": _fixed(session) or told.get("email", "")})


def _lead_on(call: Call, session: Document, filled: Typed, intent: Document) -> Response:
    """To the page of the seller, to the card's challenge, or back to the form."""
    if session["status"] == "complete":
        return RedirectResponse(succeeded_at(session), SEES_OTHER)
    if intent["status"] == "requires_action":
        return RedirectResponse(intent["next_action"]["redirect_to_url"]["url"], SEES_OTHER)
    return _form(call, session, filled, refused(intent))


def succeeded_at(session: Document) -> str:
    """Where a browser goes when all is done."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _is_over(ledger: Ledger, session: Document) -> bool:
    return bool(session["status"] != "open" or session["expires_at"] <= ledger.now)


def _fixed(session: Document) -> str:
    """The address that cannot be changed, since the seller gave it."""
    known = session["customer_details"] or {}
    return str(known.get("email") or "")


def _email(session: Document) -> str:
    return _fixed(session) or session["_email"] or ""


def _over(call: Call, session: Document | None) -> Response:
    """What is said where nobody can pay; who has just paid again is led on."""
    if session is None:
        return show(call, "over.html", 404, session=None)
    if session["status"] != "complete":
        return show(call, "over.html", 410, session=session)
    if call.request.method == "POST":
        return RedirectResponse(succeeded_at(session), SEES_OTHER)
    return show(call, "over.html", session=session, onwards=succeeded_at(session))


def _form(call: Call, session: Document, filled: Typed, wrong: dict[str, str]) -> Response:
    return show(
        call,
        "checkout.html",
        402 if wrong and call.request.method == "POST" else 200,
        leads_to=[session["success_url"]],
        session=session,
        filled=filled,
        fixed_email=_fixed(session),
        wrong=wrong,
        first_wrong=next((field for field in ORDER if field in wrong), None),
        test_cards=TEST_CARDS,
        every=every,
        verb=_verb(session),
        trial=_trial(session),
    )


def _verb(session: Document) -> str:
    """What the button says that is done."""
    if session["mode"] == "setup":
        return "Save card"
    if session["submit_type"] in VERBS:
        return VERBS[session["submit_type"]]
    if session["mode"] == "subscription":
        return "Start trial" if session["amount_total"] == 0 else "Subscribe"
    return "Pay"


def _trial(session: Document) -> int | None:
    """How many days nothing is due, at first."""
    data = session["_subscription_data"]
    if data.get("trial_period_days"):
        return int(data["trial_period_days"])
    until = data.get("trial_end")
    return -(-(until - session["created"]) // 86_400) if until else None


PAGE = "/c/pay/{id}"
OPERATIONS = (
    Operation("HostedCheckout", "GET", PAGE, read, is_open=True),
    Operation("HostedCheckoutPay", "POST", PAGE, pay, is_open=True),
)
