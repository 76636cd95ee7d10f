"""Webhooks: what comes of the news that a vendor tells, and who in the house listens to it."""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import TypeVar

from backend.parts import Parts

Event = TypeVar("Event")
"""An event, as its vendor's provider reads it."""


class Outcome(StrEnum):
    """What came of an event."""

    applied = "applied"
    duplicate = "duplicate"
    """It has had its effect before."""
    ignored = "ignored"
    """It changes nothing here, or is about nobody whom we know."""


Listener = Callable[[Parts, Event], Awaitable[Outcome]]
"""What a feature does with an event of a vendor's; it knows by itself which ones are its own.

Each lets an event have its effect once, so that whatever fails may be told again as a whole.
"""


async def tell(listeners: Sequence[Listener[Event]], parts: Parts, event: Event) -> Outcome:
    """Let every listener hear an event; what came of it for the one whose event it was."""
    outcomes = [await hear(parts, event) for hear in listeners]
    known = [outcome for outcome in outcomes if outcome is not Outcome.ignored]
    return next(iter(known), Outcome.ignored)
