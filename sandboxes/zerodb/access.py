"""Whom ZeroDB lets in, and to which project: keys that were provisioned, and JWTs of a login."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import jwt
from jwt.types import Options

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call
from sandboxes.zerodb.errors import ZeroDBError

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox.zerodb_keys (
    digest text PRIMARY KEY,
    user_id text NOT NULL
);
"""
# Nobody but this sandbox trusts what is signed with it, so it may be read by everybody.
SIGNED_WITH = "whoever reads this may sign for the ZeroDB sandbox"
# The clock that counts is the sandboxes', so that expiry is looked at here.
NO_CLOCK: Options = {"verify_exp": False, "verify_iat": False}
LASTS = {"access": timedelta(hours=8), "refresh": timedelta(days=30)}
FIND = """
SELECT who.user_id, project.data AS project
FROM (
    SELECT user_id FROM sandbox.zerodb_keys WHERE digest = ANY($1::text[])
    UNION ALL SELECT $2::text WHERE $2::text IS NOT NULL
) AS who
LEFT JOIN sandbox.zerodb_projects AS project
    ON (project.id, project.user_id) = ($3::text, who.user_id)
"""


@dataclass(frozen=True)
class Access:
    """Somebody who was let in, and the project that is asked about, if it is theirs."""

    user: str
    project: Document | None


def digest(key: str) -> str:
    """What is kept of a key or a password."""
    return sha256(key.encode()).hexdigest()


def token(user: str, kind: str, now: datetime) -> str:
    """A JWT that is good for a while, by the sandboxes' clock; `kind` is access or refresh."""
    claims = {"sub": user, "type": kind, "iat": now, "exp": now + LASTS[kind]}
    return jwt.encode(claims, SIGNED_WITH, "HS256")


def read_token(given: str, kind: str, now: datetime) -> str | None:
    """The user whose token this is; None where it is none, another kind, or too old."""
    try:
        claims = jwt.decode(given, SIGNED_WITH, ["HS256"], options=NO_CLOCK)
    except jwt.InvalidTokenError:
        return None
    good = claims.get("type") == kind and now.timestamp() < claims.get("exp", 0)
    return str(claims["sub"]) if good else None


def credential(call: Call) -> str:
    """The key or token that a call brings, by X-API-Key or as a bearer; empty where it has none."""
    headers = call.request.headers
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    given = bearer if scheme.lower() == "bearer" else ""
    return (headers.get("x-api-key") or given).strip()


def admit(call: Call) -> None:
    """Refuse who brings nothing; whether a key is good is found out with its project."""
    if not credential(call):
        raise ZeroDBError(401, "Not authenticated")


async def access(call: Call) -> Access:
    """Who calls, and the project in the path; raises ZeroDBError for a key that is not known."""
    given = credential(call)
    # The Go SDK sends `key:secret`; only the key tells who it is.
    digests = [digest(given), digest(given.partition(":")[0])]
    user = read_token(given, "access", call.now)
    rows = await call.records.database.fetch(FIND, digests, user, call.parameters.get("project_id"))
    if not rows:
        raise ZeroDBError(401, "Could not validate credentials")
    return Access(rows[0]["user_id"], rows[0]["project"])
