"""The backend in this process, with real parts behind it and the outside world on its wire."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from backend import clock
from backend.app import Backend, create_app
from backend.clock import now
from backend.parts import Parts
from backend.prepare import prepare
from backend.providers.zerodb import ZeroDB
from backend.schema.blog_posts import BlogPost
from backend.schema.document import AccessType
from backend.schema.events import Event, EventStatus, EventType
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.schema.rsvps import Rsvp
from backend.security import hasher
from backend.settings import Settings
from backend.store import Store
from backend.store.opening import open_store
from sandboxes.app import create_app as create_sandboxes
from sandboxes.settings import Settings as SandboxSettings
from tests.backend.inbox import Inbox
from tests.backend.people import PASSWORD, Person

# Tests move the clock of this process by hand, and some take longer than the pause after which a
# process looks unasked how far its environment is ahead.
clock.LOOK_AGAIN_SECONDS = 3600.0  # type: ignore[misc]

BACKEND = "http://127.0.0.1:8000"
SITE = "http://localhost:3000"


def variables(postgres_url: str, redis_url: str) -> dict[str, str]:
    """A usable environment on these parts, whose collections are nobody else's."""
    return {
        "PYTHON_ENV": "development",
        "ENVIRONMENT_NAME": f"t{uuid4().hex[:8]}",
        "BACKEND_URL": BACKEND,
        "FRONTEND_URL": SITE,
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_url,
        "JWT_SECRET": "a secret of this test run alone, long enough",
        "POSTMARK_API_KEY": "postmark-token-of-this-test",
        "POSTMARK_BASE_URL": "http://sandboxes.test/postmark",
        "FROM_EMAIL": "staging@wwmaa.com",
        "LOG_LEVEL": "WARNING",
        "HEALTH_CACHE_SECONDS": "0",
        "RATE_LIMIT_PER_MINUTE": "100000",
    }


@pytest.fixture(scope="module")
async def outside(postgres_url: str) -> AsyncIterator[httpx2.ASGITransport]:
    """The outside world, as a transport that leads there."""
    app = create_sandboxes(SandboxSettings(database_url=postgres_url))
    async with app.router.lifespan_context(app):
        yield httpx2.ASGITransport(app)


@pytest.fixture(scope="module")
async def sandboxes(outside: httpx2.ASGITransport) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the sandboxes' control plane."""
    async with httpx2.AsyncClient(transport=outside, base_url="http://sandboxes.test") as client:
        yield client


@pytest.fixture(scope="module")
async def backend(
    postgres_url: str, redis_url: str, outside: httpx2.ASGITransport
) -> AsyncIterator[Backend]:
    """A running backend with empty collections."""
    app = create_app(variables(postgres_url, redis_url), outside)
    async with running(app):
        yield app


def running(app: FastAPI) -> "_Running":
    """The application between its start and its end, its collections prepared."""
    return _Running(app)


class _Running:
    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __aenter__(self) -> FastAPI:
        self._app.middleware_stack = self._app.build_middleware_stack()
        self._life = self._app.router.lifespan_context(self._app)
        await self._life.__aenter__()
        await prepare(self._app.state.parts.store)
        return self._app

    async def __aexit__(self, *failure: object) -> None:
        await self._life.__aexit__(None, None, None)


@pytest.fixture
def parts(backend: Backend) -> Parts:
    """What the backend is made of."""
    found: Parts = backend.state.parts
    return found


@pytest.fixture
def inbox(parts: Parts, sandboxes: httpx2.AsyncClient) -> Inbox:
    """The mails that the backend has sent."""
    return Inbox(parts, sandboxes)


@pytest.fixture
async def visitor(backend: Backend) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody who is not logged in, at the front door."""
    transport = httpx2.ASGITransport(backend)
    async with httpx2.AsyncClient(transport=transport, base_url=BACKEND) as client:
        yield client


@pytest.fixture
async def people(visitor: httpx2.AsyncClient, parts: Parts) -> "People":
    """Makes people with accounts, who come through the front door."""
    return People(visitor, parts)


class People:
    """Somebody with an account: `await people.new(role=..., tier=...)`."""

    hashed = hasher(19_456).hash(PASSWORD)

    def __init__(self, door: httpx2.AsyncClient, parts: Parts) -> None:
        self._door = door
        self._parts = parts

    async def new(self, role: Role = Role.visitor, **fields: object) -> Person:
        """A new person, not yet logged in."""
        name = f"{role.value.replace('_', '.')}.{uuid4().hex[:8]}"
        profile = Profile.model_validate(
            {
                "email": f"{name}@members.staging.wwmaa.example",
                "full_name": "Kaya Lindholm",
                "role": role,
                "status": ProfileStatus.active,
                "password_hash": self.hashed,
                **fields,
            }
        )
        await self._parts.store.insert(profile)
        return Person(self._door, profile)


def event(**fields: object) -> Event:
    """A published event of next week that everybody may see, unless told otherwise."""
    starts_at = now() + timedelta(days=7)
    return Event.model_validate(
        {
            "title": "Judo friendly",
            "event_type": EventType.seminar,
            "status": EventStatus.published,
            "access_type": AccessType.public,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "location": "Main dojo",
            "organizer_id": "somebody",
            **fields,
        }
    )


DRIVERS = ("postgres", "zerodb")
PROJECT, KEY = "11111111-2222-4333-8444-555555555555", "zerodb-key-of-this-test"
"""The ZeroDB project of the tests, and what opens it."""


@pytest.fixture(scope="module")
async def zerodb(
    postgres_url: str, redis_url: str, sandboxes: httpx2.AsyncClient
) -> dict[str, str]:
    """Variables of an environment that keeps its documents in a ZeroDB project of its own."""
    told = {"name": "contract", "api_key": KEY}
    (await sandboxes.put(f"/_sandbox/zerodb/projects/{PROJECT}", json=told)).raise_for_status()
    return variables(postgres_url, redis_url) | {
        "STORE": "zerodb",
        "ZERODB_API_KEY": KEY,
        "ZERODB_PROJECT_ID": PROJECT,
        "ZERODB_API_BASE_URL": "http://sandboxes.test/zerodb/v1",
    }


@pytest.fixture(scope="module", params=DRIVERS)
async def shared(
    request: pytest.FixtureRequest,
    zerodb: dict[str, str],
    outside: httpx2.ASGITransport,
) -> AsyncIterator[Store]:
    """A prepared store of each driver."""
    settings = Settings.load(zerodb | {"STORE": request.param})
    store = await open_store(settings, ZeroDB(settings.database, outside))
    await prepare(store)
    yield store
    await store.close()


@pytest.fixture
async def store(shared: Store) -> Store:
    """The store, empty."""
    for kind in (Profile, Event, Rsvp, BlogPost):
        await shared.remove(kind, {"is_seed_data": False})
    return shared
