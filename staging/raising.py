"""Raising an environment on this machine, and lowering it, with each step shown."""

import asyncio
from collections.abc import Sequence

from staging.departures import forget
from staging.local import Local
from staging.obstacles import Failed
from staging.output import Output, Steps
from staging.processes import (
    Snapshot,
    Standing,
    current,
    lower,
    mend,
    raise_detached,
    require_free_ports,
    watch,
)
from staging.vendors import tell
from staging.website import make

GONE = ("crashed", "completed", "failed")


class ServiceIsDown(Failed):
    """A service did not come up, or did not stay up."""

    def __init__(self, standing: Standing) -> None:
        what = "did not come up" if standing.state == "failed" else "did not stay up"
        super().__init__(
            f"{standing.name} {what}: it {standing.why}",
            f"`staging logs {standing.name}` shows all that it said. "
            "Mend the cause, then run `staging up` again.",
        )


class EnvironmentIsGone(Failed):
    """Somebody ended the environment while it was waited for."""

    def __init__(self) -> None:
        super().__init__(
            "The environment was ended while it was raised.", "Run `staging up` again."
        )


async def raise_services(local: Local, steps: Steps, output: Output) -> None:
    """Raise what does not run as it should, and wait until all of it answers.

    Raises `WebsiteIsNotBuilt`, `PortsAreTaken`, `ServiceIsDown`, `EnvironmentIsGone`, and what
    `parts` and the supervisor raise.
    """
    # First of all, so that what runs goes on until there is something to take its place.
    await _build(local, steps)
    here = current(local.folder)
    if here and here.is_held and (reasons := _reasons(here, local)):
        output.say(f"It is raised anew: {'; '.join(reasons)}.")
        await lower(local.folder, lambda now: _show_end(now, steps))
        here = None
    in_place = here is not None and here.is_held
    if not in_place:
        await _raise(local, steps)
    await _until_whole(local, steps, in_place)


async def _build(local: Local, steps: Steps) -> None:
    """Build the website, where the environment has one whose build does not stand yet."""
    for service in local.environment.raised:
        if service.is_node and not local.website.is_made:

            def tell(what: str, name: str = service.name) -> None:
                steps.going(name, what)

            await asyncio.to_thread(make, local.website, tell)
            steps.going(service.name, "built")


def _reasons(here: Snapshot, local: Local) -> Sequence[str]:
    """Why what runs can not stay; () when it can."""
    return here.differences(local.processes) or (
        ("it is being stopped",) if here.phase == "falling" else ()
    )


async def _raise(local: Local, steps: Steps) -> None:
    first, *others = [process.name for process in local.processes]
    await mend(local.folder)
    require_free_ports({name: local.ports[name] for name in (first, *others)})
    local.keep()
    steps.going(first, "preparing")
    await asyncio.to_thread(local.prepare)
    forget(local.folder)
    await raise_detached(local.processes, local.folder, local.environment.name)


async def _until_whole(local: Local, steps: Steps, in_place: bool) -> None:
    told = False
    while True:
        async for snapshot in watch(local.folder):
            if not told and snapshot.is_ready("sandboxes"):
                # At once, for the backend's store may be one of them, and waits for that.
                await tell(local)
                told = True
            for standing in snapshot.processes:
                _show(standing, local, steps, in_place)
        here = current(local.folder)
        if here is None:
            raise EnvironmentIsGone
        if lost := [each for each in here.processes if each.state in GONE]:
            raise ServiceIsDown(lost[0])
        if here.is_whole:
            return
        await asyncio.sleep(0.1)


def _show(standing: Standing, local: Local, steps: Steps, in_place: bool) -> None:
    """Move the step of a service to where it stands."""
    what = local.environment.service(standing.name).what
    if standing.state == "ready":
        steps.ended(standing.name, what, seconds=None if in_place else standing.ready_in_s)
    elif standing.state in GONE:
        steps.ended(standing.name, standing.why.partition("\n")[0], "failed")
    elif standing.state not in ("waiting", "stopping", "stopped"):
        steps.going(standing.name, standing.state)


def _show_end(here: Snapshot, steps: Steps) -> None:
    """Move the steps of services that are stopped in order to be raised anew."""
    for standing in here.processes:
        if standing.state == "stopping":
            steps.going(standing.name, "stopping")
        elif standing.state == "stopped":
            steps.ended(standing.name, "stopped", "waiting")
