"""Ids as Stripe makes them: a prefix that tells the kind, then letters and digits by lot."""

import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    """A fresh id, such as `cus_` and 24 characters."""
    return f"{prefix}_{drawn(length)}"


def drawn(length: int) -> str:
    """So many letters and digits, drawn by lot."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
