"""People write to the association: by mail, seldom, and nothing of it stays behind."""

from uuid import uuid4

import httpx2
import pytest

from backend import observability
from backend.app import create_app
from backend.features.contact.routes import OF_ALL
from backend.jobs.running import work_off
from backend.middleware.rate_limits import count, policies
from backend.parts import Parts
from backend.schema.jobs import Job
from backend.settings import Settings
from backend.worker.tasks import TASKS
from tests.backend.conftest import BACKEND, running, variables
from tests.backend.inbox import Inbox

MESSAGES = "/api/association/messages"
ASKED = "Is there a class\nfor people who <b>never</b> did anything?\n\nI am 71."


def letter(**fields: object) -> dict[str, object]:
    """A message, from an address of its own."""
    email = f"{uuid4().hex}@writers.staging.wwmaa.example"
    return {"name": "Ama Owusu", "email": email, "text": ASKED, **fields}


async def sent_on(inbox: Inbox, contact: str, writer: object) -> list[dict[str, object]]:
    return [it for it in await inbox.mails(contact) if str(writer) in str(it["text"])]


@pytest.fixture
async def contact(visitor: httpx2.AsyncClient) -> str:
    """Where the association is written to."""
    told: str = (await visitor.get("/api/association")).json()["contact_email"]
    return told


async def test_what_somebody_writes_is_mailed_to_the_association_and_answered_to_them(
    visitor: httpx2.AsyncClient,
    inbox: Inbox,
    parts: Parts,
    contact: str,
    sandboxes: httpx2.AsyncClient,
) -> None:
    written = letter()
    for _ in range(2):
        assert (await visitor.post(MESSAGES, json=written)).status_code == 202
    (mail,) = await sent_on(inbox, contact, written["email"])
    assert mail["subject"] == "Ama Owusu wrote on the website"
    token = {"X-Postmark-Server-Token": parts.settings.mail.postmark_api_key.get_secret_value()}
    path = f"/postmark/messages/outbound/{mail['id']}/dump"
    dump = (await sandboxes.get(path, headers=token)).json()["Body"]
    assert f"Reply-To: {written['email']}" in dump
    assert "I am 71." in str(mail["text"])
    assert "&lt;b&gt;never" in str(mail["html"])
    # The writer gets nothing, or anybody could have us write to anybody.
    assert await inbox.mails(str(written["email"])) == []
    kept = [job async for job in parts.store.every(Job)]
    assert kept
    assert not any(str(written["email"]) in job.model_dump_json() for job in kept)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "Hello"},
        {"email": "nobody"},
        {"name": "A\nBcc: x@y.example"},
        {"to": "x@y.example"},
    ],
)
async def test_what_is_no_message_is_refused(
    visitor: httpx2.AsyncClient, wrong: dict[str, object]
) -> None:
    assert (await visitor.post(MESSAGES, json=letter(**wrong))).status_code == 422


async def test_no_log_names_who_wrote_or_what(
    postgres_url: str,
    redis_url: str,
    outside: httpx2.ASGITransport,
    parts: Parts,
    capsys: pytest.CaptureFixture[str],
) -> None:
    environ = variables(postgres_url, redis_url) | {"LOG_LEVEL": "DEBUG"}
    app = create_app(environ, outside)
    async with (
        running(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BACKEND) as door,
    ):
        for fields in ({}, {"text": "Wrong"}):
            await door.post(MESSAGES, json=letter(**fields))
        await work_off(app.state.parts, TASKS)
    logged = "".join(capsys.readouterr())
    with capsys.disabled():
        # The other tests' backend goes on logging where they can see it.
        observability.configure(parts.settings)
    assert logged.count(MESSAGES) >= 2
    for told in ("writers.staging", "Owusu", "I am 71", "Wrong"):
        assert told not in logged


async def test_the_association_is_written_to_so_often_an_hour_and_no_oftener(
    visitor: httpx2.AsyncClient, parts: Parts
) -> None:
    for _ in range(OF_ALL.quota):
        await count(parts.redis, parts.settings.prefix, OF_ALL, "all")
    refused = await visitor.post(MESSAGES, json=letter())
    assert (refused.status_code, "retry-after" in refused.headers) == (429, True)


def test_one_address_writes_seldom(parts: Parts) -> None:
    settings: Settings = parts.settings
    (policy,) = [it for it in policies(settings) if it.covers(MESSAGES)][:1]
    assert (policy.name, policy.seconds) == ("messages", 600)
    assert policy.quota == settings.security.rate_limit_per_minute // 20
