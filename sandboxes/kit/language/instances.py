"""An instance of a JSON schema that somebody asked an answer to be in: valid, or refused."""

from collections.abc import Callable, Set
from contextlib import suppress
from typing import Any

Schema = dict[str, Any]

NOTES = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"}
    | {"$schema", "$id", "$comment", "$defs", "definitions", "strict"}
)
KNOWN: dict[str, frozenset[str]] = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "string": frozenset({"format", "minLength", "maxLength"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}),
    "integer": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}),
    "boolean": frozenset(),
    "null": frozenset(),
}
FORMATS = {
    "date": "2026-01-01",
    "date-time": "2026-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "duration": "P1D",
    "email": "sandbox@wwmaa.example",
    "hostname": "wwmaa.example",
    "uri": "https://wwmaa.example/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "ipv4": "127.0.0.1",
    "ipv6": "::1",
}
MOST_ITEMS, LONGEST = 1_000, 100_000


class CannotMake(Exception):
    """The schema asks for something that is not made up here; the sentence says what."""


def instance(schema: Schema, text: str) -> Any:
    """A value that the schema allows, with `text` wherever any text may stand.

    Raises CannotMake for a schema with rules that are not known here.
    """
    try:
        return _Making(schema, text).make(schema, "$")
    except RecursionError as error:
        raise CannotMake("$ is nested too deeply") from error
    # Rules of the wrong types, such as a list for `properties`: the schema is none.
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise CannotMake("some rule is malformed") from error


class _Making:
    """One instance in the making; the root resolves the references."""

    def __init__(self, root: Schema, text: str) -> None:
        self.root = root
        self.text = text
        self._open: list[str] = []
        self._makers: dict[str, Callable[[Schema, str], Any]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "number": _number,
            "integer": _number,
            "boolean": lambda *_: True,
            "null": lambda *_: None,
        }

    def make(self, schema: Any, at: str) -> Any:
        if schema is True or schema == {}:
            return self.text
        if not isinstance(schema, dict):
            raise CannotMake(f"{at} may not be there at all")
        for name, maker in (
            ("$ref", self._referred),
            ("const", lambda value, _at: value),
            ("enum", lambda values, _at: values[0]),
            ("anyOf", self._any_of),
        ):
            if name in schema:
                _allow(schema, {name, "type"}, at)
                return maker(schema[name], at)
        kind = schema.get("type", "object" if "properties" in schema else None)
        kind = kind[0] if isinstance(kind, list) and kind else kind
        if kind not in KNOWN:
            raise CannotMake(f"{at} is of the type {kind!r}")
        _allow(schema, KNOWN[kind] | {"type"}, at)
        return self._makers[kind](schema, at)

    def _any_of(self, schemas: list[Any], at: str) -> Any:
        """The first of several that can be made."""
        for each in schemas[:-1]:
            with suppress(CannotMake):
                return self.make(each, at)
        return self.make(schemas[-1], at)

    def _referred(self, reference: str, at: str) -> Any:
        if reference in self._open:
            raise CannotMake(f"{at} goes round in circles")
        found: Any = self.root
        for name in filter(None, reference.removeprefix("#").split("/")):
            found = found.get(name) if isinstance(found, dict) else None
        if not reference.startswith("#") or found is None:
            raise CannotMake(f"{at} refers to {reference!r}")
        self._open.append(reference)
        try:
            return self.make(found, at)
        finally:
            self._open.pop()

    def _object(self, schema: Schema, at: str) -> Any:
        properties = schema.get("properties", {})
        wanted = schema.get("required", list(properties))
        others = dict.fromkeys(wanted, schema.get("additionalProperties", True))
        return {
            name: self.make(each, f"{at}.{name}")
            for name, each in (others | properties).items()
            if name in wanted
        }

    def _array(self, schema: Schema, at: str) -> Any:
        least, most = schema.get("minItems", 0), schema.get("maxItems", MOST_ITEMS)
        if not least <= most <= MOST_ITEMS:
            raise CannotMake(f"{at} has more than {min(most, MOST_ITEMS)} items")
        try:
            number = min(max(least, 1), most)
            return [self.make(schema.get("items", True), f"{at}[{n}]") for n in range(number)]
        except CannotMake:
            if least == 0:
                return []
            raise

    def _string(self, schema: Schema, at: str) -> str:
        if (form := schema.get("format")) is not None:
            if form not in FORMATS or schema.keys() & {"minLength", "maxLength"}:
                raise CannotMake(f"{at} is of the format {form!r}")
            return FORMATS[form]
        least, most = schema.get("minLength", 0), schema.get("maxLength", LONGEST)
        if not least <= most <= LONGEST:
            raise CannotMake(f"{at} is longer than {min(most, LONGEST)} characters")
        return self.text[:most].ljust(least, ".")


def _allow(schema: Schema, rules: Set[str], at: str) -> None:
    if unknown := schema.keys() - rules - NOTES:
        raise CannotMake(f"{at} has the rule {min(unknown)!r}")


def _number(schema: Schema, at: str) -> int | float:
    """The whole number nearest to nought that the bounds allow, or what lies between them."""
    low = max(schema.get("minimum", -(2**53)), schema.get("exclusiveMinimum", -(2**53)))
    high = min(schema.get("maximum", 2**53), schema.get("exclusiveMaximum", 2**53))
    between = [] if schema.get("type") == "integer" else [(low + high) / 2]
    for each in (0, low, high, int(low) + 1, int(high) - 1, *between):
        if _fits(each, schema):
            return int(each) if each == int(each) else each
    raise CannotMake(f"{at} lies between bounds that leave nothing")


def _fits(value: float, schema: Schema) -> bool:
    whole = schema.get("type") != "integer" or value == int(value)
    return (
        whole
        and schema.get("minimum", value) <= value <= schema.get("maximum", value)
        and schema.get("exclusiveMinimum", value - 1) < value
        and value < schema.get("exclusiveMaximum", value + 1)
    )
