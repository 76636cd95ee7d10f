"""Requests that must not have their effect twice: a route declares `Idempotent`, and remembers.

A key belongs to who sends it. While a request is worked on, its key is claimed in Redis, for some
seconds if its process dies; its answer is kept in the store, in the block of its effect, so that
there is one effect even where a claim was lost.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from redis.exceptions import RedisError

from backend.clock import now
from backend.dependencies import PossibleCaller, WithParts
from backend.errors import Problem
from backend.parts import Parts
from backend.schema.idempotent_answers import IdempotentAnswer
from backend.store import AlreadyExists, Store

REMEMBERED: Final = timedelta(hours=24)
CLAIMED_SECONDS: Final = 5
"""How long a key is claimed for somebody who gives no more signs of life."""
LONGEST: Final = 255

_RELEASE: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""
_KEEP: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
"""

A = TypeVar("A", bound=BaseModel)
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Required. A random value of your own, such as a UUID; a repeat with the same"
        " one, within 24 hours, gets the first one's answer and has no other effect.",
    ),
]


class KeyIsMissing(Problem):
    """The request may not have its effect twice, and bears no key by which a repeat is known."""

    status = 400
    title = "An idempotency key is needed"


class KeyIsUsedOtherwise(Problem):
    """An idempotency key came with another request before."""

    status = 422
    title = "This key was used for something else"


class RequestIsInProgress(Problem):
    """The same request, by its key, is being worked on; its answer can be had in a moment."""

    status = 409
    title = "This is being worked on"


@dataclass
class Once:
    """A request that has its effect once."""

    key: str
    """The same for each repeat, and nobody else's: an idempotency key for vendors too."""
    asked: str
    """The digest of what is asked."""
    is_remembered: bool = False

    @asynccontextmanager
    async def whole(self, parts: Parts) -> AsyncIterator[Parts]:
        """The parts with a block for their store: the effect and its answer are kept, or neither.

        What opens a block of its own there has it inside this one.
        """
        async with parts.store.exclusively(f"once:{self.key}") as held:
            yield replace(parts, store=held)

    async def remember(self, held: Store, answer: A, status: int = 200) -> A:
        """Keep the answer in the block of its effect, and return it; each request does this once.

        What is not remembered, such as a problem, may be answered otherwise the next time.
        """
        kept = IdempotentAnswer(
            id=self.key,
            asked=self.asked,
            status=status,
            answer=answer.model_dump_json(),
            ends_at=now() + REMEMBERED,
        )
        await held.insert(kept)
        self.is_remembered = True
        return answer


class AnsweredBefore(Exception):
    """The answer to this request is known already."""

    def __init__(self, kept: IdempotentAnswer) -> None:
        super().__init__("this was answered before")
        self.kept = kept


class IsNotRemembered(AssertionError):
    """A route that declares `Idempotent` answered without `remember`: a fault of ours."""


async def answer_again(_request: Request, before: AnsweredBefore) -> Response:
    """What was answered the first time."""
    kept = before.kept
    headers = {"Idempotency-Replayed": "true"}
    return Response(kept.answer, kept.status, headers, "application/json")


async def idempotent(
    request: Request, parts: WithParts, caller: PossibleCaller, key: Key = None
) -> AsyncIterator[Once]:
    """This request as one that has its effect once. Raises what there is to say of its key."""
    if not key or len(key) > LONGEST or not key.isprintable():
        raise KeyIsMissing(
            f"Send an Idempotency-Key of 1 to {LONGEST} characters: a new one for each thing that"
            " you want done, and the same one when you ask for it again."
        )
    whose = caller.profile.id if caller else ""
    once = Once(_digest(whose, key), await _what_is_asked(request))
    async with _claimed(parts, once):
        try:
            yield once
        except AlreadyExists as error:
            # The claim was lost to a long pause, and somebody else was quicker.
            if error.collection == IdempotentAnswer.collection:
                await _refuse_what_is_answered(parts.store, once)
            raise
    if not once.is_remembered:
        raise IsNotRemembered(request.url.path)


Idempotent = Annotated[Once, Depends(idempotent, scope="function")]


@asynccontextmanager
async def _claimed(parts: Parts, once: Once) -> AsyncIterator[None]:
    """The key is ours while the block runs. Raises what there is to say when it is not."""
    name, claim = f"{parts.settings.prefix}claim:{once.key}", f"{once.asked} {token_hex(8)}"
    is_ours = await parts.redis.set(name, claim, nx=True, ex=CLAIMED_SECONDS)
    try:
        await _refuse_what_is_answered(parts.store, once)
        if not is_ours:
            _require_the_same(str(await parts.redis.get(name) or once.asked), once)
            raise RequestIsInProgress("The same request is being worked on.", retry_after=1)
        keeper = asyncio.create_task(_keep(parts, name, claim))
        try:
            yield
        finally:
            keeper.cancel()
    finally:
        if is_ours:
            # Where Redis is away, the claim runs out by itself.
            with suppress(RedisError):
                await parts.redis.eval(_RELEASE, 1, name, claim)


async def _keep(parts: Parts, name: str, claim: str) -> None:
    """Go on claiming: a request may take as long as its vendors do."""
    while True:
        await asyncio.sleep(CLAIMED_SECONDS / 3)
        with suppress(RedisError):
            await parts.redis.eval(_KEEP, 1, name, claim, CLAIMED_SECONDS)


async def _refuse_what_is_answered(store: Store, once: Once) -> None:
    kept = await store.get(IdempotentAnswer, once.key)
    if kept is None:
        return
    if kept.ends_at <= now():
        await store.remove(IdempotentAnswer, {"id": kept.id})
        return
    _require_the_same(kept.asked, once)
    raise AnsweredBefore(kept)


def _require_the_same(asked_before: str, once: Once) -> None:
    if not asked_before.startswith(once.asked):
        raise KeyIsUsedOtherwise("This key stands for another request; choose a new one.")


async def _what_is_asked(request: Request) -> str:
    body = (await request.body()).decode("latin-1")
    return _digest(request.method, request.url.path, request.url.query, body)


def _digest(*words: str) -> str:
    return sha256(json.dumps(words).encode()).hexdigest()
