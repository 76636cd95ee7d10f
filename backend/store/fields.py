"""What conditions and orders may name: the fields of a collection, and how values are kept.

Any driver asks here, so that a misspelt field or an impossible value is refused by all alike.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum, StrEnum
from functools import cache
from types import NoneType
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import AwareDatetime, EmailStr, TypeAdapter

from backend.schema import Document
from backend.schema.document import Moment
from backend.store import ConditionDoesNotFit

Value = str | int | bool | None
LEAST, MOST = -(2**63), 2**63 - 1
"""The whole numbers that a store compares."""


class FieldType(StrEnum):
    """How a field's values are kept and compared."""

    text = "text"
    moment = "moment"
    number = "number"
    truth = "truth"


_TYPES: Final = {
    str: FieldType.text,
    EmailStr: FieldType.text,
    AwareDatetime: FieldType.moment,
    datetime: FieldType.moment,
    int: FieldType.number,
    bool: FieldType.truth,
}
_MOMENT: Final = TypeAdapter[datetime](Moment)


@cache
def field_type(kind: type[Document], field: str) -> FieldType:
    """How this field compares. Raises `ConditionDoesNotFit` when it is not there or does not."""
    found = [_type(annotation) for annotation in _annotations(kind, field)]
    if len(found) != 1 or found[0] is None:
        raise ConditionDoesNotFit(kind.collection, field, "lists and objects do not compare")
    return found[0]


@cache
def may_be_none(kind: type[Document], field: str) -> bool:
    """Whether documents of this collection may hold none in this field."""
    return NoneType in get_args(kind.model_fields[field].annotation)


def written(kind: type[Document], field: str, value: Any) -> Value:
    """The value as a document keeps it: moments as text of one width, enums by their value.

    Raises `ConditionDoesNotFit` when the field never holds such a value.
    """
    kept = field_type(kind, field)
    match kept, value:
        case _, None:
            return None
        case FieldType.text, str():
            return str(value.value) if isinstance(value, Enum) else value
        case FieldType.truth, bool():
            return value
        case FieldType.number, int() if not isinstance(value, bool) and LEAST <= value <= MOST:
            return value
        case FieldType.moment, datetime() if value.tzinfo is not None:
            return str(_MOMENT.dump_python(value, mode="json"))
    raise ConditionDoesNotFit(kind.collection, field, f"{value!r:.60} is no {kept} that it holds")


def can_be_kept(text: str) -> bool:
    """Whether a store can hold this text at all: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _annotations(kind: type[Document], field: str) -> Iterator[Any]:
    """The types that a field may hold, besides none."""
    if field not in kind.model_fields:
        raise ConditionDoesNotFit(kind.collection, field, "there is no such field")
    annotation = kind.model_fields[field].annotation
    options = get_args(annotation) if NoneType in get_args(annotation) else (annotation,)
    for option in options:
        if option is not NoneType:
            yield get_args(option)[0] if get_origin(option) is Annotated else option


def _type(annotation: Any) -> FieldType | None:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return FieldType.text
    return _TYPES.get(annotation)
