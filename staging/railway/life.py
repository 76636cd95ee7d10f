"""The whole life of an environment, lived on a Railway of this machine while people use it.

Set up, deployed, deployed again under traffic, broken and brought back, previewed, and the preview
ended: each phase says how long it took, and how many requests were sent and failed meanwhile.
"""

import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from staging.definition import Environment
from staging.environment import STAGING
from staging.hosting.reached import Railway as Here
from staging.local import ROOT
from staging.obstacles import Failed
from staging.proving import measured_again
from staging.railway import previews
from staging.railway.asking import wire
from staging.railway.choosing import Wish
from staging.railway.client import Railway
from staging.railway.deploy import Deploying
from staging.railway.documents import VARIABLES_SET
from staging.railway.follow import Pace
from staging.railway.link import Link
from staging.railway.lived import Life, Phase
from staging.railway.load import Crowd, traffic
from staging.railway.located import Place, locate
from staging.railway.releasing import Asked, Released, Standing, Steps, release
from staging.railway.seen import target
from staging.railway.setup import carry_out, look
from staging.railway.source import Source
from staging.railway.telling import Means
from staging.railway.tokens import Token
from staging.values import Literal
from staging.verify import CHECKS, Check, Report, Wire, verify
from staging.website import NOT_SOURCES

SENT: Final = (
    "backend",
    "Dockerfile",
    ".dockerignore",
    "pyproject.toml",
    "staging/__init__.py",
    "staging/seed.py",
    "staging/seeds",
)
"""What the backend's image and that of the seeds are made of."""
WEBSITE: Final = "frontend"
"""The website, and its folder; it is sent too where it is defined."""
LEFT: Final = shutil.ignore_patterns("__pycache__", *NOT_SOURCES)
BROKEN: Final = ("backend/routes/health.py", '"message": "pong"', '"message": "ping"')
"""What makes a release that is healthy and wrong: Railway lets it in, and verification does not."""
ALONE: Final = {"WEB_CONCURRENCY": "1", "RATE_LIMIT_PER_MINUTE": "60000"}
"""What one machine is told that has few cores, and from which everybody asks."""
PREVIEW: Final = "pr-42"
PROJECT: Final = "wwmaa-rehearsal"


class LifeEnded(Failed):
    """A phase did not come out as it should."""

    def __init__(self, phase: str, why: str) -> None:
        super().__init__(
            f"The rehearsal ended at {phase!r}: {why}",
            "What was deployed is gone; `staging rehearse --keep` and the commands one by one"
            " show it.",
        )


PHASES: Final = (
    "set up",
    "deploy",
    "deploy again",
    "break, and back",
    "verify what is back",
    "preview",
    "delete the preview",
)
"""The names of the phases, in their order."""


@dataclass
class _Within:
    """Tells of a deployment's steps as what happens in a phase."""

    steps: Steps
    phase: str = PHASES[0]

    def going(self, name: str, what: str) -> None:
        """A step runs, and this is what it does."""
        self.steps.going(self.phase, f"{name}: {what}")

    def ended(self, name: str, what: str, _state: Standing = "done") -> None:
        """A step has ended so."""
        self.going(name, what)


def defined(*names: str) -> Environment:
    """Staging with these of its services alone; without a website, links lead to one elsewhere."""
    services = tuple(it for it in STAGING.services if it.name in names)
    # Whatever else stands on that Railway may have the association's hosts.
    here = replace(STAGING, services=services, domains={})
    if WEBSITE in names:
        return here
    elsewhere = {"FRONTEND_URL": Literal("https://website.example")}
    told = [
        replace(it, variables={**it.variables, **elsewhere}) if it.build else it for it in services
    ]
    return replace(here, services=tuple(told))


@dataclass
class Living:
    """One rehearsal: the Railway it is lived on, and what is deployed there."""

    here: Here
    folder: Path
    steps: Steps
    environment: Environment
    checks: tuple[Check, ...] = CHECKS
    pace: Pace = field(default_factory=lambda: Pace(0.1))
    crowd: Crowd = field(default_factory=Crowd)
    life: Life = field(default_factory=Life)

    def __post_init__(self) -> None:
        self._within = _Within(self.steps)

    async def live(self) -> Life:
        """All of it. Raises `LifeEnded` where something does not come out as it should."""
        tree = self._tree()
        async with Railway(Token("account", self.here.token), self.here.api_url) as railway:
            place = await self._set_up(railway)
            await self._deployed("deploy", place, Source(tree, "first", ()))
            url = f"https://{(await place.anew()).host('backend')}"
            async with traffic(url, self._wire(place), self.crowd) as self.life.traffic:
                await self._deployed("deploy again", place, Source(tree, "second", ()))
                await self._broken(place)
                await self._previewed(place, tree)
        return self.life

    async def _set_up(self, railway: Railway) -> Place:
        async with self._phase("set up") as saw:
            links: list[Link] = []
            means = Means({"POSTMARK_API_KEY": "rehearsal-of-postmark"})
            looked = await look(railway, self.environment, Wish(PROJECT, is_named=True), means)
            done = await carry_out(railway, looked, lambda _: None, links.append)
            links[-1].keep(self.folder)
            place = await locate(railway, self.folder, defined=self.environment)
            await self._make_small(place)
            # The database must stand before it can be told where it does.
            await Deploying(
                place, Source(self.folder, "", ()), lambda _: _silent, self.pace
            ).parts()
            saw.append(f"{len(done.plan.changes)} things as defined")
        return await place.anew()

    async def _make_small(self, place: Place) -> None:
        """Let one process answer for two, and all ask from one address."""
        for service in self.environment.hosted:
            if service.build:
                where = {"projectId": place.held.project.id, "environmentId": place.id}
                where["serviceId"] = place.service(service.name).id
                order = {"variables": ALONE, "replace": False, "skipDeploys": True}
                await place.railway.ask(VARIABLES_SET, input=where | order)

    async def _deployed(self, phase: str, place: Place, source: Source) -> None:
        async with self._phase(phase) as saw:
            released = await self._release(place, source)
            if not released.ok:
                raise LifeEnded(phase, _why(released))
            saw.append(f"{released.made[0].deployment} serves; {_verdict(released)}")

    async def _broken(self, place: Place) -> None:
        async with self._phase("break, and back") as saw:
            wrong = self._tree(broken=True)
            released = await self._release(place, Source(wrong, "broken", ()))
            if released.ok or released.undone is None or released.undone.stayed:
                stayed = released.undone.stayed if released.undone else {}
                told = "; ".join([_why(released), *(f"{n} stays: {w}" for n, w in stayed.items())])
                raise LifeEnded("break", f"a broken release was not undone: {told}")
            saw.append(f"{_why(released)}; back at {released.undone.back['backend']}")
        async with self._phase("verify what is back") as saw:
            async with target(await place.anew(), {}, self._wire(place)) as seen:
                report = await measured_again(
                    await verify(seen, self.checks),
                    lambda slow: verify(seen, self.checks, only=slow),
                    partial(self._within.going, "verify"),
                    self.checks,
                )
            if not report.ok:
                raise LifeEnded("verify what is back", _wrong(report))
            saw.append(report.verdict)

    async def _previewed(self, place: Place, tree: Path) -> None:
        async with self._phase("preview") as saw:
            made = await previews.make(
                place, PREVIEW, {}, partial(self._within.going, "environment")
            )
            await self._parts(made)
            released = await self._release(made, Source(tree, "second", ()))
            if not released.ok:
                raise LifeEnded("preview", _why(released))
            saw.append(f"{made.host('backend')}: {_verdict(released)}")
        async with self._phase("delete the preview") as saw:
            await previews.end(place, await previews.find(place, PREVIEW))
            if await previews.previews(place):
                raise LifeEnded("delete", "it is still there")
            saw.append("it is gone")

    async def _release(self, place: Place, source: Source) -> Released:
        asked = Asked(source, {}, self._wire(place), checks=self.checks)
        return await release(place, asked, self._within, self.pace)

    async def _parts(self, place: Place) -> None:
        """Let the images serve, PostgreSQL among them."""
        nothing = Source(self.folder, "", ())
        await Deploying(place, nothing, lambda _: _silent, self.pace).parts()

    def _wire(self, place: Place) -> Wire:
        """The way to the edge, and to the environment's own PostgreSQL past its private network."""
        doors = self.here.doors
        ways = [f":443:127.0.0.1:{doors.https}", f":80:127.0.0.1:{doors.http}"]
        if port := database_port(self.here.folder, place.id):
            ways.append(f"postgres.railway.internal:5432:127.0.0.1:{port}")
        return wire({}, ways, self.here.authority)

    def _tree(self, *, broken: bool = False) -> Path:
        """A copy of what is deployed; healthy, or healthy and wrong."""
        tree = self.folder / ("broken" if broken else "source")
        tree.mkdir(parents=True)
        is_defined = any(it.name == WEBSITE for it in self.environment.services)
        for name in (*SENT, *((WEBSITE,) if is_defined else ())):
            if (there := ROOT / name).is_dir():
                shutil.copytree(there, tree / name, ignore=LEFT)
            else:
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(there, tree / name)
        if broken:
            name, right, wrong = BROKEN
            text = (tree / name).read_text()
            if right not in text:
                raise LifeEnded("break", f"{name} has no {right} to be broken")
            (tree / name).write_text(text.replace(right, wrong))
        return tree

    @asynccontextmanager
    async def _phase(self, name: str) -> AsyncIterator[list[str]]:
        """One phase; what was seen is put into the list."""
        self._within.phase = name
        self.steps.going(name, "begins")
        saw: list[str] = []
        clock, before = time.monotonic(), (self.life.traffic.sent, self.life.traffic.failed)
        yield saw
        sent, failed = self.life.traffic.sent - before[0], self.life.traffic.failed - before[1]
        told = "; ".join(saw)
        self.steps.ended(name, told)
        self.life.phases.append(Phase(name, told, time.monotonic() - clock, sent, failed))


def database_port(folder: Path, environment_id: str) -> int | None:
    """Where the PostgreSQL of an environment listens, as PostgreSQL itself has written it down."""
    for file in (folder / "volumes" / environment_id).glob("**/postmaster.pid"):
        _, _, _, port, *_ = file.read_text().splitlines()
        return int(port)
    return None


def _verdict(released: Released) -> str:
    return released.report.verdict if released.report else "not verified"


def _why(released: Released) -> str:
    if released.failure:
        return released.failure.fact
    if released.report is None:
        return "it was not verified"
    return _wrong(released.report)


def _wrong(report: Report) -> str:
    failed = [it for it in report.results if it.outcome == "failed"]
    return "; ".join(f"{it.check}: {it.saw}" for it in failed) or report.verdict


def _silent(_what: str) -> None:
    """Tell nobody."""
