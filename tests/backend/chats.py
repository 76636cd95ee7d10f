"""What tests of the chat share: a session that is on, and the people who are there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest

from backend.app import Backend, create_app
from backend.parts import Parts
from backend.schema.profiles import Role
from backend.schema.training_sessions import TrainingSession
from tests.backend.conftest import BACKEND, People, running, variables
from tests.backend.people import Person
from tests.backend.sockets import Socket
from tests.backend.training import at, scheduled, somebody


@dataclass
class Dojo:
    """A session that is on, its instructor, and two people who have a place."""

    parts: Parts
    session: TrainingSession
    teacher: Person
    ana: Person
    ben: Person

    def at(self, what: str = "") -> str:
        """The path of something of the session."""
        return at(self.session, what)

    def sits(self, app: Backend, person: Person) -> Socket:
        """Somebody who comes to the chat at this backend, with an access token."""
        return Socket(app, self.at("/chat"), person.headers)

    def comes(self, app: Backend, *protocols: str, **headers: str) -> Socket:
        """Somebody who comes with nothing but these."""
        return Socket(app, self.at("/chat"), headers, protocols)


Trio = tuple[Person, Person, Person]
"""An instructor, Ana and Ben, logged in."""


@pytest.fixture(scope="module")
def environ(postgres_url: str, redis_url: str) -> dict[str, str]:
    """Variables of backends that share store, Redis and secrets."""
    return variables(postgres_url, redis_url)


@pytest.fixture(scope="module")
async def backend(environ: dict[str, str]) -> AsyncIterator[Backend]:
    """One backend of the environment."""
    app = create_app(environ)
    async with running(app):
        yield app


@pytest.fixture(scope="module")
async def trio(backend: Backend) -> AsyncIterator[Trio]:
    """The three, for as many sessions as there are."""
    transport = httpx2.ASGITransport(backend)
    async with httpx2.AsyncClient(transport=transport, base_url=BACKEND) as door:
        people = People(door, backend.state.parts)
        teacher = await somebody(people, Role.instructor)
        ana, ben = [await somebody(people, full_name=name) for name in ("Ana", "Ben")]
        yield teacher, ana, ben


@pytest.fixture
async def dojo(parts: Parts, trio: Trio) -> Dojo:
    """A session of theirs that is live."""
    return await opened(parts, trio)


async def opened(parts: Parts, trio: Trio) -> Dojo:
    """A session of theirs that is live."""
    teacher, ana, ben = trio
    session = await scheduled(parts, teacher, -1, status="live")
    for person in (ana, ben):
        assert (await person.post(at(session, "/join"))).status_code == 200
    return Dojo(parts, session, teacher, ana, ben)
