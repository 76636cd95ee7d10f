"""What tests of live training share: sessions near their time, and the people in them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from backend.app import Backend, create_app
from backend.clock import now
from backend.parts import Parts
from backend.schema.profiles import Role
from backend.schema.training_sessions import TrainingSession
from tests.backend.conftest import People, running, variables
from tests.backend.people import Person

SESSIONS = "/api/training/sessions"
SECRET = "webhook secret of this test"
CLOUDFLARE = {
    "CLOUDFLARE_ACCOUNT_ID": "account-of-training",
    "CLOUDFLARE_API_TOKEN": "cloudflare-token-of-this-test",
    "CLOUDFLARE_WEBHOOK_SECRET": SECRET,
    "CLOUDFLARE_BASE_URL": "http://sandboxes.test/cloudflare/client/v4",
}


@pytest.fixture(scope="module")
async def backend(
    postgres_url: str, redis_url: str, outside: httpx2.ASGITransport
) -> AsyncIterator[Backend]:
    """A backend that has an account at Cloudflare."""
    app = create_app(variables(postgres_url, redis_url) | CLOUDFLARE, outside)
    async with running(app):
        yield app


@pytest.fixture
async def teacher(people: People) -> Person:
    """An instructor who is logged in."""
    return await somebody(people, Role.instructor)


async def somebody(people: People, role: Role = Role.member, **fields: object) -> Person:
    """A person who is logged in."""
    person = await people.new(role, **fields)
    await person.log_in()
    return person


async def scheduled(
    parts: Parts, teacher: Person, minutes: float = 5, **fields: Any
) -> TrainingSession:
    """A session of this teacher that begins in so many minutes."""
    known = {"title": "Kata, slowly", "discipline": "Karate", "duration_minutes": 60}
    told = {"instructor_id": teacher.profile.id, "starts_at": now() + timedelta(minutes=minutes)}
    session = TrainingSession.model_validate({**known, **told, **fields})
    await parts.store.insert(session)
    return session


def at(session: TrainingSession, what: str = "") -> str:
    """The path of something of a session."""
    return f"{SESSIONS}/{session.id}{what}"
