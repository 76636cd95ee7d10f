"""An invoice as a page and as a PDF, for whoever has its address."""

import secrets

from starlette.responses import Response

from sandboxes.kit.pages import HEADERS
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation
from sandboxes.stripe.hosted.page import day, ledger_of, money, show
from sandboxes.stripe.hosted.pdf import Words, page

PATH, PDF = "/invoices/{id}/{secret}", "application/pdf"
AMOUNT, FITTING = 470, 34
"""Where the amounts stand on the PDF, and how many lines fit on its one page."""


async def read(call: Call) -> Response:
    """The invoice."""
    if invoice := await _invoice(call):
        return show(call, "invoice.html", invoice=invoice)
    return show(call, "over.html", 404, session=None)


async def print_out(call: Call) -> Response:
    """The invoice as a PDF."""
    invoice = await _invoice(call)
    if invoice is None:
        return show(call, "over.html", 404, session=None)
    name = f"Invoice {invoice['number']}"
    headers = HEADERS | {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(page(_words(invoice), name), 200, headers, PDF)


async def _invoice(call: Call) -> Document | None:
    """The invoice of an address, where all of the address is right."""
    id_, secret = call.parameters["id"], call.parameters["secret"]
    invoice = await ledger_of(call).look_up("invoice", id_)
    known = str((invoice or {}).get("hosted_invoice_url") or "").rpartition("/")[2]
    return invoice if known and secrets.compare_digest(known.encode(), secret.encode()) else None


def _words(invoice: Document) -> list[Words]:
    who = invoice["customer_name"] or invoice["customer_email"] or invoice["customer"]
    paid = invoice["status_transitions"]["paid_at"]
    found = [
        Words(56, 80, invoice["account_name"], 18, bold=True),
        Words(56, 112, f"Invoice {invoice['number']}", 12, bold=True),
        Words(56, 130, f"Date of issue: {day(invoice['effective_at'])}"),
        Words(56, 145, f"Paid: {day(paid)}" if paid else f"Status: {invoice['status']}"),
        Words(56, 175, f"Bill to {who}"),
        Words(56, 215, "Description", bold=True),
        Words(AMOUNT, 215, "Amount", bold=True),
    ]
    top = 215.0
    for line in invoice["lines"]["data"][:FITTING]:
        top += 16
        found.append(Words(56, top, str(line["description"])[:80]))
        found.append(Words(AMOUNT, top, money(line["amount"], invoice["currency"])))
    for name, amount in (("Total", "total"), ("Amount due", "amount_remaining")):
        top += 20
        found.append(Words(370, top, name, bold=True))
        found.append(Words(AMOUNT, top, money(invoice[amount], invoice["currency"]), bold=True))
    return [*found, Words(56, 800, "This is a sandbox: no money moves.", 8)]


OPERATIONS = (
    Operation("HostedInvoice", "GET", PATH, read, is_open=True),
    Operation("HostedInvoicePdf", "GET", f"{PATH}/pdf", print_out, is_open=True),
)
