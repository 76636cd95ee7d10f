"""Idempotency keys: the same key gives the same answer, and has its effect once, for a day."""

from starlette.responses import Response

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call
from sandboxes.stripe.access import request_id
from sandboxes.stripe.errors import IDEMPOTENCY, StripeError

KIND = "idempotency_key"
KEPT_S = 24 * 3600
LONGEST = 255
ENDPOINT = (
    "Keys for idempotent requests can only be used for the same endpoint they were first used for"
    " ('{}' vs '{}'). Try using a key other than '{}' if you meant to execute a different request."
)
PARAMETERS = (
    "Keys for idempotent requests can only be used with the same parameters they were first used"
    " with. Try using a key other than '{}' if you meant to execute a different request."
)
IN_USE = (
    "There is currently another in-progress request using this Idempotent Key (that probably means"
    " you submitted twice, and the other request is still going through): {}. Please try again"
    " later."
)


def key_of(call: Call) -> str | None:
    """The key of a request; raises StripeError for one that is too long."""
    key: str | None = call.request.headers.get("idempotency-key")
    if key and len(key) > LONGEST:
        words = f"Idempotency keys can be at most {LONGEST} characters long."
        raise StripeError(words, kind=IDEMPOTENCY)
    return key or None


async def seize(records: Records, key: str) -> None:
    """Hold the key until the transaction ends; raises StripeError while another holds it."""
    rows = await records.database.fetch(
        "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS mine",
        f"sandbox:{records.vendor}:{KIND}:{key}",
    )
    if not rows[0]["mine"]:
        sentence = IN_USE.format(key)
        raise StripeError(sentence, status=409, code="idempotency_key_in_use", kind=IDEMPOTENCY)


async def answered(call: Call, records: Records, key: str, told: Document) -> Response | None:
    """The answer that the key had before, or None; raises StripeError for another request."""
    kept = await records.get(KIND, key)
    if kept is None or kept["at"] + KEPT_S <= call.now.timestamp():
        return None
    if kept["path"] != (path := _path(call)):
        raise StripeError(ENDPOINT.format(kept["path"], path, key), kind=IDEMPOTENCY)
    if kept["told"] != told:
        raise StripeError(PARAMETERS.format(key), kind=IDEMPOTENCY)
    headers = {"Idempotent-Replayed": "true", "Original-Request": kept["request_id"]}
    return Response(kept["body"], kept["status"], headers, "application/json")


async def remember(
    call: Call, records: Records, key: str, told: Document, answer: Response
) -> None:
    """Keep the answer that the key has from now on."""
    answer.headers["Original-Request"] = request_id(call)
    kept = {
        "at": call.now.timestamp(),
        "path": _path(call),
        "told": told,
        "status": answer.status_code,
        "body": bytes(answer.body).decode(),
        "request_id": request_id(call),
    }
    await records.put(KIND, key, kept)


def _path(call: Call) -> str:
    path: str = call.request.scope["path"]
    return path.removeprefix(call.request.scope["root_path"])
