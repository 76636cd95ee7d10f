"""Brings a store to the seeds, and takes them away again by their mark.

What people did with the seeds outlives another `seed`: a document that somebody has changed since
it was seeded stays as it is, so that a developer's work survives the next `staging up` and a count
of seats never parts from the RSVPs behind it. Whoever wants everything as new resets.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from backend.schema import COLLECTIONS, Document
from backend.schema.profiles import Profile
from backend.settings import PythonEnv
from backend.store import AnyOf, Store, Where
from staging.seeds import BATCH, Seeds

MARK: Where = {"is_seed_data": True}
BOOKKEEPING = {"version", "updated_at"}
"""Fields that the store writes, which say nothing about a document's content."""


class SeedingIsRefused(Exception):
    """This is production: nothing invented is written there, and nothing removed."""

    def __init__(self) -> None:
        super().__init__(
            "Production is neither seeded nor reset. "
            "Check PYTHON_ENV and DATABASE_URL: they should be those of a staging environment."
        )


@dataclass(frozen=True)
class Tally:
    """What became of one collection's seed documents."""

    collection: str
    inserted: int = 0
    unchanged: int = 0
    rewritten: int = 0
    """They were outdated: a day has passed, or the seeds themselves are others now."""
    kept: int = 0
    """People have changed them, so they stay as they are."""
    removed: int = 0
    """They belong to the seeds no longer, as after a larger scale."""


@dataclass(frozen=True)
class SeedReport:
    """What seeding did, by collection."""

    tallies: tuple[Tally, ...]

    @property
    def changed(self) -> bool:
        """Whether anything was written or removed."""
        return any(it.inserted or it.rewritten or it.removed for it in self.tallies)

    def __str__(self) -> str:
        """What was done, in one line."""
        words = ("inserted", "rewritten", "kept", "removed", "unchanged")
        sums = {word: sum(getattr(tally, word) for tally in self.tallies) for word in words}
        if not self.changed:
            return f"{sums['unchanged'] + sums['kept']} documents in place"
        return ", ".join(f"{count} {word}" for word, count in sums.items() if count)


async def seed(store: Store, seeds: Seeds, *, kind: PythonEnv) -> SeedReport:
    """Insert what is missing, rewrite what is outdated, remove what belongs no longer; all or none.

    Documents that people have changed stay as they are, but for the personas' password: whoever
    has seeded can log in. Raises `SeedingIsRefused` in production, and `AlreadyExists` when a
    document that people made has taken a seed's address or slug.
    """
    refuse_production(kind)
    async with store.exclusively("seeds") as held:
        tallies = [await _bring(held, each, seeds.of(each)) for each in COLLECTIONS]
    return SeedReport(tuple(tallies))


async def is_seeded(store: Store) -> bool:
    """Whether there are any seeds."""
    return await store.first(Profile, MARK) is not None


async def reset(store: Store, *, kind: PythonEnv) -> SeedReport:
    """Remove whatever carries the mark of seed data, changed by people or not; nothing else.

    Raises `SeedingIsRefused` in production.
    """
    refuse_production(kind)
    async with store.exclusively("seeds") as held:
        removed = {each: await held.remove(each, MARK) for each in reversed(COLLECTIONS)}
    return SeedReport(tuple(Tally(it.collection, removed=removed[it]) for it in COLLECTIONS))


def refuse_production(kind: PythonEnv) -> None:
    """Raises `SeedingIsRefused` in production."""
    if kind is PythonEnv.production:
        raise SeedingIsRefused


async def _bring(store: Store, kind: type[Document], documents: Iterable[Document]) -> Tally:
    wanted = {document.id: document for document in documents}
    found = {it.id: it async for it in store.every(kind, {**MARK, "seed_batch": BATCH})}
    differing = {it for it in wanted.keys() & found if _content(wanted[it]) != _content(found[it])}
    kept = {it for it in differing if found[it].version != wanted[it].version}
    outdated = differing - kept
    missing, leftover = wanted.keys() - found, found.keys() - wanted
    if gone := outdated | leftover:
        await store.remove(kind, {"id": AnyOf(tuple(gone))})
    if new := [it for it in wanted.values() if it.id in outdated | missing]:
        await store.insert(*new)
    for it in kept:
        await _let_in(store, found[it], wanted[it])
    return Tally(
        kind.collection,
        inserted=len(missing),
        unchanged=len(wanted.keys() & found) - len(differing),
        rewritten=len(outdated),
        kept=len(kept),
        removed=len(leftover),
    )


async def _let_in(store: Store, found: Document, wanted: Document) -> None:
    """Give a persona that people have changed the password that everybody is told."""
    if not isinstance(found, Profile) or not isinstance(wanted, Profile):
        return
    if found.password_hash != wanted.password_hash:
        await store.update(found.changed(password_hash=wanted.password_hash))


def _content(document: Document) -> dict[str, object]:
    return document.model_dump(exclude=BOOKKEEPING)
