"""People are found by what stands in their name or address, in whatever case and accents."""

import unicodedata
from typing import Final

from backend.schema.profiles import Profile
from backend.store import Page, Store, Where
from backend.store.cursors import cursor

BATCH: Final = 200


async def find(
    store: Store, where: Where, text: str, *, order: str, limit: int, after: str | None
) -> Page[Profile]:
    """A page of people for whom the conditions hold, and in whom every word of the text stands.

    No store of ours compares parts of texts in two fields at once; the association's people are
    thousands at most, so they are read until the page is full. Raises `CursorIsInvalid`.
    """
    words = folded(text).split()
    if not words:
        return await store.find(Profile, where, order=order, limit=limit, after=after)
    found: list[Profile] = []
    while True:
        batch = await store.find(Profile, where, order=order, limit=BATCH, after=after)
        for profile in batch.items:
            told = folded(f"{profile.full_name} {profile.email}")
            if not all(word in told for word in words):
                continue
            if len(found) == limit:
                return Page(tuple(found), cursor(order, found[-1]))
            found.append(profile)
        if (after := batch.next) is None:
            return Page(tuple(found), None)


def folded(text: str) -> str:
    """A text without the difference of capitals and accents: `Zoë` is found as `zoe`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
