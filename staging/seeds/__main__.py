"""`python -m staging.seeds`: puts the seeds in, from inside the environment that it runs in.

Railway runs it as the step before a deployment of the service `seeds`, on the environment's private
network, where the database is. What it did is its last line.
"""

import asyncio
import os
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime

from backend.prepare import when_it_answers
from backend.settings import Settings
from backend.store import AlreadyExists, Standing, Store, StoreIsBusy, StoreIsUnavailable
from backend.store.opening import open_store
from backend.variables import InvalidEnvironment
from staging.seed import SeedingIsRefused, is_seeded, refuse_production, reset, seed
from staging.seeds import Seeds, make
from staging.seeds.passwords import following, hashed

TOLD = "seeds: "
"""What the line begins with that says what was done."""


class CollectionsAreNotThere(Exception):
    """The backend that makes them as declared was not deployed yet, or another release of it."""

    def __init__(self, differing: int) -> None:
        super().__init__(
            f"{differing} parts of the database are not as this release declares them. What deploys"
            " the backend makes them: `staging deploy`, then this again."
        )


async def put_in(store: Store, settings: Settings, *, once: bool, anew: bool) -> str:
    """Bring the store to the seeds of today; what was done.

    With `once` nothing where there are seeds already, with `anew` all of them as new. Raises
    `SeedingIsRefused`, `CollectionsAreNotThere`, and what the store and `seed` raise.
    """
    kind = settings.core.python_env
    refuse_production(kind)
    plan = await when_it_answers(store)
    if differing := sum(it.standing is not Standing.unchanged for it in plan):
        raise CollectionsAreNotThere(differing)
    if once and await is_seeded(store):
        return "they are there"
    if anew:
        await reset(store, kind=kind)
    return str(await seed(store, _todays(settings), kind=kind))


def _todays(settings: Settings) -> Seeds:
    own = settings.authentication
    password = following(own.jwt_secret.get_secret_value())
    kept = hashed(password, own.password_hash_memory_kib)
    return make(datetime.now(UTC), password_hash=kept)


async def _run(settings: Settings, *, once: bool, anew: bool) -> None:
    store = await open_store(settings)
    try:
        done = await put_in(store, settings, once=once, anew=anew)
    finally:
        await store.close()
    sys.stdout.write(f"{TOLD}{done}\n")


def main() -> None:
    """Put them in; exit with 1 when that fails, with 2 when a variable is wrong, with 3 in
    production."""
    parser = ArgumentParser("python -m staging.seeds")
    parser.add_argument("--once", action="store_true", help="nothing where there are any")
    parser.add_argument("--reset", action="store_true", help="take all seeds away first")
    asked = parser.parse_args()
    try:
        asyncio.run(_run(Settings.load(os.environ), once=asked.once, anew=asked.reset))
    except (InvalidEnvironment, SeedingIsRefused) as refused:
        sys.stderr.write(f"{refused}\n")
        raise SystemExit(3 if isinstance(refused, SeedingIsRefused) else 2) from None
    except AlreadyExists as taken:
        made = "people made it before there were seeds; take it away, or call it otherwise"
        sys.stderr.write(f"{taken}: {made}, then do this again.\n")
        raise SystemExit(1) from None
    except (CollectionsAreNotThere, StoreIsBusy, StoreIsUnavailable) as failure:
        sys.stderr.write(f"{failure}\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
