"""The lines of invoices: a period of an item, a share of one, or an invoice item by itself."""

from sandboxes.kit.records import Document
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.items import amount_of, day
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.proration import remaining

TIMES = "\N{MULTIPLICATION SIGN}"
NO_PRORATION: Document = {"credited_items": None}


async def period_line(
    ledger: Ledger, item: Document, start: int, end: int, *, amount: int | None = None
) -> Document:
    """A line for a whole period of an item; with an amount of zero, for a trial."""
    product = await ledger.look_up("product", item["price"]["product"])
    name = product["name"] if product else item["price"]["product"]
    cost = amount_of(item) if amount is None else amount
    price = item["price"]
    if amount == 0:
        words = f"Trial period for {name}"
    else:
        each = f"${price['unit_amount'] / 100:.2f} / {price['recurring']['interval']}"
        words = f"{item['quantity']} {TIMES} {name} (at {each})"
    return _line(
        cost,
        words,
        (start, end),
        currency=price["currency"],
        quantity=item["quantity"],
        pricing=pricing(price),
        subscription=item["subscription"],
        parent={
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": NO_PRORATION,
                "subscription": item["subscription"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
    )


def item_line(item: Document) -> Document:
    """A line for an invoice item, such as a share of a period."""
    parent = item["parent"]
    subscription = parent["subscription_details"]["subscription"] if parent else None
    details = {
        "invoice_item": item["id"],
        "proration": item["proration"],
        "proration_details": NO_PRORATION,
        "subscription": subscription,
    }
    of_item = parent and parent["subscription_details"]["subscription_item"]
    kind = "subscription_item_details" if of_item else "invoice_item_details"
    other = "invoice_item_details" if of_item else "subscription_item_details"
    return _line(
        item["amount"],
        item["description"],
        (item["period"]["start"], item["period"]["end"]),
        currency=item["currency"],
        quantity=item["quantity"],
        pricing=item["pricing"],
        subscription=subscription,
        metadata=item["metadata"],
        parent={
            kind: details | ({"subscription_item": of_item} if of_item else {}),
            other: None,
            "type": kind,
        },
    )


def _line(amount: int, description: str, period: tuple[int, int], **more: object) -> Document:
    return {
        "id": new_id("il"),
        "object": "line_item",
        "amount": amount,
        "description": description,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "period": {"start": period[0], "end": period[1]},
        "pretax_credit_amounts": [],
        "quantity_decimal": str(more["quantity"]),
        "subtotal": amount,
        "taxes": [],
        **more,
    }


def pricing(price: Document) -> Document:
    """What a line says of its price."""
    return {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }


def new_invoice_item(
    ledger: Ledger,
    customer: Document,
    amount: int,
    currency: str,
    description: str | None,
    **more: object,
) -> Document:
    """An invoice item in Stripe's shape; it waits for the customer's next invoice."""
    return {
        "id": new_id("ii"),
        "object": "invoiceitem",
        "amount": amount,
        "currency": currency,
        "customer": customer["id"],
        "customer_account": None,
        "date": ledger.now,
        "description": description,
        "discountable": amount >= 0,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "net_amount": amount,
        "parent": None,
        "period": {"start": ledger.now, "end": ledger.now},
        "pricing": None,
        "proration": False,
        "proration_details": None,
        "quantity": 1,
        "quantity_decimal": "1",
        "tax_rates": [],
        "test_clock": customer["test_clock"],
        **more,
    }


async def proration_item(
    ledger: Ledger, customer: Document, item: Document, at: int, *, is_credit: bool
) -> Document:
    """An invoice item for the rest of an item's period: owed, or given back."""
    start, end = item["current_period_start"], item["current_period_end"]
    share = remaining(amount_of(item), start, end, at)
    product = await ledger.look_up("product", item["price"]["product"])
    name = product["name"] if product else item["price"]["product"]
    many = f"{item['quantity']} {TIMES} " if item["quantity"] != 1 else ""
    words = f"{'Unused' if is_credit else 'Remaining'} time on {many}{name} after {day(at)}"
    of_item = {"subscription": item["subscription"], "subscription_item": item["id"]}
    return new_invoice_item(
        ledger,
        customer,
        -share if is_credit else share,
        item["price"]["currency"],
        words,
        discountable=False,
        parent={"subscription_details": of_item, "type": "subscription_details"},
        period={"start": at, "end": end},
        pricing=pricing(item["price"]),
        proration=True,
        proration_details={"discount_amounts": []},
        quantity=item["quantity"],
        quantity_decimal=str(item["quantity"]),
    )
