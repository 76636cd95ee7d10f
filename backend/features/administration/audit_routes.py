"""The audit log on the wire, to be read: nothing here writes or removes an entry."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from backend.audit import examine
from backend.dependencies import Admin, MayCall, WithParts, may_call
from backend.parts import Parts
from backend.schema.audit_log import AuditEntry
from backend.schema.document import Identifier, Line, TypedMoment
from backend.schema.profiles import Profile
from backend.spreadsheets import Row, long_table
from backend.store import Condition, Range, Store, by_id

router = APIRouter(prefix="/api/admin", tags=["administration"])
ADMINS = may_call(MayCall.admins)
NEWEST_FIRST = "-number"
COLUMNS = (
    "number",
    "created_at",
    "actor_id",
    "action",
    "subject",
    "details",
    "request_id",
    "previous",
    "digest",
)


class Wanted(BaseModel):
    """Which entries; all that is named must hold."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    actor: Identifier | None = None
    """Who did it, by id."""
    action: Line | None = Field(default=None, examples=["application.approved"])
    subject: Line | None = Field(default=None, examples=["events/3f2a9c51d0e84b7f"])
    """What it was done to."""
    since: TypedMoment | None = None
    until: TypedMoment | None = None
    """Before this moment."""

    def where(self) -> dict[str, Condition]:
        """The same as conditions."""
        chosen = {"actor_id": self.actor, "action": self.action, "subject": self.subject}
        found: dict[str, Condition] = {name: it for name, it in chosen.items() if it is not None}
        if self.since or self.until:
            found["created_at"] = Range(self.since, self.until)
        return found


class WantedPage(Wanted):
    """The same, a page of them."""

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Annotated[str | None, Field(max_length=500)] = None


class EntryView(BaseModel):
    """One thing that was done."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    number: int
    at: AwareDatetime
    actor_id: str | None
    """Null for the platform itself, and for somebody who was not logged in."""
    actor_name: str | None
    """Null for somebody who was forgotten since."""
    action: str
    subject: str
    details: dict[str, Any]
    request_id: str
    digest: str

    @classmethod
    def of(cls, entry: AuditEntry, names: dict[str, str]) -> Self:
        """The view of an entry."""
        return cls(
            **entry.model_dump(include=set(cls.model_fields)),
            at=entry.created_at,
            actor_name=names.get(entry.actor_id or ""),
        )


class Chain(BaseModel):
    """What was found of the whole log, each entry of which is bound to the one before it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    is_whole: bool
    entries: int
    """How many are whole, from the first on."""
    head: str
    """The digest of the last of them. Whoever noted it before knows that none is missing."""
    broken: str
    """What is wrong with the entry after them; empty when there is none."""


class AuditPage(BaseModel):
    """Some entries, the newest first, and the cursor that asks for those before them."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    items: list[EntryView]
    next: str | None
    chain: Chain | None
    """With the first page alone: the whole log is read for it, whatever was asked for."""


@router.get("/audit", summary="Read the audit log", openapi_extra=ADMINS)
async def read_log(asked: Annotated[WantedPage, Query()], _: Admin, parts: WithParts) -> AuditPage:
    """What was done by whom, the newest first, and whether the log is whole."""
    store = parts.store
    page = await store.find(
        AuditEntry, asked.where(), order=NEWEST_FIRST, limit=asked.limit, after=asked.after
    )
    actors = await by_id(store, Profile, (each.actor_id for each in page.items if each.actor_id))
    names = {id_: actor.full_name for id_, actor in actors.items()}
    chain = None if asked.after else await _chain(store)
    items = [EntryView.of(each, names) for each in page.items]
    return AuditPage(items=items, next=page.next, chain=chain)


@router.get(
    "/audit.csv",
    summary="Read the audit log as a table",
    openapi_extra=ADMINS,
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}, "description": "One line an entry."}},
)
async def export_log(
    asked: Annotated[Wanted, Query()], _: Admin, parts: WithParts
) -> StreamingResponse:
    """The same entries as CSV (RFC 4180, UTF-8 with a byte order mark), with their digests."""
    return long_table("audit-log.csv", COLUMNS, _rows(parts, asked))


async def _rows(parts: Parts, asked: Wanted) -> AsyncIterator[Row]:
    after: str | None = None
    while True:
        page = await parts.store.find(
            AuditEntry, asked.where(), order=NEWEST_FIRST, limit=200, after=after
        )
        for entry in page.items:
            told = entry.model_dump(mode="json")
            yield [json.dumps(told[it]) if it == "details" else told[it] for it in COLUMNS]
        if (after := page.next) is None:
            return


async def _chain(store: Store) -> Chain:
    found = await examine(store)
    return Chain(is_whole=not found.broken, **vars(found))
