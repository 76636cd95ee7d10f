"""The store on ZeroDB: what ZeroDB itself does not promise is held by locks, and undone by hand."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, NamedTuple, Self

from redis.asyncio import Redis

from backend.clock import now
from backend.providers.zerodb import ZeroDB
from backend.schema import KEPT, Document
from backend.store import (
    Change,
    D,
    Embed,
    Found,
    HasChanged,
    Page,
    RemovesEverything,
    Store,
    Where,
)
from backend.store.cursors import cursor, place
from backend.store.documents import read, require_changeable, write
from backend.store.fields import can_be_kept
from backend.store.zerodb import planning, searching, unique
from backend.store.zerodb.filters import Impossible, conditions, questions
from backend.store.zerodb.journal import Journal, OfABlock, OfAWrite, Undo
from backend.store.zerodb.locks import Hold, Locks
from backend.store.zerodb.rows import Rows

MOST_FOUND: Final = 50


class Block(NamedTuple):
    """What the stores inside an exclusive block share."""

    journal: Journal
    holds: AsyncExitStack
    """Lets go of all names when the outermost block ends."""
    names: set[str]


class ZeroDBStore:
    """Documents in one ZeroDB project, under one prefix; Redis holds locks and journals."""

    def __init__(
        self,
        rows: Rows,
        redis: Redis,
        collections: tuple[type[Document], ...] = KEPT,
        block: Block | None = None,
    ) -> None:
        self._rows = rows
        self._redis = redis
        self._collections = collections
        self._locks = Locks(redis, rows.prefix)
        self._block = block

    @classmethod
    def over(cls, zerodb: ZeroDB, redis: Redis, *, prefix: str, embed: Embed, model: str) -> Self:
        """A store over these two; `model` names what `embed` makes of a text."""
        return cls(Rows(zerodb, prefix, embed, model), redis)

    async def insert(self, *documents: Document) -> None:
        """Keep new documents, all or none. Raises `AlreadyExists`, `DocumentDoesNotFit`."""
        for each in documents:
            write(each)
        async with self._writing(unique.names(documents)) as journal:
            await unique.require(self._rows, documents)
            await journal.note(*(_removal(each) for each in documents))
            await self._rows.keep(documents)

    async def get(self, kind: type[D], identifier: str) -> D | None:
        """The document with this id, or none."""
        return await self.first(kind, {"id": identifier}) if can_be_kept(identifier) else None

    async def first(self, kind: type[D], where: Where) -> D | None:
        """A document for which the conditions hold, or none."""
        page = await self.find(kind, where, order="id", limit=1)
        return page.items[0] if page.items else None

    async def find(
        self,
        kind: type[D],
        where: Where | None = None,
        *,
        order: str = "created_at",
        limit: int = 20,
        after: str | None = None,
    ) -> Page[D]:
        """A page of documents in an order; `Store.find` says which."""
        if limit < 1:
            raise ValueError(f"a page holds at least one document, not {limit}")
        beyond = None if after is None else place(kind, order, after)
        found: list[D] = []
        try:
            for question in questions(kind, where, order, beyond):
                found += await self._rows.ask(kind, question, limit + 1 - len(found))
                if len(found) > limit:
                    break
        except Impossible:
            return Page((), None)
        items = tuple(found[:limit])
        return Page(items, cursor(order, items[-1]) if len(found) > limit else None)

    async def every(self, kind: type[D], where: Where | None = None) -> AsyncIterator[D]:
        """All documents for which the conditions hold, by id."""
        try:
            async for each in self._rows.every(kind, conditions(kind, where)):
                yield each
        except Impossible:
            return

    async def update(self, document: D) -> D:
        """Write a document read before, and return it with its new version."""
        kind, before = type(document), document.version
        require_changeable(kind)
        after = document.model_copy(update={"version": before + 1, "updated_at": now()})
        write(after)
        try:
            async with self._writing(unique.names([after]), self._in_time(document)) as journal:
                kept = await self.get(kind, document.id)
                if kept is None or kept.version != before:
                    raise HasChanged(kind.collection, document.id)
                await unique.require(self._rows, [after], but=kept)
                await journal.note(_restoration(kept))
                if not await self._rows.replace(kept, after):
                    await journal.forget(await journal.length() - 1)
                    raise HasChanged(kind.collection, document.id)
        except HasChanged:
            await self._rows.let_others_by()
            raise
        return after

    async def remove(self, kind: type[Document], where: Where) -> int:
        """Remove the documents for which the conditions hold; how many there were."""
        require_changeable(kind)
        if not where:
            raise RemovesEverything(kind.collection)
        found = [each async for each in self.every(kind, where)]
        if not found:
            return 0
        async with self._writing([unique.name(each) for each in found]) as journal:
            await journal.note(*map(_restoration, found))
            embedded = [each.id for each in found if any(each.search_text())]
            return await self._rows.remove(kind, [each.id for each in found], embedded)

    async def count(self, kind: type[Document], where: Where | None = None) -> int:
        """How many documents there are for which the conditions hold."""
        try:
            return await self._rows.count(kind, conditions(kind, where))
        except Impossible:
            return 0

    async def search(
        self, kind: type[D], text: str, where: Where | None = None, *, limit: int = 10
    ) -> tuple[Found[D], ...]:
        """The documents nearest to a text by meaning and by words, the best first."""
        if not kind.searched or not 1 <= limit <= MOST_FOUND:
            raise ValueError(
                f"{kind.collection}: not searched, or {limit} is not 1 to {MOST_FOUND}"
            )
        try:
            return await searching.search(self._rows, kind, text, conditions(kind, where), limit)
        except Impossible:
            return ()

    @asynccontextmanager
    async def exclusively(self, name: str) -> AsyncIterator[Store]:
        """A store inside which nothing interleaves with others that hold the same name."""
        if self._block:
            async with self._inside(name, self._block) as store:
                yield store
            return
        async with self._locks.holding([f"block:{name}"]) as hold, AsyncExitStack() as holds:
            journal = await self._whole(name, hold)
            async with self._undoing(journal, 0):
                yield self._within(Block(journal, holds, {name}))

    async def ping(self) -> None:
        """Read from a collection. Raises `StoreIsUnavailable`, `StoreIsBusy`."""
        await self.count(self._collections[0])

    async def plan(self) -> tuple[Change, ...]:
        """Compare the declared collections with what is there; change nothing."""
        return await planning.plan(self._rows, self._collections)

    async def apply(self, change: Change) -> None:
        """Do what one line of a plan says. Raises `ChangeIsRefused`."""
        await planning.mend(self._rows, self._collections, change)

    async def reindex(self) -> int:
        """Make the vectors anew that are missing, or of another model; how many documents."""
        return await planning.embed_again(self._rows, self._collections)

    async def close(self) -> None:
        """Let go of connections."""
        await self._rows.zerodb.close()
        await self._redis.aclose()

    @asynccontextmanager
    async def _inside(self, name: str, block: Block) -> AsyncIterator[Store]:
        """A block inside another: that one may undo it yet, so the name is held until its end."""
        if name not in block.names:
            hold = await block.holds.enter_async_context(self._locks.holding([f"block:{name}"]))
            await self._whole(name, hold)
            block.names.add(name)
        async with self._undoing(block.journal, await block.journal.length()):
            yield self._within(block)

    async def _whole(self, name: str, hold: Hold) -> Journal:
        """The journal of a name; what a holder left behind whose process died is undone."""
        journal = OfABlock(self._redis, f"{self._rows.prefix}journal:{name}", hold)
        await journal.undo(self._take_after_death)
        return journal

    def _within(self, block: Block) -> Store:
        return type(self)(self._rows, self._redis, self._collections, block)

    @asynccontextmanager
    async def _writing(
        self, names: Sequence[str], at_turn: Callable[[], None] = lambda: None
    ) -> AsyncIterator[Journal]:
        """What is written while these names are held is kept together, or not at all."""
        async with self._locks.holding(names, at_turn) as hold:
            journal = self._block.journal if self._block else OfAWrite(hold)
            async with self._undoing(journal, await journal.length()):
                yield journal

    @asynccontextmanager
    async def _undoing(self, journal: Journal, start: int) -> AsyncIterator[None]:
        """Undo what was noted in the block when it raises, and forget the notes at its end.

        Inside another block they stay, since that one may raise as well.
        """
        try:
            yield
        # Whatever ends the block, being cancelled included, nothing of it may stay.
        except BaseException:
            await journal.undo(self._take, start)
            raise
        if self._block is None:
            await journal.forget()

    def _in_time(self, document: Document) -> Callable[[], None]:
        """Raises `HasChanged` where this process has written over the document meanwhile."""

        def check() -> None:
            if self._rows.is_late(document):
                raise HasChanged(document.collection, document.id)

        return check

    async def _take_after_death(self, step: Undo) -> None:
        """The same, but for what is only added: others have built on it meanwhile."""
        kind = next(each for each in self._collections if each.collection == step.collection)
        if not kind.only_added:
            await self._take(step)

    async def _take(self, step: Undo) -> None:
        """Take one step back; taking it again changes nothing."""
        kind = next(each for each in self._collections if each.collection == step.collection)
        kept = await self.first(kind, {"id": step.identifier})
        if step.step == "remove":
            await self._rows.remove(kind, [step.identifier], [step.identifier])
            return
        before = read(kind, step.document)
        if kept is None:
            await self._rows.keep([before])
        elif kept.version == before.version + 1:
            await self._rows.replace(kept, before)


def _removal(document: Document) -> Undo:
    return Undo("remove", document.collection, document.id)


def _restoration(document: Document) -> Undo:
    return Undo("restore", document.collection, document.id, write(document))
