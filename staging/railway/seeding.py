"""Seeds for an environment on Railway: put in from inside it, where its database is.

The service `seeds` is deployed for that, and its deployment ends when the seeds are in. Nobody
opens the database to the world, and none of what is written crosses it.
"""

import shlex
from datetime import datetime
from typing import Final

from staging.environment import SEEDS
from staging.obstacles import Refused
from staging.railway.deploy import Deploying
from staging.railway.deployments import SERVES, history, said
from staging.railway.documents import SERVICE_UPDATE
from staging.railway.follow import DeploymentFailed
from staging.railway.located import Place

ORDER: Final = "staging seed"
"""What a deployment of the seeds is called, before its option and its release."""
RESET: Final = "--reset"
SECRET: Final = "JWT_SECRET"  # noqa: S105 -- its name, not its value.
"""What the personas' password follows from."""
TOLD: Final = "seeds: "
"""What the line begins with that says what was done."""
DONE: Final = "the seeds are those of today"
"""Said where Railway kept no line of what was done; that it was done, the deployment says."""


class NothingIsDeployed(Refused):
    """Seeds are put into what the backend's deployment makes, and there was none."""

    def __init__(self, environment: str) -> None:
        super().__init__(
            f"{environment} has no deployment of the backend that serves, so that there are no"
            " collections yet to be filled.",
            "`staging deploy` makes one, and fills an empty environment by itself.",
        )


async def is_filled(place: Place) -> bool:
    """Whether seeds were put in, by Railway's record of deployments."""
    return SEEDS.name in place.held.services and await _filled_at(place) is not None


async def fill_once(run: Deploying) -> str:
    """Put the seeds in where nobody did yet; a sentence on what was done.

    Where the secret was made anew that their password follows from, they are brought to that.
    Raises `DeploymentFailed`, and what else `follow` and the client raise; the same call goes on.
    """
    if SEEDS.name not in {it.name for it in run.place.environment.hosted}:
        return "not a part of this environment"
    filled_at, secret_at = await _filled_at(run.place), run.place.held.shared.set_at.get(SECRET)
    if filled_at is None:
        return await _ordered(run, shlex.join(SEEDS.pre_deploy[3:]))
    if secret_at and secret_at > filled_at:
        return f"{await _ordered(run, '')}, for the password that follows from {SECRET}"
    return "they were put in before"


async def bring(run: Deploying, *, anew: bool = False) -> str:
    """Bring an environment to the seeds of today, or make all of them as new; what was done.

    Raises `NothingIsDeployed`, and what `fill_once` raises.
    """
    place = run.place
    backend = await history(place.railway, place.id, place.service("backend").id)
    if not any(it.status in SERVES for it in backend):
        raise NothingIsDeployed(place.environment.name)
    return await _ordered(run, RESET if anew else "")


async def _filled_at(place: Place) -> datetime | None:
    """When seeds were put in last; None where they never were."""
    there = await history(place.railway, place.id, place.service(SEEDS.name).id)
    return next((it.created_at for it in there if it.status in SERVES), None)


async def _ordered(run: Deploying, option: str) -> str:
    """Deploy the seeds with this option; what they said at their end."""
    place, usual = run.place, SEEDS.pre_deploy
    # The order is the command itself, and is told each time: none of an earlier day is repeated.
    await _command(place, (*usual[:3], *filter(None, [option])))
    try:
        id_ = await run.once(SEEDS, " ".join(filter(None, (ORDER, option))))
    except DeploymentFailed:
        await _command(place, usual)
        raise
    await _command(place, usual)
    lines = [line.message for line in await said(place.railway, id_)]
    told = [line.removeprefix(TOLD) for line in lines if line.startswith(TOLD)]
    return told[-1] if told else DONE


async def _command(place: Place, words: tuple[str, ...]) -> None:
    where = {"serviceId": place.service(SEEDS.name).id, "environmentId": place.id}
    told = {"preDeployCommand": [shlex.join(words)]}
    await place.railway.ask(SERVICE_UPDATE, **where, input=told)
