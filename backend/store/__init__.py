"""How documents are kept: what any store can do, whichever driver does it.

Features speak of documents and conditions only. Each driver (`postgres`, `zerodb`) passes
the same suite, `tests/backend/test_store_contract.py`.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from backend.schema import Document

D = TypeVar("D", bound=Document)


@dataclass(frozen=True)
class AnyOf:
    """A condition: the field holds one of these values."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Range:
    """A condition: the field is at least `start` and before `end`; an open side is none."""

    start: datetime | int | None = None
    end: datetime | int | None = None


Condition = str | int | bool | datetime | None | AnyOf | Range
Where = Mapping[str, Condition]
"""Conditions by field name, all of which hold; a plain value means equality."""


@dataclass(frozen=True)
class Page(Generic[D]):
    """Some documents of many, and the cursor that asks for those after them, none at the end."""

    items: tuple[D, ...]
    next: str | None


@dataclass(frozen=True)
class Found(Generic[D]):
    """A document that search found, with its score; a higher score is a better answer."""

    document: D
    score: float


class AlreadyExists(Exception):
    """A unique index holds this value already."""

    def __init__(self, collection: str, index: str) -> None:
        super().__init__(f"{collection} already has a document with this {index}")
        self.collection = collection
        self.index = index


class HasChanged(Exception):
    """The document was changed or removed since it was read; read it again and decide anew."""

    def __init__(self, collection: str, identifier: str) -> None:
        super().__init__(f"{collection}/{identifier} was changed by somebody else meanwhile")


class CursorIsInvalid(ValueError):
    """The cursor does not belong to this listing."""


class ConditionDoesNotFit(ValueError):
    """A condition or an order names a field that is not there, or a value it never holds."""

    def __init__(self, collection: str, field: str, why: str) -> None:
        super().__init__(f"{collection}.{field}: {why}")


class DocumentDoesNotFit(ValueError):
    """A document is not what its model declares: as it came in, or as it was kept."""

    def __init__(self, collection: str, identifier: str, why: str) -> None:
        super().__init__(f"{collection}/{identifier} does not fit its model: {why}")
        self.why = why


class IsOnlyAddedTo(ValueError):
    """The documents of this collection are neither changed nor removed."""

    def __init__(self, collection: str) -> None:
        super().__init__(f"{collection} is only added to: nothing in it is changed or removed")


class RemovesEverything(ValueError):
    """A removal without conditions would empty the collection."""

    def __init__(self, collection: str) -> None:
        super().__init__(f"remove from {collection}: name at least one condition")


class StoreIsBusy(Exception):
    """What was asked for was held by others for too long; trying again later may help."""


class StoreIsUnavailable(Exception):
    """The store does not answer, or is not prepared; nothing is known of what was under way."""

    def __init__(self, why: str, *, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after
        """In how many seconds whoever keeps the documents wants to be asked again, if it said."""


class Standing(StrEnum):
    """How a part of the database stands against its declaration."""

    created = "created"
    """It is missing, and will be created."""
    unchanged = "unchanged"
    drifted = "drifted"
    """It differs, and will be rebuilt."""
    refused = "refused"
    """It differs, and mending it would lose documents; nothing is done."""


@dataclass(frozen=True)
class Change:
    """One line of a plan for the database: what stands where, and what would be done."""

    collection: str
    part: str
    """`collection`, `index email`, `documents`, `vectors`, or what else the driver keeps."""
    standing: Standing
    difference: str = ""
    """For people: what is declared against what was found, or how many documents do not fit."""
    statements: tuple[str, ...] = ()
    """What the driver runs to mend it, in order."""


class ChangeIsRefused(Exception):
    """A change would lose documents; nothing was done."""

    def __init__(self, change: Change) -> None:
        super().__init__(f"{change.collection}, {change.part}: {change.difference}")
        self.change = change


Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]


class Store(Protocol):
    """Documents, kept. Each call is atomic; `exclusively` makes several calls one."""

    async def insert(self, *documents: Document) -> None:
        """Keep new documents, all or none. Raises `AlreadyExists`, `DocumentDoesNotFit`."""

    async def get(self, kind: type[D], identifier: str) -> D | None:
        """The document with this id, or none."""

    async def first(self, kind: type[D], where: Where) -> D | None:
        """A document for which the conditions hold, or none; for looking up by a unique field."""

    async def find(
        self,
        kind: type[D],
        where: Where | None = None,
        *,
        order: str = "created_at",
        limit: int = 20,
        after: str | None = None,
    ) -> Page[D]:
        """A page of documents, ordered by one field (`-field` for descending) and then by id.

        None is greater than any value: it comes last, and first in a descending order. The
        cursor `after` names a place in the order, so that documents added or removed meanwhile
        shift nothing. Raises `CursorIsInvalid`, `ConditionDoesNotFit`.
        """

    def every(self, kind: type[D], where: Where | None = None) -> AsyncIterator[D]:
        """All documents for which the conditions hold, by id, in batches behind the scenes."""

    async def update(self, document: D) -> D:
        """Write a document read before, and return it with its new version.

        Raises `HasChanged` when the kept version is another, `AlreadyExists`,
        `DocumentDoesNotFit`, `IsOnlyAddedTo`.
        """

    async def remove(self, kind: type[Document], where: Where) -> int:
        """Remove the documents for which the conditions hold; how many there were.

        Raises `RemovesEverything` when there are no conditions, `IsOnlyAddedTo`.
        """

    async def count(self, kind: type[Document], where: Where | None = None) -> int:
        """How many documents there are for which the conditions hold."""

    async def search(
        self, kind: type[D], text: str, where: Where | None = None, *, limit: int = 10
    ) -> tuple[Found[D], ...]:
        """The documents nearest to a text by meaning and by words, the best first; at most 50.

        Those for which the conditions do not hold are left out before anything is ranked.
        """

    def exclusively(self, name: str) -> "AbstractAsyncContextManager[Store]":
        """A store inside which nothing interleaves with others that hold the same name.

        Use it for decisions on several documents, as `exclusively("event:<id>")`; what is
        written inside is kept together, or not at all when the block raises. Ask the store that
        the block is given; asking the outer one there may wait for what the block holds. A block
        inside a block holds its name until the outermost ends. Raises `StoreIsBusy` when others
        hold the name for too long.
        """

    async def ping(self) -> None:
        """Ask the store a real question. Raises `StoreIsUnavailable`, `StoreIsBusy`."""

    async def plan(self) -> tuple[Change, ...]:
        """Compare the declared collections and indexes with what is there; change nothing."""

    async def apply(self, change: Change) -> None:
        """Do what one line of a plan says. Raises `ChangeIsRefused`."""

    async def reindex(self) -> int:
        """Make the vectors anew that are missing, or of another model; how many documents."""

    async def close(self) -> None:
        """Let go of connections."""


async def by_id(store: Store, kind: type[D], ids: Iterable[str]) -> dict[str, D]:
    """The documents with these ids, asked for at once; those that are not there are left out."""
    wanted = AnyOf(tuple(dict.fromkeys(ids)))
    return {each.id: each async for each in store.every(kind, {"id": wanted})}
