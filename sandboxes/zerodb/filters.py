"""MongoDB-style filters as SQL over a jsonb column, by parameters alone.

Equality of a plain value is containment, which the column's GIN index answers; all else is looked
at row by row.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from sandboxes.kit.records import Document
from sandboxes.zerodb.errors import ZeroDBError

FIELD: Final = re.compile(r"[A-Za-z0-9_.]+")
COMPARISONS: Final = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}
BULK: Final = frozenset({"$eq", "$ne", "$in", "$nin", *COMPARISONS})
QUERY: Final = BULK | {"$contains", "$regex"}
COMPAT: Final = QUERY | {"$exists", "$and", "$or", "$not"}
LONGEST_PATTERN: Final = 1000
MOST_ARGUMENTS: Final = 10_000
NOTHING: Final = "'null'::jsonb"


@dataclass
class Filter:
    """A filter on its way to SQL: `where` adds what its statement needs to `arguments`."""

    operators: frozenset[str] = QUERY
    column: str = "row_data"
    outside: Mapping[str, str] = field(default_factory=dict)
    """SQL for fields that are looked for beside the column when they are not in it."""
    arguments: list[Any] = field(default_factory=list)

    def where(self, asked: Document) -> str:
        """The condition under which a row is meant; raises ZeroDBError."""
        return " AND ".join(self._part(name, value) for name, value in asked.items()) or "true"

    def value(self, name: str) -> str:
        """SQL for what a field holds, jsonb's null where there is none; raises ZeroDBError."""
        found = f"{self.column} #> {self.argument(path(name))}::text[]"
        return f"coalesce({', '.join((found, *self._outside(name), NOTHING))})"

    def argument(self, value: object) -> str:
        """The place of a value among the statement's arguments."""
        if len(self.arguments) == MOST_ARGUMENTS:
            raise ZeroDBError(400, "The filter is too large")
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def _outside(self, name: str) -> tuple[str, ...]:
        return (self.outside[name],) if name in self.outside else ()

    def _part(self, name: str, value: object) -> str:
        if name in {"$and", "$or"} and name in self.operators:
            parts = [f"({self.where(each)})" for each in _filters(value)]
            return f"({f' {name[1:].upper()} '.join(parts)})"
        if name == "$not" and name in self.operators and isinstance(value, dict):
            return f"NOT ({self.where(value)})"
        path(name)
        if not isinstance(value, dict) or not any(key.startswith("$") for key in value):
            return self._equals(name, value)
        return " AND ".join(self._operator(name, *each) for each in value.items())

    def _operator(self, name: str, operator: str, value: object) -> str:
        if operator not in self.operators or operator not in MEANINGS:
            raise ZeroDBError(400, f"Invalid filter operator: {operator}")
        return MEANINGS[operator](self, name, value)

    def _equals(self, name: str, value: object) -> str:
        if self._is_indexed(name, value):
            return f"{self.column} @> {self.argument(_nested(name, value))}"
        return f"{self.value(name)} = {self._json(value)}"

    def _differs(self, name: str, value: object) -> str:
        return f"{self.value(name)} <> {self._json(value)}"

    def _is_one_of(self, name: str, values: object) -> str:
        listed = _array(values)
        if listed and all(self._is_indexed(name, value) for value in listed):
            wanted = [_nested(name, value) for value in listed]
            return f"{self.column} @> ANY({self.argument(wanted)}::jsonb[])"
        return self._is_listed(name, listed)

    def _is_none_of(self, name: str, values: object) -> str:
        return f"NOT {self._is_listed(name, _array(values))}"

    def _exists(self, name: str, value: object) -> str:
        found = f"{self.column} #> {self.argument(path(name))}::text[]"
        return f"{found} IS {'NOT ' if value else ''}NULL"

    def _is_not(self, name: str, value: object) -> str:
        return f"NOT ({self._part(name, value)})"

    def _is_listed(self, name: str, values: list[object]) -> str:
        listed = f"SELECT jsonb_array_elements({self.argument(values)}::jsonb)"
        return f"({self.value(name)} IN ({listed}))"

    def _compares(self, name: str, value: object, sign: str) -> str:
        held, given = self.value(name), self._json(value)
        return f"(jsonb_typeof({held}) = jsonb_typeof({given}) AND {held} {sign} {given})"

    def _contains(self, name: str, value: object) -> str:
        held, given = self.value(name), self._json([value])
        text = self.argument(value if isinstance(value, str) else None)
        return (
            f"(CASE jsonb_typeof({held}) WHEN 'array' THEN {held} @> {given}"
            f" WHEN 'string' THEN coalesce(strpos({held} #>> '{{}}', {text}::text) > 0, false)"
            " ELSE false END)"
        )

    def _matches(self, name: str, pattern: object) -> str:
        if not isinstance(pattern, str) or len(pattern) > LONGEST_PATTERN:
            raise ZeroDBError(400, f"$regex needs a pattern of up to {LONGEST_PATTERN} characters")
        held = self.value(name)
        matched = f"{held} #>> '{{}}' ~ {self.argument(pattern)}::text"
        return f"(jsonb_typeof({held}) = 'string' AND {matched})"

    def _json(self, value: object) -> str:
        return NOTHING if value is None else f"{self.argument(value)}::jsonb"

    def _is_indexed(self, name: str, value: object) -> bool:
        """Whether containment says the same as equality: of plain values, and not within arrays."""
        is_plain = value is not None and not isinstance(value, dict | list)
        return is_plain and name not in self.outside and not any(map(str.isdigit, path(name)))


def path(name: str) -> list[str]:
    """The way to a field; raises ZeroDBError for a name that has other characters in it."""
    if not FIELD.fullmatch(name):
        raise ZeroDBError(400, f"Invalid field name: {name}")
    return name.split(".")


def _nested(name: str, value: object) -> object:
    for key in reversed(path(name)):
        value = {key: value}
    return value


def _array(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ZeroDBError(400, "$in and $nin need an array")
    return value


def _filters(value: object) -> list[Document]:
    if not isinstance(value, list) or not value or not all(isinstance(x, dict) for x in value):
        raise ZeroDBError(400, "$and and $or need an array of filters")
    return value


MEANINGS: Final[Mapping[str, Callable[[Filter, str, Any], str]]] = {
    "$eq": Filter._equals,
    "$ne": Filter._differs,
    "$in": Filter._is_one_of,
    "$nin": Filter._is_none_of,
    "$contains": Filter._contains,
    "$regex": Filter._matches,
    "$exists": Filter._exists,
    "$not": Filter._is_not,
} | {name: partial(Filter._compares, sign=sign) for name, sign in COMPARISONS.items()}
