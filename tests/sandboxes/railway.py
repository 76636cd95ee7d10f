"""A Railway to test against: its API over HTTP as a client of it asks, and its control plane."""

from dataclasses import dataclass
from typing import Any

import httpx2

API = "/railway/graphql/v2"


class Refused(Exception):
    """Railway answered with errors; the first one's message, and the status."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self.errors = answer.json()["errors"]
        super().__init__(self.errors[0]["message"])


@dataclass(frozen=True)
class Place:
    """A project with an environment and a service in it."""

    project: str
    environment: str
    service: str


@dataclass
class Rails:
    """Somebody who asks with a token; `header` is Bearer's unless it is a project's."""

    client: httpx2.AsyncClient
    token: str | None
    is_project: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """How the token is sent."""
        if self.token is None:
            return {}
        if self.is_project:
            return {"Project-Access-Token": self.token}
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, query: str, **variables: Any) -> httpx2.Response:
        """The answer to a question, whatever it is."""
        body = {"query": query, "variables": variables}
        return await self.client.post(API, json=body, headers=self.headers)

    async def ask(self, query: str, **variables: Any) -> Any:
        """What the first field of a question answers; raises Refused."""
        answer = await self.post(query, **variables)
        if "errors" in answer.json():
            raise Refused(answer)
        return next(iter(answer.json()["data"].values()))

    async def make(self, field: str, kind: str, **order: Any) -> str:
        """The id of something new, by a mutation that takes an input."""
        query = f"mutation Make($input: {kind}!) {{ {field}(input: $input) {{ id }} }}"
        return str((await self.ask(query, input=order))["id"])

    async def project(self, name: str = "wwmaa", environment: str = "staging") -> tuple[str, str]:
        """A new project and its first environment."""
        query = (
            "mutation Make($input: ProjectCreateInput!)"
            " { projectCreate(input: $input) { id primaryEnvironmentId } }"
        )
        order = {"name": name, "defaultEnvironmentName": environment}
        made = await self.ask(query, input=order)
        return made["id"], made["primaryEnvironmentId"]

    async def place(self, service: str = "backend", **order: Any) -> Place:
        """A new project with a service in it."""
        project, environment = await self.project()
        made = await self.service(project, environment, service, **order)
        return Place(project, environment, made)

    async def service(self, project: str, environment: str, name: str, **order: Any) -> str:
        """A new service."""
        place = {"projectId": project, "environmentId": environment}
        return await self.make("serviceCreate", "ServiceCreateInput", **place, name=name, **order)

    async def environment(self, project: str, name: str, **order: Any) -> str:
        """A new environment."""
        place = {"projectId": project, "name": name}
        return await self.make("environmentCreate", "EnvironmentCreateInput", **place, **order)

    async def configure(self, place: Place, **change: Any) -> None:
        """Change how a service is built and run."""
        await self.ask(
            "mutation Change($s: String!, $e: String, $input: ServiceInstanceUpdateInput!)"
            " { serviceInstanceUpdate(serviceId: $s, environmentId: $e, input: $input) }",
            s=place.service,
            e=place.environment,
            input=change,
        )

    async def set(self, place: Place, *, shared: bool = False, **order: Any) -> None:
        """Set variables: of the service, or those that the environment shares."""
        of = {} if shared else {"serviceId": place.service}
        told = {"projectId": place.project, "environmentId": place.environment} | of
        await self.ask(
            "mutation Set($input: VariableCollectionUpsertInput!)"
            " { variableCollectionUpsert(input: $input) }",
            input=told | order,
        )

    async def variables(self, place: Place, *, unrendered: bool = False) -> dict[str, str]:
        """The variables of a service."""
        found: dict[str, str] = await self.ask(
            "query Read($p: String!, $e: String!, $s: String, $u: Boolean)"
            " { variables(projectId: $p, environmentId: $e, serviceId: $s, unrendered: $u) }",
            **{"p": place.project, "e": place.environment, "s": place.service, "u": unrendered},
        )
        return found

    async def bound(self, place: Place) -> "Rails":
        """Somebody with a token of this environment."""
        query = (
            "mutation Make($input: ProjectTokenCreateInput!) { projectTokenCreate(input: $input) }"
        )
        order = {"projectId": place.project, "environmentId": place.environment, "name": "deploys"}
        return Rails(self.client, await self.ask(query, input=order), is_project=True)


async def a_token(client: httpx2.AsyncClient, kind: str = "account", **order: Any) -> str:
    """A token that the control plane made."""
    answer = await client.post("/_sandbox/railway/tokens", json={"kind": kind, **order})
    answer.raise_for_status()
    return str(answer.json()["token"])


async def rails(client: httpx2.AsyncClient, kind: str = "account", **order: Any) -> Rails:
    """Somebody with such a token."""
    return Rails(client, await a_token(client, kind, **order), is_project=kind == "project")
