"""MongoDB-style updates: what `$set`, `$inc`, `$push`, `$pull` and `$unset` make of a row."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

from sandboxes.kit.records import Document
from sandboxes.zerodb.errors import ZeroDBError
from sandboxes.zerodb.filters import path


def check(update: Document) -> None:
    """Raises ZeroDBError where the update is none: an unknown operator, field or operand."""
    if not update:
        raise ZeroDBError(400, "Update cannot be empty")
    for operator, fields in update.items():
        if operator not in CHANGES:
            raise ZeroDBError(400, f"Invalid update operator: {operator}")
        if not isinstance(fields, dict) or not fields:
            raise ZeroDBError(400, f"{operator} needs an object with a field")
        for name, operand in fields.items():
            path(name)
            if operator == "$inc" and not _is_number(operand):
                raise ZeroDBError(400, f"$inc needs a number for {name}")


def updated(row: Document, update: Document) -> Document:
    """The row as a checked update makes it; raises ZeroDBError where it does not fit the row."""
    row = deepcopy(row)
    for operator, fields in update.items():
        for name, operand in fields.items():
            *way, last = path(name)
            CHANGES[operator](_reach(row, way, name), last, operand)
    return row


def _reach(row: Document, way: list[str], name: str) -> Document:
    """The object that holds a field, made where it is missing."""
    for key in way:
        inner = row.setdefault(key, {})
        if not isinstance(inner, dict):
            raise ZeroDBError(400, f"Cannot reach {name}: {key} is not an object")
        row = inner
    return row


def _set(holder: Document, key: str, operand: Any) -> None:
    holder[key] = operand


def _increase(holder: Document, key: str, operand: Any) -> None:
    held = holder.get(key, 0)
    if not _is_number(held):
        raise ZeroDBError(400, f"Cannot apply $inc to {key}: it is not a number")
    holder[key] = held + operand


def _push(holder: Document, key: str, operand: Any) -> None:
    holder[key] = [*_array(holder, key, "$push"), operand]


def _pull(holder: Document, key: str, operand: Any) -> None:
    if key in holder:
        holder[key] = [each for each in _array(holder, key, "$pull") if not _same(each, operand)]


def _unset(holder: Document, key: str, _operand: Any) -> None:
    holder.pop(key, None)


def _array(holder: Document, key: str, operator: str) -> list[Any]:
    held = holder.get(key, [])
    if not isinstance(held, list):
        raise ZeroDBError(400, f"Cannot apply {operator} to {key}: it is not an array")
    return held


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(one: object, other: object) -> bool:
    """Equality as JSON has it, where true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


CHANGES: Final[dict[str, Callable[[Document, str, Any], None]]] = {
    "$set": _set,
    "$inc": _increase,
    "$push": _push,
    "$pull": _pull,
    "$unset": _unset,
}
