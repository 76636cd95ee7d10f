"""The SQL that reads and writes documents: text with numbered arguments, and the arguments."""

from typing import Any, NamedTuple

from backend.schema import Document
from backend.store import AnyOf, Condition, Range, Where
from backend.store.cursors import Place
from backend.store.fields import can_be_kept, field_type, may_be_none, written
from backend.store.postgres.tables import CASTS, Table, expression


class Statement(NamedTuple):
    """A statement and its arguments."""

    sql: str
    arguments: list[Any]


class Conditions:
    """Conditions on a collection's documents, as SQL whose arguments are collected on the way."""

    def __init__(self, kind: type[Document], where: Where | None, *arguments: Any) -> None:
        self.kind = kind
        self.arguments = list(arguments)
        self.sql = " AND ".join(self._one(*pair) for pair in (where or {}).items()) or "TRUE"

    def argument(self, value: Any) -> str:
        """The next argument's place in the text: `$1`."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def after(self, field: str, place: Place, *, descending: bool) -> None:
        """Hold only beyond this place in the order by the field and then by id."""
        beyond, column = "<" if descending else ">", expression(self.kind, field)
        identifier = f"{self.argument(place.identifier)}::text"
        if field == "id":
            found = f"id {beyond} {identifier}"
        elif place.value is None:
            found = f"{column} IS NULL AND id {beyond} {identifier}"
            found += f" OR {column} IS NOT NULL" if descending else ""
        else:
            value = f"{self.argument(place.value)}::{self._cast(field)}"
            found = f"({column}, id) {beyond} ({value}, {identifier})"
            last = not descending and may_be_none(self.kind, field)
            found += f" OR {column} IS NULL" if last else ""
        self.sql = f"{self.sql} AND ({found})"

    def _one(self, field: str, condition: Condition) -> str:
        column = expression(self.kind, field)
        match condition:
            case None:
                return f"{column} IS NULL"
            case AnyOf(values):
                kept = [written(self.kind, field, value) for value in values]
                kept = [v for v in kept if not isinstance(v, str) or can_be_kept(v)]
                return f"{column} = ANY ({self.argument(kept)}::{self._cast(field)}[])"
            case Range(start, end):
                sides = ((">=", start), ("<", end))
                found = [self._compare(field, *side) for side in sides if side[1] is not None]
                return " AND ".join(found) or f"{column} IS NOT NULL"
        return self._compare(field, "=", condition)

    def _compare(self, field: str, operator: str, value: Any) -> str:
        kept = written(self.kind, field, value)
        if isinstance(kept, str) and not can_be_kept(kept):
            return "FALSE"
        argument = f"{self.argument(kept)}::{self._cast(field)}"
        return f"{expression(self.kind, field)} {operator} {argument}"

    def _cast(self, field: str) -> str:
        return CASTS[field_type(self.kind, field)]


def insert(table: Table) -> str:
    """Keeps one document: `$1` the document, and where it is searched, its vector and model."""
    if table.kind.searched:
        columns, values = "data, embedding, embedded_by", "$1, $2::real[]::vector, $3"
    else:
        columns, values = "data", "$1"
    return f"INSERT INTO {table.name} ({columns}) VALUES ({values})"  # noqa: S608


def update(table: Table) -> str:
    """Writes `$3...` (as for `insert`) over the document with id `$1` and version `$2`."""
    more = ", embedding = $4::real[]::vector, embedded_by = $5" if table.kind.searched else ""
    return f"UPDATE {table.name} SET data = $3{more} WHERE id = $1 AND version = $2"  # noqa: S608


def by_id(table: Table, identifier: str) -> Statement:
    """The document with this id."""
    return Statement(f"SELECT data FROM {table.name} WHERE id = $1", [identifier])  # noqa: S608


def select(table: Table, where: Where | None) -> Statement:
    """One document for which the conditions hold."""
    found = Conditions(table.kind, where)
    sql = f"SELECT data FROM {table.name} WHERE {found.sql} LIMIT 1"  # noqa: S608
    return Statement(sql, found.arguments)


def count(table: Table, where: Where | None) -> Statement:
    """How many documents there are for which the conditions hold."""
    found = Conditions(table.kind, where)
    sql = f"SELECT count(*) FROM {table.name} WHERE {found.sql}"  # noqa: S608
    return Statement(sql, found.arguments)


def remove(table: Table, where: Where) -> Statement:
    """Removes the documents for which the conditions hold."""
    found = Conditions(table.kind, where)
    return Statement(f"DELETE FROM {table.name} WHERE {found.sql}", found.arguments)  # noqa: S608


def listing(
    table: Table, where: Where | None, order: str, limit: int, place: Place | None
) -> Statement:
    """A page of documents beyond a place, and one more when there is one."""
    field, descending = order.removeprefix("-"), order.startswith("-")
    found = Conditions(table.kind, where)
    if place is not None:
        found.after(field, place, descending=descending)
    direction = " DESC" if descending else ""
    by = [] if field == "id" else [expression(table.kind, field)]
    ordered = ", ".join(column + direction for column in [*by, "id"])
    sql = f"SELECT data FROM {table.name} WHERE {found.sql} "  # noqa: S608
    sql += f"ORDER BY {ordered} LIMIT {found.argument(limit + 1)}"
    return Statement(sql, found.arguments)
