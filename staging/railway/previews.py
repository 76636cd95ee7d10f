"""Previews: an environment of its own for a branch or pull request, made, refreshed and ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from staging.definition import Environment
from staging.environment import STAGING
from staging.obstacles import Refused
from staging.railway.choosing import Choice
from staging.railway.costs import until_now
from staging.railway.deployments import history
from staging.railway.documents import (
    ENVIRONMENT_CREATE,
    ENVIRONMENT_DELETE,
    ENVIRONMENTS,
    PROJECT_BY_ID,
)
from staging.railway.given import places
from staging.railway.held import (
    SHARED,
    Answer,
    EnvironmentOf,
    Held,
    HeldVariables,
    Named,
    Nodes,
    Project,
)
from staging.railway.located import Place, placed
from staging.railway.making import Making
from staging.railway.planning import Change, plan
from staging.railway.telling import Means, variables_of
from staging.values import Secret

NOBODY: Final = Named(id="", name="")
"""No workspace: the project is there."""


class NoPreview(Refused):
    """This environment is no preview, and is not ended by this command."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is no preview: only environments that were made as one are refreshed, deleted"
            " or reaped here.",
            "`staging preview list` shows those.",
        )


class NoSuchPreview(Refused):
    """There is no preview of this name."""

    def __init__(self, name: str, there: tuple[str, ...]) -> None:
        others = f"there are {', '.join(there)}" if there else "there is none at all"
        super().__init__(
            f"There is no preview {name}; {others}.",
            "`staging preview create` makes one, of a branch or a pull request.",
        )


class ValuesAreSealed(Refused):
    """What the preview needs is sealed in staging, so that Railway did not copy it."""

    def __init__(self, names: tuple[str, ...], preview: str) -> None:
        super().__init__(
            f"{', '.join(names)} did not come over to {preview}: Railway copies nothing sealed.",
            "Give them in the environment of this command, as NAME=value; it goes on from there.",
        )


@dataclass(frozen=True)
class Preview:
    """One that is there."""

    id: str
    name: str
    created_at: datetime
    used_at: datetime
    """When something was deployed to it last, or it was made."""

    def idle(self, now: datetime) -> timedelta:
        """How long nobody has deployed to it."""
        return now - self.used_at

    def cost(self, now: datetime) -> float:
        """Dollars that it has cost until now, as far as can be expected."""
        hours = (now - self.created_at) / timedelta(hours=1)
        return until_now(STAGING.preview(self.name), hours)


class _Known(Answer):
    id: str
    name: str
    is_ephemeral: bool = False
    created_at: datetime


class _Environments(Answer):
    environments: Nodes[_Known]


class _Project(Answer):
    project: Project


async def previews(staging: Place) -> tuple[Preview, ...]:
    """The previews of the project, the one that was left alone longest first."""
    asked = {"projectId": staging.held.project.id, "isEphemeral": True}
    told = await staging.railway.read(_Environments, ENVIRONMENTS, **asked)
    found = [it for it in told.environments.all if it.is_ephemeral and it.name != STAGING.name]
    seen = [
        Preview(it.id, it.name, it.created_at, await last_used(staging, it.id) or it.created_at)
        for it in found
    ]
    return tuple(sorted(seen, key=lambda it: it.used_at))


async def last_used(staging: Place, id_: str) -> datetime | None:
    """When something was deployed to an environment last; None when nothing ever was."""
    there = await history(staging.railway, id_)
    return max((it.created_at for it in there), default=None)


async def find(staging: Place, name: str) -> Preview:
    """The preview of this name. Raises `NoPreview` and `NoSuchPreview`."""
    there = {it.name: it for it in await previews(staging)}
    if name in there:
        return there[name]
    project = await _project(staging)
    if any(it.name == name for it in project.environments.all):
        raise NoPreview(name)
    raise NoSuchPreview(name, tuple(there))


async def make(
    staging: Place, name: str, given: Mapping[str, str], going: Callable[[str], None]
) -> Place:
    """A preview that holds what the definition says; what is there already of it stays.

    It begins as a copy of staging without its data. Its secrets are its own: those that came over
    are made anew. Raises `ValuesAreSealed`, `NoPreview`, and what the set-up raises.
    """
    project = await _project(staging)
    own = next((it for it in project.environments.all if it.name == name), None)
    if own is None:
        going(f"copying {staging.environment.name}")
        own = await _copied(staging, name)
    elif not own.is_ephemeral:
        raise NoPreview(name)
    project = await _project(staging)
    choice = Choice(project.name, NOBODY, project, own)
    copy = await placed(staging.railway, project, own.id, staging.environment)
    await _brought(staging, copy, choice, given, going)
    return await copy.anew()


async def end(staging: Place, preview: Preview) -> None:
    """Delete a preview with everything in it, its data too."""
    await staging.railway.ask(ENVIRONMENT_DELETE, id=preview.id)


async def stale(staging: Place, after: timedelta) -> tuple[Preview, ...]:
    """The previews to which nobody has deployed for so long, by Railway's record."""
    now = datetime.now(UTC)
    return tuple(it for it in await previews(staging) if it.idle(now) >= after)


async def _project(staging: Place) -> Project:
    asked = {"id": staging.held.project.id}
    return (await staging.railway.read(_Project, PROJECT_BY_ID, **asked)).project


async def _copied(staging: Place, name: str) -> EnvironmentOf:
    order: dict[str, Any] = {
        "projectId": staging.held.project.id,
        "name": name,
        "sourceEnvironmentId": staging.id,
        "ephemeral": True,
        # Else everything would begin with staging's secrets, and data be made by them.
        "skipInitialDeploys": True,
    }
    told = await staging.railway.ask(ENVIRONMENT_CREATE, input=order)
    return EnvironmentOf.model_validate(told["environmentCreate"])


async def _brought(
    staging: Place,
    copy: Place,
    choice: Choice,
    given: Mapping[str, str],
    going: Callable[[str], None],
) -> None:
    """Bring a copy to its definition, with secrets of its own."""
    defined = copy.environment
    held = _without_copied_secrets(copy.held, staging.held, defined)
    todo = plan(defined, choice, held, Means(given))
    if todo.lacks:
        raise ValuesAreSealed(todo.lacks, defined.name)
    making = Making(staging.railway, defined, choice)
    making.knows(held)

    def tell(change: Change) -> None:
        going(f"{change.name}: {change.what}")

    # What runs an image, the deployment brings, and follows.
    await making.do(
        replace(todo, changes=tuple(it for it in todo.changes if it.kind != "start")), tell
    )


def _without_copied_secrets(held: Held, base: Held, defined: Environment) -> Held:
    """What a copy holds, but for the secrets that are still the original's."""
    copied: dict[str, set[str]] = {}
    for each in places(defined):
        there, original = variables_of(held, each.owner), variables_of(base, each.owner)
        value = there.values.get(each.name)
        if isinstance(each.told, Secret) and value and value == original.values.get(each.name):
            copied.setdefault(each.owner, set()).add(each.name)

    def less(owner: str, there: HeldVariables) -> HeldVariables:
        gone = copied.get(owner, set())
        values = {name: value for name, value in there.values.items() if name not in gone}
        return replace(there, values=values)

    services = {
        name: replace(service, variables=less(name, service.variables))
        for name, service in held.services.items()
    }
    return replace(held, shared=less(SHARED, held.shared), services=services)
