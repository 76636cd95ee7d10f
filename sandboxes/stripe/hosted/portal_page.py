"""The portal's pages: what is subscribed to, with which card, what was paid; and how to change it.

All that is done here goes the way that the API goes, and is told by the same events.
"""

from collections.abc import Awaitable, Callable

from starlette.responses import RedirectResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation
from sandboxes.stripe import subscriptions
from sandboxes.stripe.ending import LIVING
from sandboxes.stripe.hosted.page import SEES_OTHER, ledger_of
from sandboxes.stripe.hosted.portal_card_page import CARD_PAGES
from sandboxes.stripe.hosted.portal_visit import PORTAL, Visit, done, over, visit
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.portal.cards import card_of_customer
from sandboxes.stripe.subscription_forms import Cancellation, CancellationDetails, Update

SHOWN = 24
Page = Callable[[Call], Awaitable[Response]]


async def home(call: Call) -> Response:
    """The first page, or the one thing that the customer was sent for."""
    ledger = ledger_of(call)
    there = await visit(ledger, call)
    if there is None:
        return over(call)
    if errand := there.errand:
        if errand["type"] == "payment_method_update":
            return RedirectResponse(f"{there.home}/card", SEES_OTHER)
        id_ = errand["subscription_cancel"]["subscription"]
        return RedirectResponse(f"{there.home}/cancel/{id_}", SEES_OTHER)
    found = await ledger.find("subscription", customer=there.customer["id"])
    invoices = await ledger.find("invoice", SHOWN, customer=there.customer["id"])
    return there.show(
        "portal.html",
        subscriptions=[each for each in found if each["status"] in LIVING],
        names=await _names(ledger, found),
        card=await card_of_customer(ledger, there.customer),
        invoices=[each for each in invoices if each["status"] != "draft"],
        said=call.request.query_params.get("done"),
    )


async def _names(ledger: Ledger, found: list[Document]) -> dict[str, str]:
    """What the products are called that are subscribed to."""
    ids = {item["price"]["product"] for each in found for item in each["items"]["data"]}
    products = [await ledger.look_up("product", id_) for id_ in ids]
    return {each["id"]: each["name"] for each in products if each}


async def cancel_page(call: Call) -> Response:
    """Asks whether they mean it."""
    ledger = ledger_of(call)
    there = await visit(ledger, call)
    if there is None:
        return over(call)
    subscription = await _subscription(ledger, there)
    if subscription is None or not _can_cancel(there, subscription):
        return await done(ledger, there, "nothing")
    names = await _names(ledger, [subscription])
    return there.show("cancel.html", subscription=subscription, names=names)


async def cancel(call: Call) -> Response:
    """The subscription ends with its period, or now where the portal is so configured."""
    return await _act(call, _cancel, "canceled")


async def _cancel(ledger: Ledger, there: Visit, subscription: Document) -> None:
    if not _can_cancel(there, subscription):
        return
    told = there.features["subscription_cancel"]
    why = there.told.get("feedback", "")
    known = why if why in told["cancellation_reason"]["options"] else ""
    said = CancellationDetails.model_validate({"feedback": known})
    if told["mode"] == "at_period_end":
        change = Update(cancel_at_period_end=True, cancellation_details=said)
        await subscriptions.change(ledger, subscription, change)
        return
    credit = told["proration_behavior"]
    form = Cancellation(
        cancellation_details=said,
        invoice_now=credit == "always_invoice",
        prorate=credit != "none",
    )
    await subscriptions.cancel(ledger, form, subscription["id"])


async def resume(call: Call) -> Response:
    """The subscription goes on."""
    return await _act(call, _resume, "resumed")


async def _resume(ledger: Ledger, _there: Visit, subscription: Document) -> None:
    if subscription["status"] in LIVING and subscription["cancel_at_period_end"]:
        await subscriptions.change(ledger, subscription, Update(cancel_at_period_end=False))


async def _act(
    call: Call, do: Callable[[Ledger, Visit, Document], Awaitable[None]], what: str
) -> Response:
    async with call.vendor.exclusively() as inside:
        ledger = Ledger(inside, int(call.now.timestamp()))
        there = await visit(ledger, call)
        if there is None:
            return over(call)
        subscription = await _subscription(ledger, there)
        if subscription is None:
            return RedirectResponse(there.home, SEES_OTHER)
        await do(ledger, there, subscription)
        await ledger.close()
        return await done(ledger, there, what)


async def _subscription(ledger: Ledger, there: Visit) -> Document | None:
    """The subscription of the address, where it is theirs."""
    found = await ledger.look_up("subscription", there.call.parameters["id"])
    return found if found and found["customer"] == there.customer["id"] else None


def _can_cancel(there: Visit, subscription: Document) -> bool:
    allowed = there.features["subscription_cancel"]["enabled"]
    return bool(
        allowed and subscription["status"] in LIVING and not subscription["cancel_at_period_end"]
    )


PAGES: tuple[tuple[str, str, str, Page], ...] = (
    ("", "GET", "", home),
    *CARD_PAGES,
    ("CancelPage", "GET", "/cancel/{id}", cancel_page),
    ("Cancel", "POST", "/cancel/{id}", cancel),
    ("Resume", "POST", "/resume/{id}", resume),
)
OPERATIONS = tuple(
    Operation(f"HostedPortal{name}", method, f"{PORTAL}{path}", do, is_open=True)
    for name, method, path, do in PAGES
)
