"""Postmark, imitated from https://postmarkapp.com/developer: one module a part of its API."""

from sandboxes.kit.inbox import latest_letters
from sandboxes.kit.sandbox import MIB, Operation, Sandbox
from sandboxes.postmark import (
    bounces,
    leaving,
    messages,
    sending,
    statistics,
    streams,
    suppressions,
    templates,
    templating,
    tracking,
    webhooks,
)
from sandboxes.postmark.access import SECRET_HEADERS, admit
from sandboxes.postmark.errors import as_status
from sandboxes.postmark.notices import WEBHOOKS
from sandboxes.postmark.on_demand import fate_pages, letter_in_hand
from sandboxes.postmark.server import get_server

MESSAGES = "/messages/outbound"
STREAMS = "/message-streams"
SUPPRESSIONS = f"{STREAMS}/{{stream}}/suppressions"
STATS = "/stats/outbound"
UNSUBSCRIBE = "/unsubscribe/{id}"

SENDING = (
    Operation("sendEmail", "POST", "/email", sending.send_email, body_limit=10 * MIB),
    Operation("sendEmailBatch", "POST", "/email/batch", sending.send_batch, body_limit=50 * MIB),
)
TEMPLATES = (
    Operation(
        "sendEmailWithTemplate",
        "POST",
        "/email/withTemplate",
        templating.send_with_template,
        body_limit=10 * MIB,
    ),
    Operation(
        "sendEmailBatchWithTemplates",
        "POST",
        "/email/batchWithTemplates",
        templating.send_batch_with_templates,
        body_limit=50 * MIB,
    ),
    Operation("testTemplateContent", "POST", "/templates/validate", templating.validate_template),
    Operation("listTemplates", "GET", "/templates", templates.list_templates),
    Operation("createTemplate", "POST", "/templates", templates.create_template),
    Operation("getSingleTemplate", "GET", "/templates/{id}", templates.get_template),
    Operation("updateTemplate", "PUT", "/templates/{id}", templates.edit_template),
    Operation("deleteTemplate", "DELETE", "/templates/{id}", templates.delete_template),
)
READING = (
    Operation("searchOutboundMessages", "GET", MESSAGES, messages.search_messages),
    Operation(
        "getOutboundMessageDetails", "GET", f"{MESSAGES}/{{id}}/details", messages.message_details
    ),
    Operation("getOutboundMessageDump", "GET", f"{MESSAGES}/{{id}}/dump", messages.message_dump),
    Operation("searchOpensForOutboundMessages", "GET", f"{MESSAGES}/opens", tracking.search_opens),
    Operation(
        "getOpensForSingleOutboundMessage",
        "GET",
        f"{MESSAGES}/opens/{{id}}",
        tracking.message_opens,
    ),
    Operation(
        "searchClicksForOutboundMessages", "GET", f"{MESSAGES}/clicks", tracking.search_clicks
    ),
    Operation(
        "getClicksForSingleOutboundMessage",
        "GET",
        f"{MESSAGES}/clicks/{{id}}",
        tracking.message_clicks,
    ),
)
BOUNCES = (
    Operation("getDeliveryStats", "GET", "/deliverystats", bounces.delivery_stats),
    Operation("getBounces", "GET", "/bounces", bounces.search_bounces),
    Operation("getBounceTags", "GET", "/bounces/tags", bounces.bounce_tags),
    Operation("getSingleBounce", "GET", "/bounces/{id}", bounces.get_bounce),
    Operation("getBounceDump", "GET", "/bounces/{id}/dump", bounces.bounce_dump),
    Operation("activateBounce", "PUT", "/bounces/{id}/activate", bounces.activate_bounce),
)
STREAMING = (
    Operation("listMessageStreams", "GET", STREAMS, streams.list_streams),
    Operation("createMessageStream", "POST", STREAMS, streams.create_stream),
    Operation("getMessageStream", "GET", f"{STREAMS}/{{id}}", streams.get_stream),
    Operation("editMessageStream", "PATCH", f"{STREAMS}/{{id}}", streams.edit_stream),
    Operation("archiveMessageStream", "POST", f"{STREAMS}/{{id}}/archive", streams.archive_stream),
    Operation(
        "unarchiveMessageStream", "POST", f"{STREAMS}/{{id}}/unarchive", streams.unarchive_stream
    ),
    Operation("dumpSuppressions", "GET", f"{SUPPRESSIONS}/dump", suppressions.dump_suppressions),
    Operation("createSuppressions", "POST", SUPPRESSIONS, suppressions.create_suppressions),
    Operation(
        "deleteSuppressions", "POST", f"{SUPPRESSIONS}/delete", suppressions.delete_suppressions
    ),
)
HOOKS = (
    Operation("listWebhooks", "GET", "/webhooks", webhooks.list_webhooks),
    Operation("createWebhook", "POST", "/webhooks", webhooks.create_webhook),
    Operation("getWebhook", "GET", "/webhooks/{id}", webhooks.get_webhook),
    Operation("editWebhook", "PUT", "/webhooks/{id}", webhooks.edit_webhook),
    Operation("verifyWebhook", "POST", "/webhooks/{id}/verify", webhooks.verify_webhook),
    Operation("deleteWebhook", "DELETE", "/webhooks/{id}", webhooks.delete_webhook),
)
COUNTING = (
    Operation("getOutboundOverviewStatistics", "GET", STATS, statistics.overview),
    Operation("getSentCounts", "GET", f"{STATS}/sends", statistics.by_day("sends")),
    Operation("getBounceCounts", "GET", f"{STATS}/bounces", statistics.by_day("bounces")),
    Operation("getSpamComplaints", "GET", f"{STATS}/spam", statistics.by_day("spam")),
    Operation("getTrackedEmailCounts", "GET", f"{STATS}/tracked", statistics.by_day("tracked")),
    Operation("getOutboundOpenCounts", "GET", f"{STATS}/opens", statistics.by_day("opens")),
    Operation("getOutboundClickCounts", "GET", f"{STATS}/clicks", statistics.by_day("clicks")),
)
REST = (
    Operation("getCurrentServerConfiguration", "GET", "/server", get_server),
    Operation("unsubscribePage", "GET", UNSUBSCRIBE, leaving.unsubscribe_page, is_open=True),
    Operation("unsubscribe", "POST", UNSUBSCRIBE, leaving.unsubscribe, is_open=True),
)

POSTMARK = Sandbox(
    name="postmark",
    # Named as Postmark's contract names them, where it knows them.
    operations=(*SENDING, *TEMPLATES, *READING, *BOUNCES, *STREAMING, *HOOKS, *COUNTING, *REST),
    about="Sends mail. Every mail lands in the inbox page and nowhere else, with name and size"
    " of its attachments, and with buttons that let it bounce, be opened, be complained of. Any"
    " sender is accepted, and any server token that does not look live. Webhooks are told and"
    " tried again as Postmark documents; every day is counted in Eastern time.",
    does_not=(
        "Receive mail, or send in bulk (`/email/bulk`).",
        "Change the server, or anything that takes an account token.",
        "Tell statistics by mail client, platform or place, or of one webhook.",
        "Search messages, opens and clicks by date, metadata or client.",
        "Inline CSS, or push templates to another server.",
        "Track by itself: a mail is opened and clicked when its button says so.",
        "Stop telling a webhook whose listener keeps failing.",
    ),
    error=as_status,
    admit=admit,
    spelled=lambda path: path.rstrip("/") or "/",
    secret_headers=SECRET_HEADERS,
    pages=fate_pages,
    doors=(("Inbox", "/inbox"),),
    lately=latest_letters,
    letter=letter_in_hand,
    webhooks=WEBHOOKS,
)
