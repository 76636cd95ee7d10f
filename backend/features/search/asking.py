"""What people ask: counted without their names, offered to others once several asked it.

Within a day the same person counts once: what is remembered for that is a digest with a salt that
is gone after the day, and with it the last way from a question to whoever asked it.
"""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Final

from backend.clock import now
from backend.errors import NotFound
from backend.jobs import Task, Work
from backend.parts import Parts
from backend.schema.document import AccessType
from backend.schema.search_queries import SearchQuery
from backend.security import fingerprint, seal
from backend.store import AnyOf, Range, Where

SHARED_BY: Final = 3
"""By how many a question must have been asked before others are told of it."""
A_DAY: Final = 24 * 3600
KEPT: Final = timedelta(days=30)
KEPT_SHARED: Final = timedelta(days=180)
NEAR: Final = 10


def question_id(parts: Parts, text: str, access: AccessType) -> str:
    """The id of a question, which nobody else can make, to try whether somebody has asked it."""
    secret = parts.settings.authentication.jwt_secret.get_secret_value()
    return fingerprint(seal("search-query", f"{access}:{text}", secret))[:32]


def widest(opened: Sequence[AccessType]) -> AccessType:
    """The least open of these kinds of access."""
    return max(opened, key=list(AccessType).index)


async def count(
    parts: Parts, text: str, opened: Sequence[AccessType], found: int, who: str
) -> str | None:
    """Count a question; its id, or none where it is not kept."""
    if not SearchQuery.may_be_kept(text):
        return None
    access = widest(opened)
    query_id = question_id(parts, text, access)
    if not await _is_first_today(parts, "asked", query_id, who):
        return query_id
    async with parts.store.exclusively(f"query:{query_id}") as held:
        kept = await held.get(SearchQuery, query_id)
        if kept is None:
            new = SearchQuery(
                id=query_id, text=text, access=access, asked_by=1, found=found, asked_at=now()
            )
            await held.insert(new)
            return query_id
        asked_by = kept.asked_by + 1
        again = {"asked_by": asked_by, "found": found, "asked_at": now()}
        await held.update(kept.changed(**again, is_shared=asked_by >= SHARED_BY))
    return query_id


async def judge(parts: Parts, query_id: str, who: str, *, is_helpful: bool) -> None:
    """Keep whether an answer helped; each person's first word of a day. Raises `NotFound`."""
    if await parts.store.get(SearchQuery, query_id) is None:
        raise NotFound("Nothing is known of this question any more.")
    if not await _is_first_today(parts, "judged", query_id, who):
        return
    async with parts.store.exclusively(f"query:{query_id}") as held:
        kept = await held.get(SearchQuery, query_id)
        if kept is None:
            raise NotFound("Nothing is known of this question any more.")
        field = "helped" if is_helpful else "helped_not"
        await held.update(kept.changed(**{field: getattr(kept, field) + 1}))


async def related(parts: Parts, text: str, opened: Sequence[AccessType]) -> list[str]:
    """What others with this access have asked that is near to a question and was answered."""
    where: Where = {"is_shared": True, "access": AnyOf(tuple(opened))}
    near = await parts.store.search(SearchQuery, text, where, limit=NEAR)
    asked = (each.document for each in near)
    return list(dict.fromkeys(it.text for it in asked if it.found and it.text != text))


async def _is_first_today(parts: Parts, what: str, query_id: str, who: str) -> bool:
    prefix = parts.settings.prefix
    await parts.redis.set(f"{prefix}asking:salt", token_hex(16), nx=True, ex=A_DAY)
    salt = str(await parts.redis.get(f"{prefix}asking:salt"))
    digest = sha256(f"{salt}:{what}:{query_id}:{who}".encode()).hexdigest()
    return bool(await parts.redis.set(f"{prefix}asking:{digest}", "1", nx=True, ex=A_DAY))


class ForgetQuestions(Task):
    """Forget what nobody asked for a month, or for half a year where others are told of it."""

    async def run(self, work: Work) -> None:
        """Remove them."""
        for is_shared, kept in ((False, KEPT), (True, KEPT_SHARED)):
            old = Range(end=now() - kept)
            await work.store.remove(SearchQuery, {"is_shared": is_shared, "asked_at": old})
