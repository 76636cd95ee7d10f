"""Postmark, imitated from https://postmarkapp.com/developer: one module a part of its API."""

from sandboxes.kit.inbox import latest_letters
from sandboxes.kit.sandbox import MIB, Operation, Sandbox
from sandboxes.postmark.access import SECRET_HEADERS, admit
from sandboxes.postmark.errors import as_status
from sandboxes.postmark.letter import letter
from sandboxes.postmark.messages import message_details, message_dump, search_messages
from sandboxes.postmark.sending import send_batch, send_email
from sandboxes.postmark.server import get_server

POSTMARK = Sandbox(
    name="postmark",
    operations=(  # Named as Postmark's contract names them.
        Operation("sendEmail", "POST", "/email", send_email, body_limit=10 * MIB),
        Operation("sendEmailBatch", "POST", "/email/batch", send_batch, body_limit=50 * MIB),
        Operation("searchOutboundMessages", "GET", "/messages/outbound", search_messages),
        Operation(
            "getOutboundMessageDetails", "GET", "/messages/outbound/{id}/details", message_details
        ),
        Operation("getOutboundMessageDump", "GET", "/messages/outbound/{id}/dump", message_dump),
        Operation("getCurrentServerConfiguration", "GET", "/server", get_server),
    ),
    about="Sends mail. Every mail lands in the inbox page and nowhere else, with name and size"
    " of its attachments. Any sender is accepted, and any server token that does not look live.",
    does_not=("templates, webhooks, suppressions and statistics",),
    error=as_status,
    admit=admit,
    secret_headers=SECRET_HEADERS,
    doors=(("Inbox", "/inbox"),),
    lately=latest_letters,
    letter=letter,
)
