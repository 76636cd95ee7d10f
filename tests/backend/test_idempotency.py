"""Idempotency keys, through the front door: one effect, one answer, whatever happens meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest
from pydantic import BaseModel

from backend import idempotency
from backend.app import Backend, create_app
from backend.clock import CLOCK
from backend.dependencies import WithParts
from backend.errors import NotAllowed
from backend.idempotency import Idempotent
from backend.parts import Parts
from backend.schema.profiles import Profile
from tests.backend.conftest import People, running, variables
from tests.backend.documents import person


class Wish(BaseModel):
    """What somebody wants done."""

    name: str
    seconds: float = 0.0


class Done(BaseModel):
    """What was done."""

    id: str


async def make(wish: Wish, parts: WithParts, once: Idempotent) -> Done:
    """Keep somebody, unless their name is nobody."""
    async with parts.store.exclusively(f"wish:{once.key}") as held:
        somebody = person(full_name=wish.name)
        await held.insert(somebody)
        await asyncio.sleep(wish.seconds)
        if wish.name == "nobody":
            raise NotAllowed("Nobody can not be made.")
        return await once.remember(held, Done(id=somebody.id), 201)


async def forget(once: Idempotent) -> Done:
    """Answer without remembering, which is a fault."""
    return Done(id=once.key)


@pytest.fixture(scope="module")
async def backend(
    postgres_url: str, redis_url: str, outside: httpx2.ASGITransport
) -> AsyncIterator[Backend]:
    """A backend with a route whose effect counts, and one that is at fault."""
    app = create_app(variables(postgres_url, redis_url), outside)
    app.add_api_route("/wishes", make, methods=["POST"], status_code=201)
    app.add_api_route("/forgotten", forget, methods=["POST"])
    async with running(app):
        yield app


@pytest.fixture(autouse=True)
def _present() -> Iterator[None]:
    yield
    CLOCK.offset = timedelta()


def new_key() -> str:
    return uuid4().hex


Ask = Callable[..., Coroutine[None, None, httpx2.Response]]


@pytest.fixture
def ask(visitor: httpx2.AsyncClient) -> Ask:
    """Somebody wishes for something, under a key."""

    async def ask(key: str, name: str = "Zoë", **more: object) -> httpx2.Response:
        headers = {"Idempotency-Key": key}
        return await visitor.post("/wishes", json={"name": name, **more}, headers=headers)

    return ask


async def made(parts: Parts, name: str) -> int:
    return await parts.store.count(Profile, {"full_name": name})


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": ""}, {"Idempotency-Key": "x" * 256}])
async def test_without_a_key_nothing_is_done(
    visitor: httpx2.AsyncClient, parts: Parts, headers: dict[str, str]
) -> None:
    answer = await visitor.post("/wishes", json={"name": "without"}, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:wwmaa:problem:key-is-missing"
    assert await made(parts, "without") == 0


async def test_a_repeat_gets_the_first_answer_and_has_no_effect(ask: Ask, parts: Parts) -> None:
    key, name = new_key(), new_key()
    first, again = await ask(key, name), await ask(key, name)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await made(parts, name) == 1
    assert (await ask(new_key(), name)).json() != first.json()


async def test_a_key_stands_for_one_request_alone(ask: Ask) -> None:
    key = new_key()
    await ask(key, "Zoë")
    other = await ask(key, "Ama")
    assert other.status_code == 422
    assert other.json()["type"] == "urn:wwmaa:problem:key-is-used-otherwise"


async def test_while_it_is_worked_on_a_repeat_is_told_so_and_another_request_refused(
    ask: Ask,
) -> None:
    key = new_key()
    first = asyncio.create_task(ask(key, "slow", seconds=0.5))
    await asyncio.sleep(0.2)
    again, other = await ask(key, "slow", seconds=0.5), await ask(key, "other")
    assert (again.status_code, again.headers["retry-after"]) == (409, "1")
    assert other.status_code == 422
    assert (await first).status_code == 201


async def test_a_hundred_at_once_have_one_effect(ask: Ask, parts: Parts) -> None:
    key, name = new_key(), new_key()
    answers = await asyncio.gather(*(ask(key, name) for _ in range(100)))
    # On a busy machine some are told that all connections are in use; nobody is told wrongly.
    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    good = [answer.json() for answer in answers if answer.status_code == 201]
    assert good == [good[0]] * len(good)
    assert await made(parts, name) == 1


async def test_a_hundred_without_any_claim_have_one_effect_still(
    ask: Ask, parts: Parts, backend: Backend
) -> None:
    class Forgetful:
        """A Redis that grants each claim, as one does that lost its memory."""

        async def set(self, *_: object, **__: object) -> bool:
            return True

        async def eval(self, *_: object) -> None:
            return None

    key, name = new_key(), new_key()
    backend.state.parts = replace(parts, redis=Forgetful())  # type: ignore[arg-type]
    try:
        answers = await asyncio.gather(*(ask(key, name) for _ in range(100)))
    finally:
        backend.state.parts = parts
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await made(parts, name) == 1


async def test_a_problem_is_not_remembered_and_leaves_nothing(ask: Ask, parts: Parts) -> None:
    key = new_key()
    answers = [await ask(key, "nobody") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert await made(parts, "nobody") == 0


async def test_a_claim_whose_process_died_runs_out(ask: Ask, parts: Parts) -> None:
    key, name = new_key(), new_key()
    dying = asyncio.create_task(ask(key, name, seconds=60))
    await asyncio.sleep(0.2)
    claims = [each async for each in parts.redis.scan_iter(f"{parts.settings.prefix}claim:*")]
    (claim,) = claims
    assert 0 < await parts.redis.ttl(claim) <= idempotency.CLAIMED_SECONDS
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    # A process that is killed lets go of nothing; its claim runs out by itself.
    await parts.redis.delete(claim)
    assert (await ask(key, name, seconds=0)).status_code == 201
    assert await made(parts, name) == 1


async def test_a_key_is_remembered_for_a_day(ask: Ask, parts: Parts) -> None:
    key, name = new_key(), new_key()
    first = await ask(key, name)
    CLOCK.offset = timedelta(hours=23, minutes=59)
    assert (await ask(key, name)).json() == first.json()
    CLOCK.offset = timedelta(hours=24, minutes=1)
    assert (await ask(key, name)).json() != first.json()
    assert await made(parts, name) == 2


async def test_a_key_belongs_to_who_sends_it(
    visitor: httpx2.AsyncClient, people: People, ask: Ask
) -> None:
    key = new_key()
    mine = await ask(key)
    somebody = await people.new()
    await somebody.log_in()
    theirs = await somebody.post("/wishes", {"name": "Zoë"}, key=key)
    assert theirs.status_code == 201
    assert theirs.json() != mine.json()


async def test_a_route_that_forgets_is_a_fault_of_ours(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.post("/forgotten", headers={"Idempotency-Key": new_key()})
    assert answer.status_code == 500
