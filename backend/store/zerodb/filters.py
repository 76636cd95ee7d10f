"""Conditions and places in an order as ZeroDB's filters: operators by field, all of which hold.

There is no "or" among them. So a place in an order becomes several questions, asked one after
the other: those that share its value, those beyond it, those that hold none.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from backend.schema import Document
from backend.store import AnyOf, Condition, Range, Where
from backend.store.cursors import Place
from backend.store.fields import Value, can_be_kept, may_be_none, written

Filter = dict[str, dict[str, Any]]
Sort = dict[str, int]


class Question(NamedTuple):
    """A filter and the order of what it finds."""

    filter: Filter
    sort: Sort


class Impossible(Exception):
    """No document can fulfil these conditions, so there is nothing to ask."""


def conditions(kind: type[Document], where: Where | None) -> Filter:
    """The conditions as a filter. Raises `ConditionDoesNotFit`, and `Impossible`."""
    return {field: _one(kind, field, each) for field, each in (where or {}).items()}


def questions(
    kind: type[Document], where: Where | None, order: str, place: Place | None
) -> Iterator[Question]:
    """What to ask, in turn, for the documents beyond a place; None is greater than any value."""
    field, direction = order.removeprefix("-"), -1 if order.startswith("-") else 1
    holds, beyond = conditions(kind, where), "$lt" if direction < 0 else "$gt"
    written(kind, field, None)
    by_id: Sort = {"id": direction}
    if field == "id":
        yield from _both(holds, {"id": {beyond: place.identifier}} if place else {}, by_id)
        return
    there, absent = {field: {"$ne": None}}, {field: {"$eq": None}}
    by_value: Sort = {field: direction, "id": direction}
    after_id = {"id": {beyond: place.identifier}} if place else {}
    values, nones = (there, by_value), (absent, by_id)
    turns: list[tuple[Filter, Sort]]
    if place is None:
        turns = [values, nones] if direction > 0 else [nones, values]
    elif place.value is None:
        turns = [(absent | after_id, by_id)] + ([values] if direction < 0 else [])
    else:
        turns = [
            ({field: {"$eq": place.value}} | after_id, by_id),
            ({field: {beyond: place.value}}, by_value),
        ]
        turns += [nones] if direction > 0 else []
    for more, sort in turns:
        if more is not absent or may_be_none(kind, field):
            yield from _both(holds, more, sort)


def _both(holds: Filter, more: Filter, sort: Sort) -> Iterator[Question]:
    """One question for both filters; none where they contradict each other."""
    merged = {field: dict(operators) for field, operators in holds.items()}
    for field, operators in more.items():
        mine = merged.setdefault(field, {})
        for operator, value in operators.items():
            if mine.setdefault(operator, value) != value:
                return
    yield Question(merged, sort)


def _one(kind: type[Document], field: str, condition: Condition) -> dict[str, Any]:
    match condition:
        case AnyOf(values):
            kept = [written(kind, field, value) for value in values]
            found = [value for value in kept if _can_be(value)]
            if not found:
                raise Impossible
            return {"$in": found}
        case Range(start, end):
            sides = (("$gte", start), ("$lt", end))
            found_sides = {
                side: written(kind, field, value) for side, value in sides if value is not None
            }
            return found_sides or {"$ne": None}
    value = written(kind, field, condition)
    if not _can_be(value):
        raise Impossible
    return {"$eq": value}


def _can_be(value: Value) -> bool:
    return not isinstance(value, str) or can_be_kept(value)
