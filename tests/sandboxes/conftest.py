"""All sandboxes in one process on a real PostgreSQL, empty for each test; a way to send a mail."""

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from sandboxes.app import SANDBOXES, create_app
from sandboxes.railway import railway
from sandboxes.settings import Settings
from tests.sandboxes.listener import Listener
from tests.sandboxes.live import VENDORS, Account, NoAccount, live_account
from tests.sandboxes.newsletter import Newsletter
from tests.sandboxes.railway import rails
from tests.sandboxes.railway_runner import Walker
from tests.sandboxes.served import served
from tests.sandboxes.studio import Studio, a_studio
from tests.sandboxes.till import Till, a_till
from tests.sandboxes.yard import Yard
from tests.sandboxes.zerodb import Project, provision

TOKEN = "sandbox"
Send = Callable[..., Awaitable[httpx2.Response]]


@pytest.fixture(scope="module")
def outside() -> Listener:
    """Whoever the sandboxes of this module call."""
    return Listener()


@pytest.fixture
def listener(outside: Listener) -> Listener:
    """The same, having heard nothing yet."""
    outside.forget()
    return outside


@pytest.fixture(scope="module")
async def world(postgres_url: str, outside: Listener) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a running app; module-wide, so that only one pool is opened."""
    app = create_app(Settings(postgres_url), httpx2.ASGITransport(outside))
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://sandboxes.test") as client,
    ):
        yield client


@pytest.fixture
async def sandboxes(world: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """The same client, with everything forgotten."""
    (await world.post("/_sandbox/reset")).raise_for_status()
    return world


@pytest.fixture
def send(sandboxes: httpx2.AsyncClient) -> Send:
    """Send a mail that is right but for the fields given; None takes a field away."""

    async def send(token: str = TOKEN, **fields: Any) -> httpx2.Response:
        mail = {
            "From": "WWMAA <noreply@wwmaa.example>",
            "To": "Haruto Ono <haruto@wwmaa.example>",
            "Subject": "Welcome to the dojo",
            "TextBody": "Bow, then enter.",
        } | fields
        body = {name: value for name, value in mail.items() if value is not None}
        headers = {"X-Postmark-Server-Token": token, "Content-Type": "application/json"}
        # Written out here, for httpx2 refuses the half characters that some tests send.
        content = json.dumps(body)
        return await sandboxes.post("/postmark/email", content=content, headers=headers)

    return send


@pytest.fixture(scope="module")
def open_till(postgres_url: str) -> Iterator[Till]:
    """Stripe's own client at a served sandbox; module-wide, so that it is served once."""
    with a_till(postgres_url) as till:
        yield till


@pytest.fixture
def till(open_till: Till) -> Till:
    """The same, with everything forgotten."""
    open_till.reset()
    return open_till


@pytest.fixture(scope="module")
def open_studio(postgres_url: str) -> Iterator[Studio]:
    """Cloudflare's own client at a served sandbox; module-wide, so that it is served once."""
    with a_studio(postgres_url) as studio:
        yield studio


@pytest.fixture
def studio(open_studio: Studio) -> Studio:
    """The same, with everything forgotten."""
    open_studio.reset()
    return open_studio


@pytest.fixture
async def zerodb(sandboxes: httpx2.AsyncClient) -> Project:
    """An empty ZeroDB project in the strict dialect."""
    (await provision(sandboxes)).raise_for_status()
    return Project(sandboxes)


@pytest.fixture
async def compat(zerodb: Project) -> Project:
    """The same project in the compat dialect."""
    return replace(zerodb, root="/zerodb/compat/api/v1")


@pytest.fixture
async def newsletter(sandboxes: httpx2.AsyncClient) -> Newsletter:
    """A publication of BeeHiiv without subscribers, custom fields, posts and webhooks."""
    newsletter = Newsletter(sandboxes)
    (await newsletter.provide()).raise_for_status()
    for webhook in (await newsletter.get("/webhooks?limit=100"))["data"]:
        await newsletter.ask("DELETE", f"/webhooks/{webhook['id']}")
    return newsletter


@pytest.fixture(scope="module")
def sandbox_address(postgres_url: str) -> Iterator[str]:
    """All sandboxes on a port, with the accounts that `live.VENDORS` names."""
    with served(postgres_url, *SANDBOXES) as address:
        for path, vendor in (("beehiiv/publications", "beehiiv"), ("zerodb/projects", "zerodb")):
            account = VENDORS[vendor].at_sandbox(address)
            told = {"name": "live"} | ({"api_key": account.key} if vendor == "zerodb" else {})
            made = httpx2.put(f"{address}/_sandbox/{path}/{account.scope}", json=told)
            made.raise_for_status()
        yield address


@pytest.fixture
def at(request: pytest.FixtureRequest) -> Callable[[str], Account]:
    """An account at a vendor: in its sandbox, or with `--live` in its own test mode."""

    def at(vendor: str) -> Account:
        if not request.config.getoption("--live"):
            return VENDORS[vendor].at_sandbox(request.getfixturevalue("sandbox_address"))
        try:
            return live_account(vendor, os.environ)
        except NoAccount as error:
            pytest.skip(str(error))

    return at


@pytest.fixture(scope="module")
def walker() -> Walker:
    """What stands behind the Railway of this module."""
    return Walker()


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where uploads are laid."""
    return tmp_path_factory.mktemp("snapshots")


@pytest.fixture(scope="module")
async def host(
    postgres_url: str, walker: Walker, snapshots: Path
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a Railway with a runner; module-wide, so that only one pool is opened."""
    app = create_app(Settings(postgres_url), sandboxes=(railway(walker, snapshots),))
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://sandboxes.test") as client,
    ):
        yield client


@pytest.fixture
async def yard(host: httpx2.AsyncClient, walker: Walker, snapshots: Path) -> Yard:
    """A place to deploy to, where nothing was deployed yet."""
    (await host.post("/_sandbox/reset")).raise_for_status()
    (await host.post("/_sandbox/clock", json={"reset": True})).raise_for_status()
    account = await rails(host)
    return Yard(account, await account.place(), walker, snapshots)
