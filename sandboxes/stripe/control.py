"""Stripe's part of the control plane: prices under chosen ids, and answers to a challenge."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandboxes.kit.control import read, refuse
from sandboxes.kit.passing import Order
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.stripe import pasts
from sandboxes.stripe.challenges import answer_challenge, kind_of
from sandboxes.stripe.dunning import Rules, rules, set_rules
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.ledger import Ledger, shown
from sandboxes.stripe.past import PastCustomer
from sandboxes.stripe.prices import PriceData, Recurring, new_price
from sandboxes.stripe.products import Creation, new_product

Id = Annotated[str, Field(pattern=r"^\w{1,100}$")]


class KnownPrice(Order):
    """A price that the environment knows by its id, and the product that it is for."""

    id: Id
    product: Id
    name: str = Field(min_length=1, max_length=200)
    unit_amount: int = Field(ge=0, le=99_999_999)
    currency: str = Field(default="usd", pattern=r"^[a-z]{3}$")
    interval: Literal["day", "week", "month", "year"] | None = "year"


class Answer(Order):
    """Whether the card's holder says who they are."""

    succeeds: bool = True


PRICES, ANSWER = TypeAdapter(list[KnownPrice]), TypeAdapter(Answer)
RULES, PASTS, IDS = TypeAdapter(Rules), TypeAdapter(list[PastCustomer]), TypeAdapter(list[Id])


def pages(vendor: Vendor) -> Sequence[Route]:
    """The routes, under /_sandbox."""
    control = Control(vendor)
    return [
        Route("/stripe/prices", control.set_prices, methods=["PUT"]),
        Route("/stripe/pasts", control.have_pasts, methods=["POST"]),
        Route("/stripe/pasts", control.keep_pasts, methods=["PUT"]),
        Route("/stripe/dunning", control.show_dunning),
        Route("/stripe/dunning", control.set_dunning, methods=["PUT"]),
        Route("/stripe/challenges/{id}", control.answer_challenge, methods=["POST"]),
    ]


class Control:
    """What Stripe itself does not let anybody do, and an environment and its tests need."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor

    async def set_prices(self, request: Request) -> JSONResponse:
        """Have these prices, with their products; what is there already stays as it is."""
        wanted = await read(request, PRICES, "no list of prices")
        async with self._ledger() as ledger:
            made = [each.id for each in wanted if await _make(ledger, each)]
        return JSONResponse({"prices": [each.id for each in wanted], "made": made})

    async def have_pasts(self, request: Request) -> JSONResponse:
        """Have these customers, with what came of their subscriptions since they began."""
        wanted = await read(request, PASTS, "no list of customers")
        async with self.vendor.exclusively() as inside:
            try:
                made = await pasts.have(inside, wanted, self._now)
            except StripeError as error:
                raise refuse(422, f"nobody can have this past: {error.error['message']}") from error
        return JSONResponse({"made": made})

    async def keep_pasts(self, request: Request) -> JSONResponse:
        """Forget all customers with a past but these."""
        wanted = await read(request, IDS, "no list of customers' ids")
        async with self.vendor.exclusively() as inside:
            gone = await pasts.only(inside, set(wanted))
        return JSONResponse({"forgotten": gone})

    async def answer_challenge(self, request: Request) -> JSONResponse:
        """Answer the 3-D Secure challenge of an intent, in place of its card's holder."""
        id_, told = request.path_params["id"], await read(request, ANSWER, "no answer")
        async with self._ledger() as ledger:
            intent = await ledger.look_up(kind_of(id_), id_)
            if intent is None or intent["status"] != "requires_action":
                raise refuse(404, f"no challenge waits at {id_}")
            intent, _ = await answer_challenge(ledger, intent, succeeds=told.succeeds)
        return JSONResponse(shown(intent))

    async def show_dunning(self, _request: Request) -> JSONResponse:
        """What happens to payments that fail."""
        return JSONResponse((await rules(Ledger(self.vendor, 0))).model_dump())

    async def set_dunning(self, request: Request) -> JSONResponse:
        """Settle when payments that fail are tried again, and what comes after the last."""
        wanted = await read(request, RULES, "no rules for dunning")
        async with self._ledger() as ledger:
            await set_rules(ledger, wanted)
        return JSONResponse(wanted.model_dump())

    @property
    def _now(self) -> int:
        return int(self.vendor.clock.now().timestamp())

    @asynccontextmanager
    async def _ledger(self) -> AsyncIterator[Ledger]:
        async with self.vendor.exclusively() as inside:
            ledger = Ledger(inside, self._now)
            yield ledger
            await ledger.close()


async def _make(ledger: Ledger, wanted: KnownPrice) -> bool:
    """Make a price unless there is one; whether it was made. Raises Refused for another amount."""
    if there := await ledger.look_up("price", wanted.id):
        if (there["unit_amount"], there["currency"]) == (wanted.unit_amount, wanted.currency):
            return False
        raise refuse(
            409,
            f"{wanted.id} costs {there['unit_amount']} {there['currency']}, and a price never"
            " changes; choose another id, or reset Stripe",
        )
    if await ledger.look_up("product", wanted.product) is None:
        product = new_product(ledger, Creation(name=wanted.name), wanted.product)
        await ledger.keep(product, "product.created")
    recurring = Recurring(interval=wanted.interval) if wanted.interval else None
    data = PriceData(currency=wanted.currency, unit_amount=wanted.unit_amount, recurring=recurring)
    price: Document = new_price(ledger, wanted.product, data, wanted.id)
    await ledger.keep(price, "price.created")
    return True
