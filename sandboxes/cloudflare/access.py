"""Whom Cloudflare lets in: who brings an API token. The headers that its every answer has."""

import re
from hashlib import sha256
from uuid import uuid4

from starlette.responses import Response

from sandboxes.cloudflare.envelope import ACCOUNT, API, CloudflareError, failure, result
from sandboxes.kit.sandbox import Call, Operation, Refused

LIVE = re.compile(r"[\w-]{40}|cf[a-z]{1,2}t_[\w-]{40,}", re.ASCII)
ACCOUNT_ID = re.compile(r"[\w-]{1,32}", re.ASCII)
STRAY = "This is the sandbox, and the token looks live: give it any other word."
QUOTA, WINDOW_S = 1200, 300


def bearer(call: Call) -> str | None:
    """The token of the Authorization header: None without one, empty where it is no bearer's."""
    header = call.request.headers.get("authorization")
    if header is None:
        return None
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def admit(call: Call) -> None:
    """Any API token will do that does not look like a real one; raises CloudflareError.

    A live token that strays in here is a mistake worth hearing of at once. What opens an app of
    Calls is its own secret, and its own operations ask for it.
    """
    if call.parameters.keys() >= {"app_id"} and "account_id" not in call.parameters:
        return
    token = bearer(call)
    if token is None:
        raise CloudflareError(403, 9106, "Missing X-Auth-Email header", gateway=True)
    if not token:
        chain = [{"code": 6111, "message": "Invalid format for Authorization header"}]
        error = {"code": 6003, "message": "Invalid request headers", "error_chain": chain}
        raise Refused(failure(400, [error], []))
    if LIVE.fullmatch(token):
        if call.request.url.path.endswith("/tokens/verify"):
            raise CloudflareError(401, 1000, f"Invalid API Token. {STRAY}", gateway=True)
        raise CloudflareError(403, 10000, f"Authentication error. {STRAY}", gateway=True)
    if not ACCOUNT_ID.fullmatch(call.parameters.get("account_id", "none")):
        raise no_route(call)


def no_route(call: Call) -> Refused:
    """What the gateway says of an identifier that is none."""
    path = call.request.url.path.removeprefix(f"/{call.vendor.name}")
    words = f"Could not route to {path}, perhaps your object identifier is invalid?"
    told = ((7003, words), (7000, "No route for that URI"))
    return Refused(failure(404, [{"code": c, "message": m} for c, m in told], []))


async def verify_token(call: Call) -> Response:
    """Whether the token is good: who comes so far has a good one."""
    id_ = sha256((bearer(call) or "").encode()).hexdigest()[:32]
    said = {"code": 10000, "message": "This API Token is valid and active", "type": None}
    return result({"id": id_, "status": "active"}, messages=[said])


def stamp(call: Call, response: Response) -> None:
    """Each answer has a ray; the API's tell of its rate limit; what browsers use is for all."""
    path = call.request.url.path.removeprefix(f"/{call.vendor.name}")
    response.headers["cf-ray"] = f"{uuid4().hex[:16]}-DEV"
    if path.startswith(f"{API}/"):
        response.headers["Ratelimit"] = f'"default";r={QUOTA - 1};t={WINDOW_S}'
        response.headers["Ratelimit-Policy"] = f'"default";q={QUOTA};w={WINDOW_S}'
    if path.startswith(("/stream/", "/upload/")):
        response.headers["Access-Control-Allow-Origin"] = "*"


OPERATIONS = (
    Operation("user.tokens.verify", "GET", f"{API}/user/tokens/verify", verify_token),
    Operation("accounts.tokens.verify", "GET", f"{ACCOUNT}/tokens/verify", verify_token),
)
