"""A request read into its form, and what is wrong with it said in OpenAI's words."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from sandboxes.kit.sandbox import Call
from sandboxes.openai.errors import OpenAIError, not_emulated

KINDS = {
    "string_type": "a string",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a decimal",
    "bool_type": "a boolean",
    "list_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
BOUNDS = {
    "greater_than_equal": (">=", "ge", "below_min_value", "below minimum value"),
    "less_than_equal": ("<=", "le", "above_max_value", "above maximum value"),
}
LENGTHS = {
    "too_short": ("minimum", "below_min_length", "too short", "min_length"),
    "too_long": ("maximum", "above_max_length", "too long", "max_length"),
}


class Form(BaseModel):
    """A request's body: strict in its types, and closed to what OpenAI does not know."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Part(BaseModel):
    """Something inside a body, of which other fields are let be."""

    model_config = ConfigDict(strict=True, extra="allow")


F = TypeVar("F", bound=Form)


def read(call: Call, form: type[F]) -> F:
    """The body of a request; raises OpenAIError."""
    try:
        body = call.json()
    except ValueError as error:
        raise OpenAIError(400, "We could not parse the JSON body of your request.") from error
    if not isinstance(body, dict):
        words = f"Invalid type: expected an object, but got {_kind(body)} instead."
        raise OpenAIError(400, words, "invalid_type")
    try:
        return form.model_validate(body)
    except ValidationError as error:
        raise _refusal(_telling(error)) from error


def refuse_unemulated(form: Form, plain: Mapping[str, Callable[[Any], bool]]) -> None:
    """Refuse aloud a parameter whose effect would be missed; `plain` tells which have none."""
    for name, has_no_effect in plain.items():
        value = getattr(form, name)
        if value is not None and not has_no_effect(value):
            raise not_emulated(f"the parameter '{name}' with this value")


def _telling(error: ValidationError) -> ErrorDetails:
    """The fault to speak of: the first; of alternatives the one whose type was right."""
    faults = error.errors(include_url=False)
    return next((each for each in faults if not each["type"].endswith("_type")), faults[0])


def _refusal(error: ErrorDetails) -> OpenAIError:
    kind, value = error["type"], error["input"]
    param = _path(error)
    if kind == "missing":
        words, code = f"Missing required parameter: '{param}'.", "missing_required_parameter"
    elif kind == "extra_forbidden":
        words, code = f"Unknown parameter: '{param}'.", "unknown_parameter"
    elif kind == "literal_error":
        allowed = error["ctx"]["expected"].replace(" or ", ", ")
        words = f"Invalid value: '{str(value)[:100]}'. Supported values are: {allowed}."
        code = "invalid_value"
    elif kind in BOUNDS:
        sign, bound, code, name = BOUNDS[kind]
        number = "integer" if isinstance(value, int) else "decimal"
        words = f"Invalid '{param}': {number} {name}. Expected a value {sign} {error['ctx'][bound]}"
        words, code = f"{words}, but got {value} instead.", f"{number}_{code}"
    elif kind in LENGTHS:
        name, code, size, bound = LENGTHS[kind]
        limit, length = error["ctx"][bound], len(value)
        words = f"Invalid '{param}': array {size}. Expected an array with {name} length {limit}"
        words, code = f"{words}, but got an array with length {length} instead.", f"array_{code}"
    else:
        wanted = KINDS.get(kind, "another value")
        words = f"Invalid type for '{param}': expected {wanted}, but got {_kind(value)} instead."
        code = "invalid_type"
    return OpenAIError(400, words, code, param=param)


def _path(error: ErrorDetails) -> str:
    """Where in the body the fault lies, as OpenAI writes it: `messages[0].content`."""
    path = ""
    for step in error["loc"]:
        # Names of alternatives, such as `list[Message]`, are pydantic's and not the body's.
        if isinstance(step, int):
            path += f"[{step}]"
        elif step.isidentifier() and step not in {"str", "int", "float", "bool"}:
            path += f".{step}" if path else step
    return path


def _kind(value: Any) -> str:
    names = {str: "a string", bool: "a boolean", int: "an integer", float: "a decimal"}
    names |= {list: "an array", dict: "an object", type(None): "null"}
    return names.get(type(value), "something else")
