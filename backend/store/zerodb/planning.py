"""What is there against what is declared: each table, its documents, and the vectors of these.

ZeroDB has no indexes to compare. That values are unique is looked for in the documents instead.
"""

from collections import Counter
from collections.abc import AsyncIterator

from backend.providers.zerodb import TableExists
from backend.schema import Document
from backend.store import Change, ChangeIsRefused, DocumentDoesNotFit, Standing
from backend.store.zerodb.rows import MODEL, Rows, told
from backend.store.zerodb.unique import Values, indexes, values

COLLECTION, DOCUMENTS, VECTORS = "collection", "documents", "vectors"


async def plan(rows: Rows, collections: tuple[type[Document], ...]) -> tuple[Change, ...]:
    """Every part of the environment's collections, and how it stands."""
    with told(collections[0]):
        there = set(await rows.zerodb.list_tables())
    changes: list[Change] = []
    for kind in collections:
        if rows.table(kind) not in there:
            changes.append(Change(kind.collection, COLLECTION, Standing.created))
            continue
        changes.append(Change(kind.collection, COLLECTION, Standing.unchanged))
        changes += [change async for change in _documents(rows, kind)]
        if kind.searched:
            changes.append(await _vectors(rows, kind))
    return tuple(changes)


async def mend(rows: Rows, collections: tuple[type[Document], ...], change: Change) -> None:
    """Do what one line of a plan says. Raises `ChangeIsRefused`."""
    if change.standing is Standing.refused:
        raise ChangeIsRefused(change)
    kind = next(each for each in collections if each.collection == change.collection)
    with told(kind):
        if change.part == COLLECTION:
            try:
                await rows.zerodb.create_table(
                    rows.table(kind), dict.fromkeys(kind.model_fields, "any")
                )
            except TableExists:
                # Another deployment was quicker.
                return
        elif change.part == VECTORS:
            await embed_again(rows, (kind,))


async def _documents(rows: Rows, kind: type[Document]) -> AsyncIterator[Change]:
    """Whether every document fits its model, and what must be unique is."""
    held: dict[str, Counter[Values]] = {index.name: Counter() for index in indexes(kind)}
    standing, why = Standing.unchanged, ""
    try:
        async for each in rows.every(kind, {}):
            for index in indexes(kind):
                if None not in (mine := values(each, index)):
                    held[index.name][mine] += 1
    except DocumentDoesNotFit as misfit:
        standing, why = Standing.refused, f"{misfit}; mend the document, or take it out"
    yield Change(kind.collection, DOCUMENTS, standing, why)
    for name, counted in held.items():
        doubled = sum(number > 1 for number in counted.values())
        why = (
            f"{doubled} values are held by several documents; leave one of each" if doubled else ""
        )
        standing = Standing.refused if doubled else Standing.unchanged
        yield Change(kind.collection, f"unique {name}", standing, why)


async def _vectors(rows: Rows, kind: type[Document]) -> Change:
    others = await rows.count(kind, {MODEL: {"$ne": rows.model}})
    if not others:
        return Change(kind.collection, VECTORS, Standing.unchanged)
    why = f"{others} documents were embedded by another model than {rows.model}"
    return Change(kind.collection, VECTORS, Standing.drifted, why)


async def embed_again(rows: Rows, collections: tuple[type[Document], ...]) -> int:
    """Embed what another model has embedded, or none; how many documents."""
    count = 0
    for kind in (each for each in collections if each.searched):
        with told(kind):
            async for each in rows.every(kind, {MODEL: {"$ne": rows.model}}):
                await rows.keep_vectors(kind, [each])
                stale, marked = {"id": {"$eq": each.id}}, {"$set": {MODEL: rows.model}}
                await rows.zerodb.update_rows(rows.table(kind), stale, marked)
                count += 1
    return count
