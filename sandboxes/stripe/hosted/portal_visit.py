"""A visit to the portal: whose it is, how long it lasts, what is allowed, and where it ends."""

from starlette.responses import RedirectResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call
from sandboxes.stripe.hosted.page import SEES_OTHER, every, show, typed
from sandboxes.stripe.items import period_of
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.portal import configurations
from sandboxes.stripe.portal.sessions import KIND, TO_STAY_S

PORTAL = "/p/session/{secret}"


class Visit:
    """One request to a session that lives: whose it is, and what its portal allows."""

    def __init__(
        self, call: Call, session: Document, customer: Document, features: Document
    ) -> None:
        self.call = call
        self.session = session
        self.customer = customer
        self.features = features
        self.told = typed(call)

    @property
    def home(self) -> str:
        """The address of the portal's first page."""
        return str(self.session["url"])

    @property
    def errand(self) -> Document | None:
        """The one thing that the customer was sent for, and has not done yet."""
        flow: Document | None = self.session["flow"]
        return None if self.session.get("_is_done") else flow

    @property
    def end(self) -> str | None:
        """Where the browser is sent when that is done, if it is sent elsewhere."""
        after = self.errand["after_completion"] if self.errand else {}
        redirect = after.get("redirect")
        return str(redirect["return_url"]) if redirect else None

    def show(self, template: str, status: int = 200, /, **shown: object) -> Response:
        """A page of the portal."""
        return show(
            self.call,
            template,
            status,
            leads_to=[self.end],
            session=self.session,
            customer=self.customer,
            features=self.features,
            home=self.home,
            back=self.session["return_url"] if self.errand else self.home,
            every=every,
            period_of=period_of,
            **shown,
        )


async def visit(ledger: Ledger, call: Call) -> Visit | None:
    """The visit, where the address is known and its time is not over; it lives on by being used."""
    found = await ledger.find(KIND, 1, _secret=call.parameters["secret"])
    now = int(call.now.timestamp())
    if not found or found[0]["_until"] < now:
        return None
    session = await ledger.change(found[0], {"_until": now + TO_STAY_S})
    customer = await ledger.look_up("customer", session["customer"])
    chosen = await ledger.get(configurations.KIND, session["configuration"])
    return Visit(call, session, customer, chosen["features"]) if customer else None


async def done(ledger: Ledger, there: Visit, what: str) -> Response:
    """On to the first page; or, for who was sent for this one thing, to where that ends."""
    end = there.end
    await ledger.change(there.session, {"_is_done": True})
    return RedirectResponse(end or f"{there.home}?done={what}", SEES_OTHER)


def over(call: Call) -> Response:
    """What is said where no session is, or none any more."""
    return show(call, "over.html", 404, session=None, is_portal=True)
