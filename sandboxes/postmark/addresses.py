"""Addresses as Postmark reads them: `a@b.example`, `Name <a@b.example>`, several with commas."""

import re

from pydantic import BaseModel

# Postmark's published patterns, and the dot that it was seen to want in a domain.
MAILBOX = re.compile(r"[a-z0-9.!#$%&'`*+\-/=^_{}|~]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


class Address(BaseModel):
    """One side of a mail; `Name` is null where none was given, as in Postmark's own examples
    (the contract calls it a string)."""

    Email: str
    Name: str | None = None


def read_addresses(value: str) -> list[Address]:
    """The addresses in a field of a mail; raises ValueError for what is none."""
    return [_address(part.strip()) for part in _parts(value) if part.strip()]


def _parts(value: str) -> list[str]:
    """Split at the commas that stand outside double quotes."""
    pieces = value.split('"')
    pieces[::2] = [outside.replace(",", "\0") for outside in pieces[::2]]
    return '"'.join(pieces).split("\0")


def _address(part: str) -> Address:
    name, bracket, email = part.rpartition("<")
    if bracket:
        email, closed, rest = email.partition(">")
        if not closed or rest:
            raise ValueError(f"a bracket is left open in {part!r}")
    if not MAILBOX.fullmatch(email):
        raise ValueError(f"{part!r} is no address")
    return Address(Email=email, Name=name.strip().strip('"') or None)
