"""Documents as rows of ZeroDB and back, one collection at a time, with their vectors.

Nothing here promises more than ZeroDB does; the driver sees to uniqueness and to undoing.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from random import random
from typing import Any, Final, TypeVar

from backend.providers import VendorIsNotConfigured, VendorIsUnavailable, VendorRefused
from backend.providers.zerodb import MOST_ROWS, Row, Vector, ZeroDB
from backend.schema import Document
from backend.store import D, Embed, StoreIsUnavailable
from backend.store.documents import read, write
from backend.store.zerodb.filters import Filter, Question, Sort
from backend.store.zerodb.words import stems

T = TypeVar("T")
OWN: Final = "_"
"""Fields of a row that begin so are the store's own, and no part of the document."""
WORDS, MODEL = f"{OWN}words", f"{OWN}embedded_by"
AT_ONCE: Final = 8
REMEMBERED: Final = 10_000
TURN_SECONDS: Final = 0.03
"""About how long it takes to read a document and write it again."""
DIMENSIONS: Final = (384, 768, 1024, 1536)
"""The lengths of vectors that ZeroDB has; shorter ones are filled up with zeros."""


@dataclass
class Late:
    """Writers that came too late, and wait for their turn to try again."""

    waiting: int = 0


@dataclass(frozen=True)
class Rows:
    """The tables of one environment, and what makes the vectors of its documents."""

    zerodb: ZeroDB
    prefix: str
    embed: Embed
    model: str
    versions: dict[str, int] = field(default_factory=dict)
    """The newest version of what this process has written, by id: whoever comes with an older one
    is late, and need not ask."""

    late: Late = field(default_factory=Late)

    def table(self, kind: type[Document]) -> str:
        """The name of a collection's table, and of its vectors' namespace."""
        return f"{self.prefix}{kind.collection}"

    async def ask(self, kind: type[D], question: Question, limit: int, skip: int = 0) -> list[D]:
        """The documents that a question finds, in its order."""
        found = await self._query(kind, question.filter, question.sort, limit, skip)
        documents = [document(kind, row) for row in found]
        for each in documents:
            if each.id in self.versions:
                self.versions[each.id] = each.version
        return documents

    async def every(self, kind: type[D], where: Filter) -> AsyncIterator[D]:
        """All that a filter finds, by id."""
        last: dict[str, Any] = {}
        while True:
            beyond = where | ({"id": {**where.get("id", {}), **last}} if last else {})
            found = await self.ask(kind, Question(beyond, {"id": 1}), MOST_ROWS)
            for each in found:
                yield each
            if len(found) < MOST_ROWS:
                return
            last = {"$gt": found[-1].id}

    async def count(self, kind: type[Document], where: Filter) -> int:
        """How many a filter finds."""
        with told(kind):
            return (await self.zerodb.query(self.table(kind), where, limit=1)).total

    async def keep(self, documents: Sequence[Document]) -> None:
        """Keep new documents, and the vectors of those that are searched."""

        async def keep(each: Document) -> None:
            with told(type(each)):
                await self.zerodb.insert_row(self.table(type(each)), self.row(each))

        await a_few_at_once(keep, documents)
        for kind in dict.fromkeys(type(each) for each in documents):
            if kind.searched:
                await self.keep_vectors(kind, [each for each in documents if type(each) is kind])

    def is_late(self, late: Document) -> bool:
        """Whether this process has written a newer version of the document."""
        return self.versions.get(late.id, late.version) > late.version

    async def let_others_by(self) -> None:
        """Wait a moment drawn by lot, the longer the more others wait.

        Those who were late and all read again at once would make each other late once more.
        """
        self.late.waiting += 1
        try:
            await asyncio.sleep(random() * self.late.waiting * TURN_SECONDS)  # noqa: S311
        finally:
            self.late.waiting -= 1

    async def replace(self, before: Document, after: Document) -> bool:
        """Write over the document as it was; says whether it was so still."""
        kind = type(after)
        where: Filter = {"id": {"$eq": after.id}, "version": {"$eq": before.version}}
        with told(kind):
            updated = await self.zerodb.update_rows(
                self.table(kind), where, {"$set": self.row(after)}
            )
        if updated.matched:
            if len(self.versions) > REMEMBERED:
                self.versions.clear()
            self.versions[after.id] = after.version
            if before.search_text() != after.search_text():
                await self.keep_vectors(kind, [after])
                if not any(after.search_text()):
                    # What says nothing any more is not found by what it said before.
                    with told(kind):
                        await self._remove_vectors(kind, [after.id])
        return updated.matched > 0

    async def remove(
        self, kind: type[Document], identifiers: Sequence[str], embedded: Sequence[str]
    ) -> int:
        """Remove documents by their ids, and the vectors of the embedded; how many there were."""
        removed = 0
        for some in batches(identifiers):
            with told(kind):
                where: Filter = {"id": {"$in": list(some)}}
                removed += await self.zerodb.delete_rows(self.table(kind), where)
        if kind.searched:
            with told(kind):
                await self._remove_vectors(kind, embedded)
        return removed

    async def keep_vectors(self, kind: type[Document], documents: Sequence[Document]) -> None:
        """Make and keep the vectors of documents; a text that says nothing has none."""
        texts = ["\n".join(each.search_text()) for each in documents]
        made = self.embed(texts)
        vectors = [
            Vector(
                vector_id=each.id,
                vector_embedding=filled_up(vector),
                namespace=self.table(kind),
                metadata={"model": self.model},
            )
            for each, vector in zip(documents, made, strict=True)
            if any(vector)
        ]
        with told(kind):
            if vectors:
                await self.zerodb.upsert_vectors(vectors)

    def row(self, each: Document) -> dict[str, Any]:
        """What is kept of a document: itself, and for searching its words and their model."""
        kept: dict[str, Any] = json.loads(write(each))
        if each.searched:
            kept[WORDS] = f" {' '.join(stems(' '.join(each.search_text())))} "
            kept[MODEL] = self.model
        return kept

    async def _remove_vectors(self, kind: type[Document], identifiers: Sequence[str]) -> None:
        async def remove(identifier: str) -> None:
            await self.zerodb.delete_vector(identifier, namespace=self.table(kind))

        await a_few_at_once(remove, identifiers)

    async def _query(
        self, kind: type[Document], where: Filter, sort: Sort, limit: int, skip: int
    ) -> Sequence[Row]:
        with told(kind):
            page = await self.zerodb.query(
                self.table(kind), where, sort=sort, limit=limit, skip=skip
            )
        return page.rows


def document(kind: type[D], row: Row) -> D:
    """The document in a row. Raises `DocumentDoesNotFit`."""
    own = {name: value for name, value in row.document.items() if not name.startswith(OWN)}
    return read(kind, json.dumps(own))


def filled_up(vector: Sequence[float]) -> list[float]:
    """The same direction in the next length that ZeroDB has."""
    length = next(each for each in DIMENSIONS if each >= len(vector))
    return [*vector, *[0.0] * (length - len(vector))]


async def a_few_at_once(work: Callable[[T], Awaitable[None]], things: Sequence[T]) -> None:
    """Do the same with many things, some at a time; what one raises is raised when all are done."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def do(thing: T) -> None:
        async with slots:
            await work(thing)

    outcomes = await asyncio.gather(*map(do, things), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


def batches(values: Sequence[str], size: int = 200) -> Iterator[Sequence[str]]:
    """The values, some at a time."""
    return (values[start : start + size] for start in range(0, len(values), size))


@contextmanager
def told(kind: type[Document]) -> Iterator[None]:
    """Raise the store's errors for those of ZeroDB."""
    try:
        yield
    except VendorIsUnavailable as error:
        raise StoreIsUnavailable(str(error), retry_after=error.retry_after) from error
    except VendorIsNotConfigured as error:
        raise StoreIsUnavailable(str(error)) from error
    except VendorRefused as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        why = f"ZeroDB has no table for {kind.collection}; prepare it: python -m backend.prepare"
        raise StoreIsUnavailable(why) from error
