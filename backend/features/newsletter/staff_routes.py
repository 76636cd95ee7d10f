"""The newsletter's list on the wire, for admins."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from backend.dependencies import Admin, MayCall, WithParts, may_call
from backend.features.newsletter import staffing
from backend.features.newsletter.suppressing import TakeSuppressions
from backend.features.newsletter.syncing import SyncSubscribers
from backend.jobs import Task
from backend.schema.document import Email, Identifier
from backend.schema.jobs import Job, JobState
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from backend.spreadsheets import Row, long_table
from backend.store import Condition, Store, Where

router = APIRouter(prefix="/api/admin/newsletter", tags=["newsletter"])
ADMINS = may_call(MayCall.admins)
SubscriberId = Annotated[Identifier, Path()]
COLUMNS = ("email", "status", "interests", "consented_at", "subscribed_at", "unsubscribed_at")


class Wanted(BaseModel):
    """Which addresses; all that is named must hold."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    status: NewsletterStatus | None = None
    email: Email | None = None
    """One address, whole."""

    def where(self) -> dict[str, Condition]:
        """The same as conditions."""
        chosen = {"status": self.status, "email": self.email}
        return {name: value for name, value in chosen.items() if value is not None}


class WantedPage(Wanted):
    """The same, a page of them."""

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Annotated[str | None, Field(max_length=500)] = None


class Subscriber(BaseModel):
    """An address, and how it stands."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    email: str
    status: NewsletterStatus
    interests: list[str]
    consented_at: AwareDatetime | None
    subscribed_at: AwareDatetime | None
    unsubscribed_at: AwareDatetime | None
    is_known_to_beehiiv: bool
    """Whether BeeHiiv was told of them, which sends the letters."""

    @classmethod
    def of(cls, kept: NewsletterSubscriber) -> Self:
        """The view of a subscriber."""
        told = kept.model_dump(include=set(cls.model_fields))
        return cls(**told, is_known_to_beehiiv=kept.beehiiv_subscriber_id is not None)


class Subscribers(BaseModel):
    """Some addresses, the newest first, and the cursor that asks for those before them."""

    items: list[Subscriber]
    next: str | None


class Counts(BaseModel):
    """How many addresses stand how, here and towards those who send to them."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    counts: dict[NewsletterStatus, int] = Field(examples=[{"subscribed": 120, "pending": 4}])
    not_told: int = Field(examples=[2])
    """How many subscribed addresses BeeHiiv, which sends the letters, does not know of yet."""
    compared_at: AwareDatetime | None
    """When our list and BeeHiiv's were compared last, which is done every night."""
    suppressions_at: AwareDatetime | None
    """When Postmark was last asked for addresses that take no mail, which is done every hour."""


@router.get("/subscribers", summary="List the newsletter's addresses", openapi_extra=ADMINS)
async def list_subscribers(
    asked: Annotated[WantedPage, Query()], _: Admin, parts: WithParts
) -> Subscribers:
    """The addresses on the list and off it, the newest first."""
    page = await parts.store.find(
        NewsletterSubscriber,
        asked.where(),
        order="-created_at",
        limit=asked.limit,
        after=asked.after,
    )
    return Subscribers(items=[Subscriber.of(each) for each in page.items], next=page.next)


@router.get(
    "/subscribers.csv",
    summary="List the newsletter's addresses as a table",
    openapi_extra=ADMINS,
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}, "description": "One line an address."}},
)
async def export_subscribers(
    asked: Annotated[Wanted, Query()], _: Admin, parts: WithParts
) -> StreamingResponse:
    """All of them, for a spreadsheet."""
    return long_table("newsletter.csv", COLUMNS, _rows(parts.store, asked))


@router.get("/counts", summary="Count the newsletter's addresses", openapi_extra=ADMINS)
async def count_subscribers(_: Admin, parts: WithParts) -> Counts:
    """How many there are in each state."""
    count = parts.store.count
    on_list: Where = {"status": NewsletterStatus.subscribed, "beehiiv_subscriber_id": None}
    return Counts(
        counts={it: await count(NewsletterSubscriber, {"status": it}) for it in NewsletterStatus},
        not_told=await count(NewsletterSubscriber, on_list),
        compared_at=await _last_done(parts.store, SyncSubscribers),
        suppressions_at=await _last_done(parts.store, TakeSuppressions),
    )


@router.post(
    "/subscribers/{subscriber_id}/confirmation",
    status_code=204,
    summary="Ask an address once more to confirm",
    openapi_extra=ADMINS,
)
async def ask_again(subscriber_id: SubscriberId, caller: Admin, parts: WithParts) -> None:
    """Send the mail again to somebody who asked for the newsletter and has not confirmed it."""
    await staffing.ask_again(parts, subscriber_id, caller)


@router.delete(
    "/subscribers/{subscriber_id}",
    status_code=204,
    summary="Remove an address at its owner's request",
    openapi_extra=ADMINS,
)
async def remove(subscriber_id: SubscriberId, caller: Admin, parts: WithParts) -> None:
    """Keep nothing of an address any more, here and at BeeHiiv."""
    await staffing.remove(parts, subscriber_id, caller)


async def _last_done(store: Store, task: type[Task]) -> datetime | None:
    """When a job of this kind was done last, as long as that is remembered."""
    done = {"task": task.task_name(), "state": JobState.done.value}
    page = await store.find(Job, done, order="-done_at", limit=1)
    return page.items[0].done_at if page.items else None


async def _rows(store: Store, asked: Wanted) -> AsyncIterator[Row]:
    async for kept in store.every(NewsletterSubscriber, asked.where()):
        told = kept.model_dump(mode="json") | {"interests": ", ".join(kept.interests)}
        yield [told[name] for name in COLUMNS]
