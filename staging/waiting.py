"""Pauses that a service asks for, and who is told of them."""

from collections.abc import Callable

Waits = Callable[[float, str], None]
"""Told how many seconds are waited now, and why."""
