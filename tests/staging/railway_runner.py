"""A runner behind Railway's sandbox by whose word a deployment goes as a test wants it to."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from sandboxes.app import create_app
from sandboxes.railway import railway
from sandboxes.railway.running import Order, Reports
from sandboxes.settings import Settings
from staging.railway.client import Railway
from staging.railway.follow import Pace
from staging.railway.link import Link
from staging.railway.located import Place, locate
from staging.railway.releasing import Standing
from staging.railway.source import Source
from tests.staging.railways import Obliging, Rails, made

QUICK = Pace(every=0.02, at_most=20)


@dataclass
class Wilful(Obliging):
    """Ends deployments as is told of their service: `serves` where nothing is."""

    fates: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    serving: dict[str, str] = field(default_factory=dict)
    going_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def bring_up(self, order: Order, reports: Reports) -> None:
        """Go the way that was told."""
        id_, fate = order.deployment_id, self.fates.get(order.service_name, "serves")
        self.orders.append(order)
        reports.log(id_, "build", f"building {order.service_name} as {id_}")
        reports.status(id_, "BUILDING")
        reports.event(id_, "BUILD_IMAGE", durationMs=1200)
        if fate == "hangs":
            await self.going_on.wait()
        reports.status(id_, "DEPLOYING")
        reports.log(id_, "deploy", self.words.get(order.service_name, f"{id_} says hello"))
        if fate == "is ill":
            reports.event(id_, "HEALTHCHECK", attempt=7, error="service unavailable")
            reports.log(id_, "deploy", f"{id_} can not find its belt", "error")
            reports.status(id_, "FAILED")
            return
        reports.event(id_, "HEALTHCHECK", durationMs=40)
        reports.status(id_, "SUCCESS")
        key = f"{order.environment_id}/{order.service_name}"
        if before := self.serving.get(key):
            reports.status(before, "REMOVED")
        self.serving[key] = id_

    def begin_anew(self, serving: Mapping[str, str]) -> None:
        """Forget what was told and done, but for these that serve; let go of what hangs."""
        self.going_on.set()
        self.going_on = asyncio.Event()
        for kept in (self.fates, self.words, self.orders, self.serving):
            kept.clear()
        self.serving.update(serving)

    def of(self, service: str) -> list[Order]:
        """The orders of a service."""
        return [order for order in self.orders if order.service_name == service]


class Unheard:
    """Nobody is told of the steps."""

    def going(self, _name: str, _what: str) -> None:
        """A step runs."""

    def ended(self, _name: str, _what: str, _state: Standing = "done") -> None:
        """A step has ended."""


@dataclass
class World:
    """A Railway with an environment that was set up, and who runs it."""

    rails: Rails
    runner: Wilful
    folder: Path
    link: Link
    place: Place
    told: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    async def placed(self) -> Place:
        """The environment as it stands now."""
        return await locate(self.place.railway, self.folder)


@asynccontextmanager
async def a_world(postgres_url: str, folder: Path) -> AsyncIterator[World]:
    """A Railway in this process, with the staging environment set up."""
    runner = Wilful()
    sandbox = railway(runner, folder / "snapshots")
    app = create_app(Settings(postgres_url, pause_s=0.03), sandboxes=(sandbox,))
    way = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=way, base_url="http://localhost") as client,
    ):
        (await client.post("/_sandbox/reset")).raise_for_status()
        answer = await client.post("/_sandbox/railway/tokens", json={"kind": "account"})
        rails = Rails(client, way, answer.json()["token"])
        _, link = await made(rails)
        link.keep(folder)
        async with rails.railway() as asked:
            yield World(rails, runner, folder, link, await _with_its_parts(asked, folder))


async def _with_its_parts(railway: Railway, folder: Path) -> Place:
    """The environment, as soon as what runs an image serves."""
    async with asyncio.timeout(30):
        while True:
            place = await locate(railway, folder)
            latest = [place.service(name).latest for name in ("postgres", "redis")]
            if all(it and it.status == "SUCCESS" for it in latest):
                return place
            await asyncio.sleep(0.02)


def source(folder: Path, text: str = "one") -> Source:
    """A source of one file, as if it were of a commit of that name."""
    root = folder / "source"
    root.mkdir(exist_ok=True)
    (root / "app.txt").write_text(text)
    return Source(root, text, ())
