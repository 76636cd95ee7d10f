"""Doing what a plan says, one thing after the other; what was done stays done."""

from collections.abc import Callable
from typing import Any

from staging.definition import Environment
from staging.obstacles import Failed
from staging.processes import Obstacle
from staging.railway import documents
from staging.railway.choosing import DESCRIPTION, Choice
from staging.railway.client import Railway
from staging.railway.errors import RailwayRefused
from staging.railway.held import EnvironmentOf, Held, Named, Project
from staging.railway.link import Link
from staging.railway.planning import Change, Plan


class SetupStopped(Failed):
    """It broke off in the middle; what was done stays done, and the same command goes on."""

    def __init__(self, change: Change, done: int, todo: int, why: Obstacle) -> None:
        super().__init__(
            f"The set-up stopped at {change.name}, {done} of {todo} done. {why.fact}",
            f"{why.advice}\nWhat was done stays done, and the same command goes on from there.",
        )


class Making:
    """What a plan makes, and the ids that Railway gives to it."""

    def __init__(self, railway: Railway, environment: Environment, choice: Choice) -> None:
        self._railway, self._environment, self._choice = railway, environment, choice
        self._project = choice.project
        self._own = choice.environment
        self._services: dict[str, str] = {}

    def knows(self, held: Held | None) -> None:
        """Take up what is there already."""
        if held:
            self._services = {each.name: each.id for each in held.services.values()}

    @property
    def link(self) -> Link | None:
        """Where everything is; none before there is an environment."""
        if not (self._project and self._own):
            return None
        names = {service.name for service in self._environment.hosted}
        own = {name: id_ for name, id_ in self._services.items() if name in names}
        return Link(self._project.id, self._own.id, own)

    async def do(self, plan: Plan, going: Callable[[Change], None]) -> None:
        """Do what is to be done; `going` is told of each. Raises `SetupStopped`."""
        for done, change in enumerate(plan.to_do):
            going(change)
            try:
                await self._do(change)
            except Obstacle as obstacle:
                raise SetupStopped(change, done, len(plan.to_do), obstacle) from obstacle

    async def _do(self, change: Change) -> None:
        match change.kind:
            case "project":
                await self._make_project(change)
            case "environment":
                await self._make_environment()
            case "service":
                await self._make_service(change)
            case "variables":
                values = {"variables": dict(change.values), "skipDeploys": True}
                await self._tell(documents.VARIABLES_SET, change.owner, **values)
            case "unset":
                await self._unset(change)
            case "volume":
                await self._tell(documents.VOLUME_CREATE, change.owner, **change.values)
            case "settings":
                where = {"serviceId": self._services[change.owner], "environmentId": self._at}
                update = documents.SERVICE_UPDATE
                await self._railway.ask(update, **where, input=dict(change.values))
            case "host":
                await self._make_host(change)
            case "start":
                where = {"serviceId": self._services[change.owner], "environmentId": self._at}
                await self._railway.ask(documents.DEPLOY, **where)

    @property
    def _at(self) -> str:
        return self._own.id if self._own else ""

    async def _tell(self, document: documents.Document, owner: str, **values: Any) -> None:
        where = {"projectId": self._project.id if self._project else "", "environmentId": self._at}
        if owner:
            where["serviceId"] = self._services[owner]
        await self._railway.ask(document, input={**where, **values})

    async def _unset(self, change: Change) -> None:
        for name in change.values["names"]:
            try:
                await self._tell(documents.VARIABLE_DELETE, change.owner, name=name)
            except RailwayRefused as refusal:
                # Somebody was faster, or an answer was lost: it is gone, as it should be.
                if not refusal.is_not_found:
                    raise

    async def _make_project(self, change: Change) -> None:
        order = {
            **change.values,
            "description": DESCRIPTION,
            # Else Railway would call it production.
            "defaultEnvironmentName": self._environment.name,
        }
        told = await self._railway.ask(documents.PROJECT_CREATE, input=order)
        self._project = Project.model_validate(told["projectCreate"])
        self._own = self._project.environments.all[0]

    async def _make_environment(self) -> None:
        if self._own:
            return
        order = {"projectId": self._project.id if self._project else ""}
        order |= {"name": self._environment.name}
        told = await self._railway.ask(documents.ENVIRONMENT_CREATE, input=order)
        self._own = EnvironmentOf.model_validate(told["environmentCreate"])

    async def _make_service(self, change: Change) -> None:
        # Without its source: it begins to run when its disk and variables are there, not before.
        order = {"projectId": self._project.id if self._project else "", "name": change.owner}
        order |= {"environmentId": self._at}
        told = await self._railway.ask(documents.SERVICE_CREATE, input=order)
        made = Named.model_validate(told["serviceCreate"])
        self._services[made.name] = made.id

    async def _make_host(self, change: Change) -> None:
        where = {"environmentId": self._at, "serviceId": self._services[change.owner]}
        order = {**where, **change.values}
        if "domain" in change.values:
            project = self._project.id if self._project else ""
            document, order = documents.CUSTOM_DOMAIN_CREATE, {**order, "projectId": project}
        else:
            document = documents.SERVICE_DOMAIN_CREATE
        await self._railway.ask(document, input=order)
