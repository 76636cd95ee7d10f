"""What a value looks like, without what it is."""

import re

from staging import env

_KEY = re.compile(r"[a-z]{2,5}_(?:test|live)_|whsec_")
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def shape(value: str) -> str:
    """A description of a value that may be a secret: how it begins, and how long it is."""
    if not value:
        return "empty"
    if env.refers(value):
        # Whoever refers says a name, and names are no secrets.
        return value if value.startswith("${{") and value.endswith("}}") else "text with references"
    if found := _KEY.match(value):
        return f"{found[0]}… of {len(value)} characters"
    if found := _ADDRESS.match(value):
        return f"an address, {found[1]}://…"
    if _NUMBER.fullmatch(value):
        return f"a number of {len(value)} digits"
    return f"{len(value)} characters"
