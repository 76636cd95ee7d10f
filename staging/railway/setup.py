"""Setting an environment up on Railway: look, plan, do, and look again whether it is so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from staging.definition import Environment
from staging.obstacles import Failed
from staging.railway.choosing import Choice, Wish, choose
from staging.railway.client import Railway
from staging.railway.documents import PROJECT_TOKEN_CREATE
from staging.railway.held import Held, read_held
from staging.railway.link import Link
from staging.railway.making import Making
from staging.railway.planning import Change, Plan, plan
from staging.railway.telling import Means

FOR_CI: Final = "continuous integration"


class RailwayForgot(Failed):
    """Railway said yes to everything, and does not hold all of it."""

    def __init__(self, left: tuple[Change, ...]) -> None:
        listed = "\n".join(f"{change.name}: {change.what}" for change in left)
        super().__init__(
            f"Railway took everything, and does not hold all of it:\n{listed}",
            "Run the same command again. Should it stay so, see Railway's status page.",
        )


@dataclass(frozen=True)
class Looked:
    """What was found, and what is to be done about it."""

    environment: Environment
    choice: Choice
    held: Held | None
    means: Means
    plan: Plan

    def with_given(self, given: Mapping[str, str]) -> "Looked":
        """The same, with more values at hand."""
        means = replace(self.means, given={**self.means.given, **given})
        done = plan(self.environment, self.choice, self.held, means)
        return replace(self, means=means, plan=done)


async def look(
    railway: Railway,
    environment: Environment,
    wish: Wish,
    means: Means,
    *,
    link: Link | None = None,
    file: str = "the link",
) -> Looked:
    """What there is, and what is to be done; nothing is changed.

    Raises what `choosing.choose`, `planning.plan` and the client raise.
    """
    choice = await choose(railway, environment, wish, link, file)
    held = None
    if choice.project and choice.environment:
        names = {service.name for service in environment.hosted}
        held = await read_held(railway, choice.project, choice.environment.id, names)
    return Looked(environment, choice, held, means, plan(environment, choice, held, means))


async def carry_out(
    railway: Railway,
    looked: Looked,
    going: Callable[[Change], None],
    keep: Callable[[Link], None],
) -> Looked:
    """Do what is planned, and look again; what was found then.

    `keep` is handed the link as soon as there is one, also when it breaks off. Raises
    `SetupStopped`, `RailwayForgot`.
    """
    making = Making(railway, looked.environment, looked.choice)
    making.knows(looked.held)
    try:
        await making.do(looked.plan, going)
    finally:
        if link := making.link:
            keep(link)
    if not (link and looked.plan.to_do):
        return looked
    wish = Wish(looked.choice.name, is_named=False)
    # What was made anew is not made anew once more.
    means = replace(looked.means, anew=())
    again = await look(railway, looked.environment, wish, means, link=link)
    if again.plan.to_do:
        raise RailwayForgot(again.plan.to_do)
    return again


async def project_token(railway: Railway, link: Link, environment: Environment) -> str:
    """A new token of this environment alone. It is told this once, and never again."""
    order = {"projectId": link.project_id, "environmentId": link.environment_id}
    order |= {"name": f"{environment.name}, {FOR_CI}"}
    told = await railway.ask(PROJECT_TOKEN_CREATE, input=order)
    return str(told["projectTokenCreate"])
