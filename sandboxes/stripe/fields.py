"""The types of Stripe's parameters: each reads the text that a form holds, or says no in Stripe's
words. An empty string unsets what can be unset; it is None from here on."""

import re
from functools import partial
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from sandboxes.kit.records import Document

T = TypeVar("T")
LONGEST_TEXT, LATEST = 5000, 9_999_999_999
WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
EMPTY, NO_INTEGER = "parameter_invalid_empty", "parameter_invalid_integer"
BOUNDS = frozenset({"gt", "gte", "lt", "lte"})


def wrong(sentence: str, code: str = "invalid") -> PydanticCustomError:
    """What is wrong with a parameter; a code is Stripe's own where it begins with `parameter_`."""
    return PydanticCustomError(code, "{sentence}", {"sentence": sentence})


def _text(given: Any) -> Any:
    if given == "":
        raise wrong("It is empty.", EMPTY)
    if isinstance(given, str) and len(given) > LONGEST_TEXT:
        shown = f"{given[:20]}...{given[-20:]}"
        raise wrong(f"Invalid string: {shown}; must be at most {LONGEST_TEXT} characters")
    return given


def _or_unset(given: Any) -> Any:
    return None if given == "" else _text(given)


def _whole(given: Any, least: int | None = None, most: int | None = None) -> Any:
    if given == "":
        raise wrong("It is empty.", EMPTY)
    if not isinstance(given, int) and not (isinstance(given, str) and WHOLE.fullmatch(given)):
        raise wrong(f"Invalid integer: {given}", NO_INTEGER)
    number = int(given)
    if least is not None and number < least:
        raise wrong(f"This value must be greater than or equal to {least}.", NO_INTEGER)
    if most is not None and number > most:
        raise wrong(f"This value must be less than or equal to {most}.", NO_INTEGER)
    return number


def _instant(given: Any) -> Any:
    moment = _whole(given)
    if not 0 <= moment <= LATEST:
        raise wrong("Invalid timestamp: must be an integer Unix timestamp")
    return moment


def _instant_or_nothing(given: Any) -> Any:
    return None if given == "" else _instant(given)


def _instant_or_now(given: Any) -> Any:
    return given if given == "now" else _instant(given)


def _truth(given: Any) -> Any:
    if given in ("true", "false", True, False):
        return given in ("true", True)
    raise wrong(f"Invalid boolean: {given}")


def _array(given: Any) -> Any:
    """A dict by index, as the form left it, in the order of its indices."""
    if given == "":
        return []
    if isinstance(given, dict) and all(key.isdecimal() for key in given):
        return [given[key] for key in sorted(given, key=int)]
    if isinstance(given, list):
        return given
    raise wrong("Invalid array")


def _metadata(given: Any) -> Any:
    """Keys to texts, where an empty text takes a key away; None takes all of them away."""
    if given in ("", None):
        return None
    if not isinstance(given, dict) or not all(isinstance(each, str) for each in given.values()):
        raise wrong("Invalid object: metadata is a set of keys and texts")
    if len(given) > 50:
        raise wrong("You can only set up to 50 metadata keys.")
    for key, value in given.items():
        if len(key) > 40:
            raise wrong(f"Invalid metadata key: {key[:40]}...; must be at most 40 characters")
        if len(value) > 500:
            raise wrong(
                "Metadata values can have up to 500 characters, but you passed in a value that is"
                f" {len(value)} characters. Invalid value: {value[:20]}..."
            )
    return given


def _range(given: Any) -> Any:
    """A moment, or bounds by gt, gte, lt and lte."""
    bounds = given if isinstance(given, dict) else {"gte": given, "lte": given}
    if not bounds or bounds.keys() - BOUNDS:
        raise wrong("Invalid object: it takes gt, gte, lt and lte")
    return {bound: _whole(value) for bound, value in bounds.items()}


Text = Annotated[str, BeforeValidator(_text)]
Unsettable = Annotated[str | None, BeforeValidator(_or_unset)]
Whole = Annotated[int, BeforeValidator(_whole)]
Natural = Annotated[int, BeforeValidator(partial(_whole, least=0))]
Positive = Annotated[int, BeforeValidator(partial(_whole, least=1))]
Days = Annotated[int, BeforeValidator(partial(_whole, least=0, most=730))]
Limit = Annotated[int, BeforeValidator(partial(_whole, least=1, most=100))]
Amount = Annotated[int, BeforeValidator(partial(_whole, least=0, most=99_999_999))]
Truth = Annotated[bool, BeforeValidator(_truth)]
Instant = Annotated[int, BeforeValidator(_instant)]
Moment = Annotated[int | None, BeforeValidator(_instant_or_nothing)]
MomentOrNow = Annotated[int | Literal["now"], BeforeValidator(_instant_or_now)]
Metadata = Annotated[dict[str, str] | None, BeforeValidator(_metadata)]
Range = Annotated[dict[str, int], BeforeValidator(_range)]
OR_UNSET = BeforeValidator(lambda given: None if given == "" else given)
"""For a hash that an empty string unsets."""
Many = Annotated[list[T], BeforeValidator(_array)]


def merged(metadata: Document, given: dict[str, str] | None) -> Document:
    """Metadata after an update: keys are added, and taken away by an empty value."""
    if given is None:
        return {}
    return {key: value for key, value in (metadata | given).items() if value}
