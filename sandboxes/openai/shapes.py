"""The shape of an answer, as both APIs let it be ordered: text, JSON, or the call of a function."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sandboxes.kit.language import writing
from sandboxes.kit.language.answering import Turn
from sandboxes.kit.language.instances import CannotMake
from sandboxes.kit.language.writing import Order, Tool, Written
from sandboxes.kit.records import Document
from sandboxes.openai.errors import OpenAIError, not_emulated
from sandboxes.openai.models import Writer

ANY_OBJECT: Document = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
}
"""What JSON mode is answered with, where no schema is asked for."""


@dataclass(frozen=True)
class Shape:
    """`text`, `json_object`, or `json_schema` with its rules."""

    type: str
    name: str = ""
    rules: Document = field(default_factory=dict)
    is_strict: bool = False


async def write(order: Order) -> Written:
    """Write what was ordered; raises OpenAIError for a schema that no instance is made of."""
    try:
        return await writing.write(order, "OpenAI")
    except CannotMake as reason:
        raise not_emulated(f"a JSON schema in which {reason}") from reason


def schema_of(
    shape: Shape, model: Writer, turns: Sequence[Turn], names: tuple[str, str]
) -> Document | None:
    """The schema that the answer must keep to; None for text.

    `names` are those of the parameters that hold the messages and the format. Raises OpenAIError.
    """
    messages, form = names
    if shape.type == "text":
        return None
    if shape.type == "json_object":
        if not any("json" in turn.text.lower() for turn in turns):
            words = f"'{messages}' must contain the word 'json' in some form, to use '{form}' of"
            raise OpenAIError(400, f"{words} type 'json_object'.", param=messages)
        return ANY_OBJECT
    if not model.structured:
        words = f"Invalid parameter: '{form}' of type 'json_schema' is not supported with this"
        raise OpenAIError(400, f"{words} model.", param=form)
    if shape.is_strict:
        _check(shape.rules, f"{form} '{shape.name}'", form)
    return shape.rules


def function_tool(kind: str, name: str, parameters: Document | None) -> Tool:
    """A function that may be called; raises OpenAIError for every other kind of tool."""
    if kind != "function":
        raise not_emulated(f"tools of the type '{kind}'")
    return Tool(name, parameters or {"type": "object", "properties": {}})


def called(choice: Any, tools: Sequence[Tool], *, is_name: bool = False) -> Tool | None:
    """The function that must be called; raises OpenAIError where there is none of this name.

    Where the model may choose, it chooses to answer in words.
    """
    if choice in (None, "none", "auto") and not is_name:
        return None
    if not tools:
        words = "'tool_choice' is only allowed when 'tools' are specified."
        raise OpenAIError(400, words, param="tool_choice")
    if choice == "required" and not is_name:
        return tools[0]
    if not is_name:
        raise not_emulated("this value of 'tool_choice'")
    for tool in tools:
        if tool.name == choice:
            return replace(tool, is_named=True)
    words = f"Tool choice '{choice}' not found in 'tools' parameter."
    raise OpenAIError(400, words, param="tool_choice")


def _check(schema: Any, where: str, param: str, context: tuple[str, ...] = ()) -> None:
    """Refuse, as OpenAI does, a strict schema with open objects or optional properties."""
    for each in schema if isinstance(schema, list) else ():
        _check(each, where, param, context)
    if not isinstance(schema, dict):
        return
    if wrong := _looseness(schema):
        words = f"Invalid schema for {where}: In context={context}, {wrong}"
        raise OpenAIError(400, words, param=param)
    for name in ("properties", "$defs", "definitions"):
        for key, each in (schema.get(name) or {}).items():
            _check(each, where, param, (*context, name, key))
    for name in ("items", "anyOf"):
        _check(schema.get(name), where, param, (*context, name))


def _looseness(schema: Document) -> str:
    """What keeps an object from being strict; empty when nothing does."""
    if schema.get("type") != "object":
        return ""
    if schema.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false."
    if missing := (schema.get("properties") or {}).keys() - set(schema.get("required") or ()):
        return (
            "'required' is required to be supplied and to be an array including every key in"
            f" properties. Missing '{min(missing)}'."
        )
    return ""
