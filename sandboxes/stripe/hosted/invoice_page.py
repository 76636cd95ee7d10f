"""An invoice as a page, for whoever has its address."""

from starlette.responses import Response

from sandboxes.kit.sandbox import Call, Operation
from sandboxes.stripe.hosted.page import ledger_of, show


async def read(call: Call) -> Response:
    """The invoice."""
    id_, secret = call.parameters["id"], call.parameters["secret"]
    invoice = await ledger_of(call).look_up("invoice", id_)
    address = str((invoice or {}).get("hosted_invoice_url") or "")
    if not address.endswith(f"/{id_}/{secret}"):
        return show(call, "over.html", 404, session=None)
    return show(call, "invoice.html", invoice=invoice)


OPERATIONS = (Operation("HostedInvoice", "GET", "/invoices/{id}/{secret}", read, is_open=True),)
