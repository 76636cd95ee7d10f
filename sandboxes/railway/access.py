"""Whom Railway lets in: accounts, workspaces and projects, each by a token in its own header.

Tokens are made by the control plane, `POST /_sandbox/railway/tokens`, or by `projectTokenCreate`.
What is kept of one is its digest.
"""

from datetime import datetime
from hashlib import sha256

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call
from sandboxes.railway.asking import Caller, new_id, read_moment, written
from sandboxes.railway.errors import NotAuthorized

HEADER = "project-access-token"
SECRET_HEADERS = frozenset({HEADER})
SHOWN = 4
NOT_AUTHORIZED = NotAuthorized().message
NOBODY = Caller("nobody", refusal=NOT_AUTHORIZED)


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


async def caller(call: Call) -> Caller:
    """Who calls; nobody where the token is missing, unknown, too old, or in the wrong header."""
    headers = call.request.headers
    given = headers.get(HEADER, "").strip()
    if given:
        return await _found(call, given, {"project"}, "Project Token not found")
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return NOBODY
    return await _found(call, bearer.strip(), {"account", "workspace"}, NOT_AUTHORIZED)


async def _found(call: Call, given: str, kinds: set[str], refusal: str) -> Caller:
    token = await call.records.get("token", digest(given))
    if token is None or token["kind"] not in kinds or is_over(token, call.now):
        return Caller("nobody", refusal=refusal)
    names = ("kind", "id", "name")
    bound = {"project_id": token["projectId"], "environment_id": token["environmentId"]}
    return Caller(**{name: token[name] for name in names}, **bound)


def is_over(token: Document, now: datetime) -> bool:
    """Whether a token has expired."""
    return token["expiresAt"] is not None and read_moment(token["expiresAt"]) <= now


async def make_token(
    records: Records,
    now: datetime,
    kind: str,
    name: str,
    *,
    environment: Document | None = None,
    expires_at: datetime | None = None,
    token: str | None = None,
) -> str:
    """A new token, which is told this once."""
    token = token or new_id()
    kept = {
        "id": new_id(),
        "kind": kind,
        "name": name,
        "projectId": environment and environment["projectId"],
        "environmentId": environment and environment["id"],
        "displayToken": f"{token[:SHOWN]}****",
        "createdAt": written(now),
        "expiresAt": written(expires_at) if expires_at else None,
    }
    await records.put("token", digest(token), kept)
    return token
