"""A deployment of the whole environment: each service pinned to its id, all verified, or undone."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final

from staging.definition import Service
from staging.processes import Obstacle
from staging.railway.archive import Archive, packed
from staging.railway.deployments import ON_ITS_WAY, SERVES, Deployment, history
from staging.railway.documents import DEPLOY, VARIABLES_SET
from staging.railway.follow import Pace, Tell, follow
from staging.railway.located import Place
from staging.railway.rollback import back
from staging.railway.source import Source

MARK: Final = "staging deploy "
"""What a deployment of ours is called, before the name of its release."""


@dataclass(frozen=True)
class Made:
    """What became of one service in a deployment."""

    service: str
    deployment: str
    before: str | None = None
    """The deployment that served until then; None when there was none."""
    is_new: bool = True
    """Whether it was made now, or found from an earlier run of the same command."""


@dataclass
class Undone:
    """What was done when something went wrong: services that went back, and those that can not."""

    back: dict[str, str] = field(default_factory=dict)
    """The deployment that serves again, by service."""
    stayed: dict[str, str] = field(default_factory=dict)
    """Why a service did not go back, by service."""


@dataclass
class Deploying:
    """One run: what is deployed where, told step by step."""

    place: Place
    source: Source
    tell: Callable[[str], Tell]
    """Whom to tell of a service."""
    pace: Pace
    again: bool = False
    release: str | None = None
    """The name of what is deployed; it is known when the source is packed."""
    made: list[Made] = field(default_factory=list)

    async def parts(self) -> tuple[str, ...]:
        """Deploy the images that do not serve yet, such as PostgreSQL; the names of all images."""
        images = tuple(it for it in self.place.environment.hosted if it.image and not it.build)
        for service in images:
            there = self.place.service(service.name)
            if there.latest and there.latest.status in SERVES:
                self.tell(service.name)(f"{there.latest.id} serves")
                continue
            id_ = there.latest.id if there.latest and there.latest.status in ON_ITS_WAY else None
            if id_ is None:
                asked = {"serviceId": there.id, "environmentId": self.place.id}
                data = await self.place.railway.ask(DEPLOY, **asked)
                id_ = str(data["serviceInstanceDeployV2"])
            await self._followed(service, id_)
        return tuple(service.name for service in images)

    async def services(self) -> AsyncIterator[Made]:
        """Deploy what is built from the source, in the definition's order, one after the other.

        Raises what `follow` raises, and the client.
        """
        with packed(self.source.root) as archive:
            release = self.release = self.source.release(archive.digest)
            for service in (it for it in self.place.environment.lasting if it.build):
                yield await self._deployed(service, archive, release)

    async def once(self, service: Service, order: str) -> str:
        """Deploy what does its work once, with this name for it; the id of the deployment.

        One that is on its way with the same order is followed. Nothing of it has to be undone, and
        there is no going back to it.
        """
        with packed(self.source.root) as archive:
            message = f"{order} {self.source.release(archive.digest)}"
            there = await history(
                self.place.railway, self.place.id, self.place.service(service.name).id
            )
            latest = next(iter(there), None)
            if latest and latest.message == message and latest.status in ON_ITS_WAY:
                id_ = latest.id
            else:
                id_ = await self._uploaded(service, archive, message)
        await self._followed(service, id_)
        return id_

    async def _deployed(self, service: Service, archive: Archive, release: str) -> Made:
        there = await history(
            self.place.railway, self.place.id, self.place.service(service.name).id
        )
        serving = next((it.id for it in there if it.status in SERVES), None)
        if found := self._found(there, release):
            made = Made(service.name, found.id, _before(there, found), is_new=False)
        else:
            id_ = await self._released(service, archive, release)
            made = Made(service.name, id_, serving)
        # Noted before it is followed: whatever happens now, it is known what must be undone.
        self.made.append(made)
        await self._followed(service, made.deployment)
        return made

    def _found(self, there: tuple[Deployment, ...], release: str) -> Deployment | None:
        """The latest deployment, when it is of this release and on its way, or serves already."""
        latest = next(iter(there), None)
        if latest is None or latest.message != f"{MARK}{release}":
            return None
        goes_on = latest.status in ON_ITS_WAY or latest.status == "NEEDS_APPROVAL"
        return latest if goes_on or (latest.status in SERVES and not self.again) else None

    async def _released(self, service: Service, archive: Archive, release: str) -> str:
        place, id_ = self.place, self.place.service(service.name).id
        where = {"projectId": place.held.project.id, "environmentId": place.id, "serviceId": id_}
        named = {"variables": {"RELEASE": release}, "replace": False, "skipDeploys": True}
        await place.railway.ask(VARIABLES_SET, input=where | named)
        return await self._uploaded(service, archive, f"{MARK}{release}")

    async def _uploaded(self, service: Service, archive: Archive, message: str) -> str:
        place, id_ = self.place, self.place.service(service.name).id
        self.tell(service.name)(f"uploading {archive.files} files, {archive.size / 1e6:.1f} MB")
        told = await place.railway.upload(place.held.project.id, place.id, id_, archive, message)
        return told.deploymentId

    async def _followed(self, service: Service, id_: str) -> None:
        tell = self.tell(service.name)
        await follow(self.place.railway, service.name, id_, tell, self.pace)

    async def undo(self) -> Undone:
        """Go back, the last service first, to what served before this run."""
        undone = Undone()
        for made in reversed(self.made):
            if made.before is None:
                undone.stayed[made.service] = "nothing served before it"
                continue
            tell = self.tell(made.service)
            id_ = self.place.service(made.service).id
            try:
                there = await history(self.place.railway, self.place.id, id_)
                if any(it.id == made.before and it.status in SERVES for it in there):
                    undone.back[made.service] = made.before
                    continue
                served = await back(self.place, made.service, made.before, tell, self.pace)
                undone.back[made.service] = served.id
            # One that can not go back keeps no other from it; why is told with the rest.
            except Obstacle as why:
                undone.stayed[made.service] = why.fact
        return undone


def _before(there: tuple[Deployment, ...], found: Deployment) -> str | None:
    """The deployment that served before one that was found, where it can be gone back to."""
    older = there[there.index(found) + 1 :]
    return next((it.id for it in older if it.can_rollback or it.status in SERVES), None)
