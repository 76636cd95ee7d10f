"""What one store keeps: the tables of its environment, and the vectors that documents get."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from backend.schema import Document
from backend.store import Embed
from backend.store.postgres.failures import Names
from backend.store.postgres.tables import Table

EMBEDDED_AT_ONCE: Final = 100

Vector = Sequence[float] | None
Entry = tuple[Document, str]
"""A document and its text as it is kept."""


@dataclass(frozen=True)
class Layout:
    """The collections of an environment under their prefix, and what makes their vectors."""

    prefix: str
    collections: tuple[type[Document], ...]
    embed: Embed
    model: str
    dimension: int

    @cached_property
    def tables(self) -> dict[type[Document], Table]:
        """The table of each collection."""
        return {kind: Table(kind, self.prefix, self.dimension) for kind in self.collections}

    @cached_property
    def names(self) -> Names:
        """Collection and index by the index's name in PostgreSQL, for errors that name it."""
        found = {f"{table.name}_pkey": (kind.collection, "id") for kind, table in self._pairs()}
        for kind, table in self._pairs():
            found |= {index.name: (kind.collection, index.label) for index in table.indexes}
        return found

    def vectors(self, documents: Sequence[Document]) -> list[Vector]:
        """The vector of each document; none where its text says nothing to the model."""
        return self.vectors_of(["\n".join(document.search_text()) for document in documents])

    def vectors_of(self, texts: Sequence[str]) -> list[Vector]:
        """The vector of each text; none where it says nothing, as a zero has no direction."""
        return [vector if any(vector) else None for vector in self.embed(texts)]

    def rows(self, kind: type[Document], entries: Sequence[Entry]) -> Iterator[tuple[Any, ...]]:
        """What is written of each document: itself, and where it is searched, vector and model.

        Vectors are made for some documents at a time, while PostgreSQL is busy with those before.
        """
        if not kind.searched:
            yield from ((text,) for _, text in entries)
            return
        for start in range(0, len(entries), EMBEDDED_AT_ONCE):
            few = entries[start : start + EMBEDDED_AT_ONCE]
            vectors = self.vectors([document for document, _ in few])
            yield from ((e[1], v, self.model) for e, v in zip(few, vectors, strict=True))

    def _pairs(self) -> Iterator[tuple[type[Document], Table]]:
        return iter(self.tables.items())
