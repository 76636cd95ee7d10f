"""Every route, every caller, their own things and others': who is let in, and what the others hear.

Taken from the API's description: a new route is in it by its own word, and is red until the thing
in its path is made in `whose.py`.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.app import Backend, create_app
from backend.features.accounts.routes import tokens_of
from backend.parts import Parts
from backend.schema import Document
from backend.schema.profiles import Profile
from tests.backend.conftest import BACKEND, People, running, variables
from tests.backend.people import PASSWORD
from tests.backend.verdicts import DOCUMENT, IN, Caller, Whose, cells, row_of
from tests.backend.whose import PDF, Asked, things
from tests.backend.words import KEYS, Knows, Word, word

# What lists things comes first, while there are few.
OPERATIONS = sorted(
    ((method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item),
    key=lambda each: "{" in each[1],
)
AT_ONCE = 6
REFUSALS = (401, 403, 404)
BODIES = {
    "/api/privacy/deletion": {"password": PASSWORD, "confirmation": "DELETE"},
    "/api/auth/change-password": {"current": PASSWORD, "password": PASSWORD + ", and one more"},
}
"""Bodies that only the person can send; all others are the description's examples."""


@pytest.fixture(scope="module")
async def backend(postgres_url: str, redis_url: str) -> AsyncIterator[Backend]:
    # Whoever is to be written to is written to by nobody here.
    nowhere = {"POSTMARK_BASE_URL": "http://127.0.0.1:9"}
    app = create_app(variables(postgres_url, redis_url) | KEYS | nowhere)
    async with running(app):
        yield app


@dataclass(frozen=True)
class Cell:
    """One caller at one route, before somebody's thing or none; what they should hear."""

    caller: Caller
    whose: Whose | None
    verdict: int
    me: Profile
    another: Profile
    ids: dict[str, str]
    word: Word

    def fits(self, status: int, kind: str) -> bool:
        """Whether an answer is what they should hear."""
        if self.verdict:
            return status == self.verdict
        # Whoever gives a wrong password was let in to give it.
        return status not in REFUSALS or kind.endswith("login-is-refused")

    def told(self, status: int) -> str:
        """The cell and what was heard in it instead."""
        about = f" on {self.whose}" if self.whose else ""
        wanted = self.verdict or f"none of {REFUSALS}"
        return f"{self.caller.name}{about}: {status}, not {wanted}"


def person(caller: Caller, **more: object) -> Profile:
    """A new person of this kind; whoever is nobody has no use for it."""
    about: dict[str, Any] = {"email": f"{uuid4().hex}@members.staging.wwmaa.example"}
    about |= {"full_name": "Kaya Lindholm", "status": "active", "is_public": True}
    fields = {} if caller is Caller.nobody else caller.fields
    return Profile.model_validate(about | {"password_hash": People.hashed} | fields | more)


async def set_up(parts: Parts, method: str, path: str) -> list[Cell]:
    """The cells of a route, with all that they are about kept in the store."""
    kept: list[Document] = []
    made = []
    secret = parts.settings.authentication.jwt_secret.get_secret_value()
    people: dict[tuple[Caller, bool], Profile] = {}
    others: dict[tuple[Caller, bool], Profile] = {}
    for caller, whose, verdict in cells(method, path):
        me = people.setdefault((caller, True), person(caller))
        is_shown = whose is not Whose.hidden
        another = others.setdefault((caller, is_shown), person(caller, is_public=is_shown))
        owner = me if whose is Whose.own else another
        documents, ids = things(Asked(method, path, owner, whose or Whose.anothers))
        spoken = Word()
        if row_of(method, path).by_secret:
            session = await parts.sessions.begin(owner.id)
            spoken = word(Knows(path, owner, session, secret, is_right=whose is Whose.own))
        elif "/auth/sessions/{" in path:
            ids = {"session_id": (await parts.sessions.begin(owner.id)).id}
        kept += [*documents, *spoken.documents]
        made.append(Cell(caller, whose, verdict, me, another, {**ids, **spoken.ids}, spoken))
    kept += [*people.values(), *others.values()]
    await parts.store.insert(*kept)
    return made


async def ask(
    door: httpx2.AsyncClient, parts: Parts, cell: Cell, method: str, path: str
) -> httpx2.Response:
    """Do what a route does, by its own example, as the caller of the cell."""
    operation = DOCUMENT["paths"][path][method.lower()]
    content = operation.get("requestBody", {}).get("content", {})
    asked: dict[str, Any] = {"params": cell.word.params}
    if path.startswith("/api/webhooks"):
        asked["content"] = b"{}"
    elif "application/json" in content:
        example = BODIES.get(path) or content["application/json"]["example"]
        whom = {"profile_id": cell.another.id} if "profile_id" in example else {}
        asked["json"] = {**example, **whom, **cell.word.body}
    elif content:
        asked = {"content": PDF, "params": {"name": "a.pdf"}}
    headers = {"Idempotency-Key": uuid4().hex}
    if cell.caller is not Caller.nobody:
        session = await parts.sessions.begin(cell.me.id)
        headers["Authorization"] = f"Bearer {tokens_of(parts, session).access_token}"
    # A browser would keep the cookies of whoever came before.
    door.cookies.clear()
    headers |= cell.word.headers
    return await door.request(method, path.format(**cell.ids), headers=headers, **asked)


async def wrong(backend: Backend, method: str, path: str) -> list[str]:
    """The cells of a route that do not hold."""
    parts: Parts = backend.state.parts
    found = []
    transport = httpx2.ASGITransport(backend)
    async with httpx2.AsyncClient(transport=transport, base_url=BACKEND) as door:
        for cell in await set_up(parts, method, path):
            answer = await ask(door, parts, cell, method, path)
            is_problem = answer.headers.get("content-type") == "application/problem+json"
            kind = answer.json()["type"] if is_problem else ""
            # What needs a vendor that this backend does not know says so, by 503.
            assert answer.status_code < 500 or answer.status_code == 503, answer.text
            if not cell.fits(answer.status_code, kind):
                found.append(f"{method} {path}: {cell.told(answer.status_code)}")
    return found


async def test_every_route_lets_in_whom_it_should_and_nobody_else(backend: Backend) -> None:
    waiting = [*OPERATIONS]

    async def work() -> list[str]:
        found = []
        while waiting:
            found += await wrong(backend, *waiting.pop(0))
        return found

    lists = await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    found = sorted(line for each in lists for line in each)
    assert not found, "\n".join(["who is let in otherwise:", *found])


def test_the_matrix_is_whole(record_property: Any) -> None:
    every = [cell for each in OPERATIONS for cell in cells(*each)]
    record_property("cells", len(every))
    assert {caller for caller, _, _ in every} == {*Caller}
    assert {whose for _, whose, _ in every} == {None, *Whose}
    assert {verdict for _, _, verdict in every} == {IN, 400, 401, 403, 404, 410}
    for each in OPERATIONS:
        assert {caller for caller, _, _ in cells(*each)} >= {*Caller} - {Caller.premium_member}
