"""What a session sells: its lines, with prices that stand, or that are made for it alone."""

from sandboxes.kit.records import Document
from sandboxes.stripe.checkout.forms import Line, LinePrice, Mode
from sandboxes.stripe.errors import StripeError, not_emulated
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.payment_intents import LEAST
from sandboxes.stripe.prices import new_price
from sandboxes.stripe.products import Creation as NewProduct
from sandboxes.stripe.products import new_product

RECURRING = (
    "You specified `payment` mode but passed a recurring price. Either switch to `subscription`"
    " mode or use only one-time prices."
)
NONE_RECURRING = (
    "You must provide at least one recurring price in `subscription` mode when using prices."
)


async def new_lines(ledger: Ledger, asked: list[Line], mode: Mode) -> list[Document]:
    """The lines of a session in Stripe's shape; raises StripeError."""
    if bool(asked) == (mode == "setup"):
        words = "You cannot pass `line_items` in `setup` mode."
        missing = "Missing required param: line_items."
        raise StripeError(
            words if asked else missing,
            param="line_items",
            code=None if asked else "parameter_missing",
        )
    lines = [await _new_line(ledger, each, f"line_items[{n}]") for n, each in enumerate(asked)]
    _check(lines, mode)
    return lines


async def _new_line(ledger: Ledger, asked: Line, param: str) -> Document:
    if asked.quantity is None:
        words = f"Missing required param: {param}[quantity]."
        raise StripeError(words, param=f"{param}[quantity]", code="parameter_missing")
    price = await _price_of(ledger, asked, param)
    product = await ledger.get("product", price["product"])
    amount = price["unit_amount"] * asked.quantity
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": product["name"],
        "metadata": {},
        "price": price,
        "quantity": asked.quantity,
    }


async def _price_of(ledger: Ledger, asked: Line, param: str) -> Document:
    if asked.price_data:
        return await _make_price(ledger, asked.price_data, f"{param}[price_data]")
    if asked.price is None:
        words = f"Missing required param: {param}[price]."
        raise StripeError(words, param=f"{param}[price]", code="parameter_missing")
    price = await ledger.get("price", asked.price, f"{param}[price]")
    if not price["active"]:
        words = "The price specified is inactive. This field only accepts active prices."
        raise StripeError(words, param=f"{param}[price]", code="price_inactive")
    return price


async def _make_price(ledger: Ledger, data: LinePrice, param: str) -> Document:
    """A price for this session; one that is due again stays active, for its subscription's sake."""
    if (data.product is None) == (data.product_data is None):
        words = "You must specify either `product` or `product_data` when creating a price."
        raise StripeError(words, param=param)
    product = data.product
    if product:
        await ledger.get("product", product, f"{param}[product]")
    elif data.product_data:
        product = new_id("prod", 14)
        told = NewProduct(**data.product_data.given())
        await ledger.keep(new_product(ledger, told, product), "product.created")
    price = new_price(ledger, str(product), data) | {"active": data.recurring is not None}
    return await ledger.keep(price, "price.created")


def _check(lines: list[Document], mode: Mode) -> None:
    recurring = [each for each in lines if each["price"]["recurring"]]
    if mode == "payment" and recurring:
        raise StripeError(RECURRING, param="line_items")
    if mode == "subscription" and not recurring:
        raise StripeError(NONE_RECURRING, param="line_items")
    if mode == "subscription" and len(recurring) < len(lines):
        raise not_emulated("one-time prices beside a subscription's in one session")
    if len({each["currency"] for each in lines}) > 1:
        words = "All prices on a Checkout Session must have the same currency."
        raise StripeError(words, param="line_items")
    total = sum(each["amount_total"] for each in lines)
    if mode != "setup" and total == 0:
        raise not_emulated("a session that costs nothing")
    if mode == "payment" and total < LEAST:
        raise StripeError(
            f"The Checkout Session's total amount due must add up to at least ${LEAST / 100:.2f}"
            f" {lines[0]['currency']}",
            code="amount_too_small",
        )
