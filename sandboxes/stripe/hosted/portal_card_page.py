"""The portal's page for another card."""

from starlette.responses import RedirectResponse, Response

from sandboxes.kit.sandbox import Call
from sandboxes.stripe.clocks import their_time
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.hosted.card_form import ORDER, TEST_CARDS, Typed, blamed, refused
from sandboxes.stripe.hosted.page import SEES_OTHER, ledger_of, typed
from sandboxes.stripe.hosted.portal_visit import Visit, done, over, visit
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.portal.cards import change_card


async def card_page(call: Call) -> Response:
    """The form for another card."""
    there = await visit(ledger_of(call), call)
    if there is None:
        return over(call)
    if not there.features["payment_method_update"]["enabled"]:
        return RedirectResponse(there.home, SEES_OTHER)
    return _form(there, Typed(name=there.customer["name"] or ""), {})


async def save(call: Call) -> Response:
    """Another card is used from now on, unless it says no or wants to know its holder first."""
    filled, there = Typed.read(typed(call)), None
    try:
        async with call.vendor.exclusively() as inside:
            ledger = Ledger(inside, int(call.now.timestamp()))
            there = await visit(ledger, call)
            if there is None or not there.features["payment_method_update"]["enabled"]:
                return over(call)
            wrong = {} if there.told.get("use") else filled.wrong(needs_email=False)
            if there.told.get("use") or wrong:
                return _form(there, filled, wrong)
            answer = await _save(await their_time(ledger, there.customer), there, filled)
            await ledger.close()
            return answer
    except StripeError as error:
        return _form(there, filled, blamed(error)) if there else over(call)


async def _save(ledger: Ledger, there: Visit, filled: Typed) -> Response:
    back = f"{there.home}/card/challenged"
    customer = there.customer["id"]
    setup = await change_card(ledger, customer, filled.method(), back, there.end)
    there.session = await ledger.change(there.session, {"_setup": setup["id"]})
    if setup["status"] == "requires_action":
        return RedirectResponse(setup["next_action"]["redirect_to_url"]["url"], SEES_OTHER)
    if wrong := refused(setup):
        return _form(there, filled, wrong)
    return await done(ledger, there, "card")


async def challenged(call: Call) -> Response:
    """Back from the challenge of another card."""
    ledger = ledger_of(call)
    there = await visit(ledger, call)
    if there is None:
        return over(call)
    setup = await ledger.look_up("setup_intent", there.session.get("_setup") or "")
    if setup is None:
        return RedirectResponse(there.home, SEES_OTHER)
    if setup["status"] == "succeeded":
        return await done(ledger, there, "card")
    return _form(there, Typed(name=there.customer["name"] or ""), refused(setup))


def _form(there: Visit, filled: Typed, wrong: dict[str, str]) -> Response:
    return there.show(
        "card.html",
        402 if wrong and there.call.request.method == "POST" else 200,
        filled=filled,
        wrong=wrong,
        first_wrong=next((field for field in ORDER if field in wrong), None),
        test_cards=TEST_CARDS,
    )


CARD_PAGES = (
    ("Card", "GET", "/card", card_page),
    ("CardSave", "POST", "/card", save),
    ("CardChallenged", "GET", "/card/challenged", challenged),
)
