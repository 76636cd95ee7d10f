"""An operation of Stripe's API: its form read, done in one transaction, its answer expanded."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from starlette.responses import Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation, Vendor
from sandboxes.stripe import idempotency
from sandboxes.stripe.access import request_id
from sandboxes.stripe.encoding import Unreadable, decode
from sandboxes.stripe.errors import PaymentFailed, StripeError, not_emulated
from sandboxes.stripe.events import VERSION
from sandboxes.stripe.expanding import Expansion
from sandboxes.stripe.forms import Form
from sandboxes.stripe.ledger import Cause, Ledger, shown

F = TypeVar("F", bound=Form)
DATED = re.compile(r"\d{4}-\d\d-\d\d(\.[a-z]+)?")
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Route:
    """How an operation is asked, what it may be told, and what it does.

    `do` gets the ledger, the form and what the path names. It answers with an object.
    """

    name: str
    method: str
    path: str
    form: type[Any]
    do: Callable[..., Awaitable[Document]]


def route(name: str, path: str, form: type[F], do: Callable[..., Awaitable[Document]]) -> Route:
    """A route whose name begins with its method, as in Stripe's contract: `GetCustomers`."""
    method = re.match(r"Get|Post|Delete", name)
    assert method, f"{name} begins with no method"  # noqa: S101
    return Route(name, method[0].upper(), path, form, do)


@dataclass(frozen=True)
class Asking:
    """One request to an operation, read and ready to be done."""

    call: Call
    route: Route
    told: Document
    form: Form
    expansion: Expansion

    async def look(self) -> Response:
        """Answer what changes nothing; raises StripeError."""
        return await self._answer(Ledger(self.call.vendor, int(self.call.now.timestamp())))

    async def write(self) -> Response:
        """Do it once and alone, and answer; raises StripeError where nothing was begun."""
        call = self.call
        key = idempotency.key_of(call) if self.route.method == "POST" else None
        async with call.records.database.transaction() as transaction:
            records = replace(call.records, database=transaction)
            if key:
                await idempotency.seize(records, key)
                if answer := await idempotency.answered(call, records, key, self.told):
                    return answer
            async with replace(call.vendor, records=records).exclusively() as inside:
                answer = await self._do(inside, Cause(request_id(call), key))
            if key:
                await idempotency.remember(call, records, key, self.told, answer)
            return answer

    async def _do(self, vendor: Vendor, cause: Cause) -> Response:
        """Do it; a refusal undoes what was done, but for a payment's that failed."""
        try:
            async with vendor.records.database.transaction() as part:
                inside = replace(vendor, records=replace(vendor.records, database=part))
                ledger = Ledger(inside, int(self.call.now.timestamp()), cause)
                await ledger.remember_address(f"{self.call.request.base_url}{vendor.name}")
                try:
                    return await self._answer(ledger)
                except PaymentFailed as error:
                    await ledger.close()
                    return error.answer(cause.request_id)
        except StripeError as error:
            return error.answer(cause.request_id)

    async def _answer(self, ledger: Ledger) -> Response:
        document = await self.route.do(ledger, self.form, *self.call.parameters.values())
        await ledger.close()
        answer = shown(await self.expansion.expand(ledger, document, self.form.expand))
        return Response(json.dumps(answer, indent=2), media_type="application/json")


def operation(route: Route, expansion: Expansion) -> Operation:
    """The route as the kit serves it."""

    async def ask(call: Call) -> Response:
        try:
            told = _told(call)
            _refuse_what_others_ask(call)
            asking = Asking(call, route, told, route.form.read(told), expansion)
            return await (asking.look() if route.method == "GET" else asking.write())
        except StripeError as error:
            return error.answer(request_id(call))

    return Operation(route.name, route.method, route.path, ask)


def _told(call: Call) -> Document:
    """What the query and the body say; raises StripeError."""
    kind = call.request.headers.get("content-type", FORM_TYPE).partition(";")[0].strip().lower()
    if call.body and kind != FORM_TYPE:
        words = f"Invalid request: the content type must be {FORM_TYPE}, not {kind}."
        raise StripeError(words)
    try:
        body = call.body.decode() if call.request.method == "POST" else ""
        return decode(call.request.url.query) | decode(body)
    except (Unreadable, UnicodeDecodeError) as error:
        raise StripeError(f"Invalid request: {error}") from error


def _refuse_what_others_ask(call: Call) -> None:
    """No other version of the API is spoken, and no other account is acted for."""
    version = call.request.headers.get("stripe-version", VERSION)
    if not DATED.fullmatch(version):
        raise StripeError(f"Invalid Stripe API version: {version}")
    if version != VERSION:
        raise not_emulated(f"version {version} of the API, but {VERSION}")
    for header in ("stripe-account", "stripe-context"):
        if header in call.request.headers:
            raise not_emulated(f"the header {header}")


def stamp(call: Call, response: Response) -> None:
    """The headers that every answer of Stripe's has."""
    response.headers["Request-Id"] = request_id(call)
    response.headers["Stripe-Version"] = VERSION
    if key := call.request.headers.get("idempotency-key"):
        # A header that was let in with odd characters must not break the answer.
        response.headers["Idempotency-Key"] = key.encode("ascii", "replace").decode()
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Stripe"'
