"""Who did what, and when: entries that are only ever added, each bound to the one before it."""

from typing import Annotated, Any

from pydantic import Field

from backend.schema.document import Document, Identifier, Index, Line


class AuditEntry(Document):
    """One thing that was done, and when (`created_at`)."""

    collection = "audit_log"
    only_added = True

    number: Annotated[int, Field(ge=1), Index(unique=True)]
    """Its place in the log; no number is missing."""
    action: Annotated[Line, Index()]
    """What was done, such as `application.approved`."""
    actor_id: Annotated[Identifier | None, Index()] = None
    """Who did it; none for the platform itself, and for somebody who is not logged in."""
    subject: Annotated[Line, Index()]
    """What it was done to, such as `applications/<id>`."""
    details: dict[str, Any] = {}
    """What else is worth knowing; no secrets, and nothing that a person could ask us to forget."""
    request_id: Annotated[str, Field(max_length=200)] = ""
    """The request in which it was done; empty for what the platform did by itself."""
    previous: str
    """The digest of the entry before it; empty in the first one."""
    digest: str
    """SHA-256 over all of this; whoever changes an entry breaks every later one."""
