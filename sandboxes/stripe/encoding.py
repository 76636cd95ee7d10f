"""How Stripe writes nested parameters in a form: `items[0][price]=x`, `metadata[k]=v`, `a[]=x`."""

import re
from typing import Any
from urllib.parse import parse_qsl

from sandboxes.kit.records import storable

KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
INNER = re.compile(r"\[([^\[\]]*)\]")
MOST, DEEPEST = 1000, 8


class Unreadable(Exception):
    """The form can not be taken apart; the sentence says where."""


def decode(text: str) -> dict[str, Any]:
    """The parameters as nested dicts of strings; an array is a dict by index, still.

    Only who knows a parameter's type can tell `metadata[0]` from `items[0]`. Raises Unreadable.
    """
    tree: dict[str, Any] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST)
    except ValueError as error:
        raise Unreadable(f"There are more than {MOST} parameters.") from error
    for key, value in pairs:
        _plant(tree, key, storable(value))
    return tree


def _plant(tree: dict[str, Any], key: str, value: str) -> None:
    found = KEY.fullmatch(key)
    if not found:
        raise Unreadable(f"Invalid parameter name: {key[:100]}")
    path = [found[1], *INNER.findall(found[2])]
    if len(path) > DEEPEST:
        raise Unreadable(f"Parameters are nested too deeply: {key[:100]}")
    *way, last = path
    for step in way:
        tree = tree.setdefault(step or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise Unreadable(f"Conflicting values for parameter: {path[0][:100]}")
    last = last or str(len(tree))
    if isinstance(tree.get(last), dict):
        raise Unreadable(f"Conflicting values for parameter: {path[0][:100]}")
    tree[last] = value


def spelled(path: tuple[object, ...]) -> str:
    """A path to a parameter as a form spells it: `items[0][price]`."""
    head, *rest = (str(step) for step in path)
    return head + "".join(f"[{step}]" for step in rest)
