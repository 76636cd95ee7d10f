"""`python -m backend.prepare`: the step before a deployment that makes collections as declared.

A host runs it with the new release and the old one still serving; when it fails, nothing is
deployed. It changes nothing at all when any part of its plan would lose documents.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Final

from backend.settings import Settings
from backend.store import Change, Standing, Store, StoreIsBusy, StoreIsUnavailable
from backend.store.opening import open_store
from backend.variables import InvalidEnvironment

PATIENCE_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 0.2


class PlanIsRefused(Exception):
    """Some parts of a plan would lose documents; nothing was done."""

    def __init__(self, refused: Sequence[Change]) -> None:
        super().__init__("nothing was changed, as documents would be lost:" + _lines(refused))
        self.refused = tuple(refused)


async def carry_out(store: Store, changes: Sequence[Change]) -> AsyncIterator[Change]:
    """Do what a plan says, in its order, and tell each change when it is done.

    Raises `PlanIsRefused` before anything is done when the plan has parts that are refused.
    """
    if refused := [change for change in changes if change.standing is Standing.refused]:
        raise PlanIsRefused(refused)
    for change in changes:
        if change.standing is not Standing.unchanged:
            await store.apply(change)
            yield change


async def prepare(store: Store) -> tuple[Change, ...]:
    """Make the collections as declared, and tell what was done. Raises `PlanIsRefused`."""
    return tuple([change async for change in carry_out(store, await store.plan())])


async def when_it_answers(store: Store, patience: float = PATIENCE_SECONDS) -> tuple[Change, ...]:
    """The plan, as soon as the database lets us in; it may start together with this.

    Raises `StoreIsUnavailable` when it does not for `patience` seconds.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + patience
    while True:
        try:
            return await store.plan()
        except StoreIsUnavailable:
            if clock() >= end:
                raise
            await asyncio.sleep(PAUSE_SECONDS)


async def _run(settings: Settings) -> None:
    store = await open_store(settings)
    try:
        plan = await when_it_answers(store)
        done = [change async for change in carry_out(store, plan)]
    finally:
        await store.close()
    sys.stdout.write(f"{len(done)} of {len(plan)} parts needed a hand{_lines(done)}\n")


def _lines(changes: Sequence[Change]) -> str:
    return "".join(f"\n  {c.collection}, {c.part}: {c.standing} {c.difference}" for c in changes)


def main() -> None:
    """Prepare; exit with 1 when that is refused or fails, with 2 when a variable is wrong."""
    try:
        asyncio.run(_run(Settings.load(os.environ)))
    except InvalidEnvironment as problems:
        sys.stderr.write(f"{problems}\n")
        raise SystemExit(2) from None
    except (PlanIsRefused, StoreIsBusy, StoreIsUnavailable) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
