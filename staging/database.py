"""The collections of an environment: the plan that `staging database` shows, and its doing.

A deployment does the same by `python -m backend.prepare`; both go by one plan.
"""

from collections.abc import AsyncIterator, Sequence

from backend.prepare import carry_out, when_it_answers
from backend.store import Change, Store


async def plan_database(store: Store, patience: float = 0.0) -> tuple[Change, ...]:
    """What stands how against its declaration, and what would be done; nothing is changed.

    Raises `StoreIsUnavailable` when the database does not answer for `patience` seconds.
    """
    return await when_it_answers(store, patience)


def apply_plan(store: Store, changes: Sequence[Change]) -> AsyncIterator[Change]:
    """Do what the plan says, and tell each change when it is done.

    Raises `PlanIsRefused`, with nothing done, when the plan has parts that are refused.
    """
    return carry_out(store, changes)
