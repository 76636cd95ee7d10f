"""The page of 3-D Secure, where the card's holder says who they are, or fails to."""

from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation
from sandboxes.stripe.challenges import answer_challenge, kind_of
from sandboxes.stripe.checkout.shape import KIND
from sandboxes.stripe.hosted.checkout_page import succeeded_at
from sandboxes.stripe.hosted.page import SEES_OTHER, ledger_of, show, typed
from sandboxes.stripe.ledger import Ledger


async def read(call: Call) -> Response:
    """The page, as long as the challenge waits."""
    ledger = ledger_of(call)
    intent = await _intent(ledger, call)
    if intent is None:
        return show(call, "over.html", 404, session=None)
    if intent["status"] != "requires_action":
        return show(call, "over.html", 410, session=None, is_answered=True)
    found = await ledger.find(KIND, 1, _intent=intent["id"])
    ends = [_back(intent), intent.get("_ends_at"), *(each["success_url"] for each in found)]
    method = await ledger.get("payment_method", intent["payment_method"])
    return show(call, "challenge.html", leads_to=ends, intent=intent, card=method["card"])


async def answer(call: Call) -> Response:
    """What the holder answers, and on to where the payment came from."""
    async with call.vendor.exclusively() as inside:
        ledger = Ledger(inside, int(call.now.timestamp()))
        intent = await _intent(ledger, call)
        if intent is None or intent["status"] != "requires_action":
            return show(call, "over.html", 410, session=None, is_answered=True)
        back = _back(intent)
        succeeds = typed(call).get("is") == "me"
        intent, session = await answer_challenge(ledger, intent, succeeds=succeeds)
        await ledger.close()
    if session and session["status"] == "complete":
        return RedirectResponse(succeeded_at(session), SEES_OTHER)
    if back is None:
        return show(call, "over.html", session=None, is_answered=True)
    return RedirectResponse(back if session else _told(back, intent), SEES_OTHER)


async def _intent(ledger: Ledger, call: Call) -> Document | None:
    """The intent of the address, for whoever knows its secret."""
    id_ = call.parameters["id"]
    intent = await ledger.look_up(kind_of(id_), id_)
    knows = intent and intent["client_secret"] == call.request.query_params.get("secret")
    return intent if knows else None


def _back(intent: Document) -> str | None:
    """Where the holder came from."""
    redirect = (intent["next_action"] or {}).get("redirect_to_url")
    return redirect and str(redirect["return_url"])


def _told(back: str, intent: Document) -> str:
    """The address, with what Stripe adds to it for the seller's page."""
    if intent.get("_is_portals"):
        return back
    kind = intent["object"]
    said = {kind: intent["id"], f"{kind}_client_secret": intent["client_secret"]}
    said["redirect_status"] = "succeeded" if intent["status"] == "succeeded" else "failed"
    return f"{back}{'&' if '?' in back else '?'}{urlencode(said)}"


PAGE = "/3ds/{id}"
OPERATIONS = (
    Operation("HostedChallenge", "GET", PAGE, read, is_open=True),
    Operation("HostedChallengeAnswer", "POST", PAGE, answer, is_open=True),
)
