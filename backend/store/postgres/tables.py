"""What a collection is in PostgreSQL: its table, columns and indexes, as names and SQL text.

The document in `data` is the one truth; every other column is computed from it, by the database
where that is possible. Names are made here of declarations alone, never of what people typed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2s
from typing import Final

from backend.schema import Document
from backend.schema.document import Index
from backend.store.fields import FieldType, field_type

LONGEST_NAME: Final = 63
MOST_DIMENSIONS: Final = 2000
WEIGHTS: Final = "ABCD"
GRAPH: Final = "m='24', ef_construction='200'"
"""Denser than pgvector's default, which loses its way among posts that are much alike."""
CASTS: Final = {
    FieldType.text: "text",
    FieldType.moment: "text",
    FieldType.number: "bigint",
    FieldType.truth: "boolean",
}


@dataclass(frozen=True)
class Column:
    """A column: its type, what it is computed from if it is, and what else it must be."""

    name: str
    kind: str
    computed: str = ""
    more: str = ""

    @property
    def description(self) -> str:
        """What it is, in the words in which `inspection` tells what is there."""
        return f"{self.kind} from {self.computed}" if self.computed else self.kind

    @property
    def sql(self) -> str:
        """The column as CREATE TABLE and ADD COLUMN take it."""
        computed = f"GENERATED ALWAYS AS ({self.computed}) STORED" if self.computed else ""
        return " ".join(filter(None, (self.name, self.kind, computed, self.more)))


@dataclass(frozen=True)
class TableIndex:
    """An index of a table; `label` is how people know it, such as `email`."""

    label: str
    name: str
    definition: str
    """What follows the table's name: `USING btree (...)`."""
    unique: bool = False
    fields: tuple[str, ...] = ()
    """The document's fields that it reads."""
    column: str = ""
    """The column of search's that it reads instead, and falls with."""

    @property
    def description(self) -> str:
        """What it is, in the words in which `inspection` tells what is there."""
        return f"{'UNIQUE ' if self.unique else ''}{self.definition}"

    def sql(self, table: str) -> str:
        """The statement that makes it, where it is not there."""
        unique = "UNIQUE " if self.unique else ""
        return f"CREATE {unique}INDEX IF NOT EXISTS {self.name} ON {table} {self.definition}"


@dataclass(frozen=True)
class Table:
    """The table of one collection in one environment."""

    kind: type[Document]
    prefix: str
    dimension: int

    @property
    def name(self) -> str:
        """The table's name, which needs no quotes: `staging_profiles`."""
        return self.prefix + self.kind.collection

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns, in their order."""
        own = (
            Column("id", 'text COLLATE "C"', "data->>'id'", "PRIMARY KEY"),
            Column("data", "jsonb NOT NULL"),
            Column("version", "bigint", "(data->>'version')::bigint"),
        )
        if not self.kind.searched:
            return own
        return (
            *own,
            Column("words", "tsvector", _words(self.kind.searched)),
            Column("embedding", f"vector({self.dimension})"),
            Column("embedded_by", "text"),
        )

    @property
    def sql(self) -> str:
        """The statement that makes it, where it is not there."""
        columns = ", ".join(column.sql for column in self.columns)
        return f"CREATE TABLE IF NOT EXISTS {self.name} ({columns})"

    @property
    def indexes(self) -> tuple[TableIndex, ...]:
        """Its indexes besides the primary key: those declared, and those that search needs."""
        return (*map(self._declared, self.kind.declared_indexes()), *self._searching())

    def index_name(self, label: str) -> str:
        """The name of the index with this label, no longer than PostgreSQL takes."""
        name = f"{self.own_indexes}{label}"
        if len(name) <= LONGEST_NAME:
            return name
        return f"{name[: LONGEST_NAME - 9]}_{blake2s(name.encode(), digest_size=4).hexdigest()}"

    @property
    def own_indexes(self) -> str:
        """What the name of every index that is ours starts with."""
        return f"{self.name}_by_"

    def _declared(self, index: Index) -> TableIndex:
        expressions = ", ".join(f"({expression(self.kind, field)})" for field in index.fields)
        definition = f"USING btree ({expressions})"
        name = self.index_name(index.name)
        return TableIndex(index.name, name, definition, index.unique, index.fields)

    def _searching(self) -> Iterator[TableIndex]:
        if self.kind.searched:
            for column, definition in (
                ("words", "USING gin (words) WITH (fastupdate=off)"),
                ("embedding", f"USING hnsw (embedding vector_cosine_ops) WITH ({GRAPH})"),
            ):
                yield TableIndex(column, self.index_name(column), definition, column=column)


@cache
def expression(kind: type[Document], field: str) -> str:
    """What a field is in SQL; indexes, conditions and orders all use this one text."""
    kept = field_type(kind, field)
    if field == "id":
        return "id"
    if CASTS[kept] == "text":
        return f"(data->>'{field}') COLLATE \"C\""
    return f"(data->>'{field}')::{CASTS[kept]}"


def checked_prefix(prefix: str) -> str:
    """The prefix, fit to stand in names. Raises `ValueError`."""
    if not re.fullmatch(r"([a-z][a-z0-9_]{0,35})?", prefix):
        raise ValueError(f"{prefix!r} can not begin a table's name: use a-z, 0-9 and _ only")
    return prefix


def _words(fields: tuple[str, ...]) -> str:
    """The searched fields as one weighted tsvector; texts and lists of texts read alike."""
    weighted = zip(fields, WEIGHTS.ljust(len(fields), WEIGHTS[-1]), strict=False)
    return " || ".join(
        f"setweight(jsonb_to_tsvector('english', coalesce(data->'{field}', 'null'), '\"string\"'),"
        f" '{weight}')"
        for field, weight in weighted
    )
