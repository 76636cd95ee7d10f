"""Test clocks in the API: a time of their own for some customers, moved on by hand."""

from sandboxes.kit.records import Document
from sandboxes.stripe.clocks import CLOCK
from sandboxes.stripe.customers import forget
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import Instant, Text
from sandboxes.stripe.forms import Form
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.items import rhythm
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Page, page
from sandboxes.stripe.operations import route
from sandboxes.stripe.periods import boundary
from sandboxes.stripe.subscriptions import ENDED

KEPT_S = 30 * 86_400
FARTHEST = 2
"""How many periods of its shortest subscription a clock moves on at once, as Stripe limits it."""


class Creation(Form):
    """A new clock."""

    frozen_time: Instant
    name: Text | None = None


class Advance(Form):
    """When it shall be."""

    frozen_time: Instant


async def create(ledger: Ledger, form: Creation) -> Document:
    """A clock that stands still at a moment."""
    clock = {
        "id": new_id("clock"),
        "object": CLOCK,
        "created": ledger.now,
        "deletes_after": ledger.now + KEPT_S,
        "frozen_time": form.frozen_time,
        "livemode": False,
        "name": form.name,
        "status": "ready",
        "status_details": {},
    }
    return await ledger.keep(clock, f"{CLOCK}.created")


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The clock."""
    return await ledger.get(CLOCK, id_)


async def delete(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The clock, gone, and its customers with it."""
    clock = await ledger.get(CLOCK, id_)
    for customer in await ledger.find("customer", test_clock=id_):
        await forget(ledger.at(clock["frozen_time"]), customer)
    return await ledger.forget(clock, f"{CLOCK}.deleted")


async def advance(ledger: Ledger, form: Advance, id_: str) -> Document:
    """The clock, on its way to a moment; it is `ready` when all that is due until then is done."""
    clock = await ledger.get(CLOCK, id_)
    if clock["status"] != "ready":
        raise StripeError(f"The test clock is {clock['status']}; wait until it is ready.")
    if form.frozen_time <= clock["frozen_time"]:
        sentence = "Test clocks can only be advanced forward in time."
        raise StripeError(sentence, param="frozen_time", code="test_clock_time_not_in_future")
    farthest = await _farthest(ledger, clock)
    if farthest is not None and form.frozen_time > farthest:
        sentence = (
            "Test clocks can not be advanced more than two intervals of the shortest subscription"
            f" at a time: this one until {farthest}."
        )
        raise StripeError(sentence, param="frozen_time")
    details = {"advancing": {"target_frozen_time": form.frozen_time}}
    changes = {"status": "advancing", "status_details": details}
    return await ledger.change(clock, changes, f"{CLOCK}.advancing")


async def _farthest(ledger: Ledger, clock: Document) -> int | None:
    """Until when the clock can be moved at once; None where nothing limits it."""
    living = [
        boundary(clock["frozen_time"], *rhythm(each), FARTHEST)
        for each in await ledger.find("subscription", test_clock=clock["id"])
        if each["status"] not in ENDED
    ]
    return min(living, default=None)


async def listed(ledger: Ledger, form: Page) -> Document:
    """A page of clocks."""
    return await page(ledger, CLOCK, "/v1/test_helpers/test_clocks", form)


CLOCKS, CLOCK_NAME = "/v1/test_helpers/test_clocks", "TestHelpersTestClocksTestClock"
ONE = f"{CLOCKS}/{{id}}"
ROUTES = (
    route("PostTestHelpersTestClocks", CLOCKS, Creation, create),
    route("GetTestHelpersTestClocks", CLOCKS, Page, listed),
    route("GetTestHelpersTestClocksTestClock", f"{CLOCKS}/{{id}}", Form, retrieve),
    route("DeleteTestHelpersTestClocksTestClock", f"{CLOCKS}/{{id}}", Form, delete),
    route(
        "PostTestHelpersTestClocksTestClockAdvance", f"{CLOCKS}/{{id}}/advance", Advance, advance
    ),
)
