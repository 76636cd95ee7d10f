"""Sentry's ingestion, imitated from https://develop.sentry.dev/sdk/ and the open source of its
relay: what clients send is kept, and grouped into issues that people and tests read."""

from sandboxes.kit.sandbox import MIB, Operation, Sandbox
from sandboxes.sentry.access import SECRET_HEADERS, admit, stamp
from sandboxes.sentry.errors import as_status
from sandboxes.sentry.ingesting import store_envelope, store_event
from sandboxes.sentry.pages import latest_issues, sentry_pages

SENTRY = Sandbox(
    name="sentry",
    operations=(
        Operation(
            "storeEnvelope",
            "POST",
            "/api/{project}/envelope/",
            store_envelope,
            body_limit=20 * MIB,
        ),
        Operation("storeEvent", "POST", "/api/{project}/store/", store_event, body_limit=MIB),
    ),
    about="Takes what Sentry's clients report, for any project and any public key: a DSN is"
    " `http://sandbox@127.0.0.1:8100/sentry/1`. Events are grouped into issues by their"
    " fingerprint, else by the exceptions' types and where it happened. Transactions, sessions,"
    " check-ins, logs, feedback and client reports are kept, and of all other items header and"
    " size. A 429, which a fault makes, says by `X-Sentry-Rate-Limits` how long it holds.",
    does_not=(
        "group as finely as Sentry does, resolve, assign, alert, or symbolicate",
        "scrub personal data, sample, filter, or count against a quota",
        "keep the contents of attachments, profiles and replays, or undo Brotli and zstd",
        "Sentry's web API, security reports, minidumps and cron check-ins by URL",
    ),
    error=as_status,
    admit=admit,
    secret_headers=SECRET_HEADERS,
    stamp=stamp,
    pages=sentry_pages,
    doors=(("Sentry", "/sentry/issues"),),
    lately=latest_issues,
)
