"""A Railway to set up and compare against: its sandbox, over HTTP and in this process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx2

from sandboxes.railway.running import Order, Reports
from staging.environment import STAGING
from staging.railway.choosing import Wish
from staging.railway.client import Railway
from staging.railway.link import Link
from staging.railway.setup import Looked, carry_out, look
from staging.railway.telling import Means
from staging.railway.tokens import Token

URL = "http://localhost/railway/graphql/v2"
NAME = "wwmaa-of-a-test"
GIVEN = {"POSTMARK_API_KEY": "postmark-of-a-test"}


class Obliging:
    """Runs nothing, and says that everything runs."""

    def address(self, _environment_id: str, service_name: str) -> str:
        """Where nobody listens."""
        return f"{service_name}.test:1"

    async def bring_up(self, order: Order, reports: Reports) -> None:
        """It serves at once."""
        reports.status(order.deployment_id, "SUCCESS")

    async def publish(self, *_: object) -> None:
        """Nothing to be told."""

    async def restart(self, *_: object) -> None:
        """Nothing to restart."""

    async def remove(self, *_: object) -> None:
        """Nothing to end."""

    async def forget(self, *_: object) -> None:
        """Nothing to forget."""

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class Line(httpx2.AsyncBaseTransport):
    """The way to Railway, which is cut after so many changes: the answer to the last is lost."""

    way: httpx2.AsyncBaseTransport
    changes: int | None = None
    asked: list[str] = field(default_factory=list)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass it on, unless the way is cut."""
        body = request.content.decode(errors="replace")
        made = [each for each in self.asked if '"query":"mutation' in each]
        if self.changes is not None and len(made) >= self.changes:
            raise httpx2.ConnectError("cut")
        self.asked.append(body)
        answer = await self.way.handle_async_request(request)
        if '"query":"mutation' in body and len(made) + 1 == self.changes:
            raise httpx2.ReadError("cut")
        return answer


@dataclass
class Rails:
    """An account's view of Railway, and what a person does there by hand."""

    client: httpx2.AsyncClient
    way: httpx2.AsyncBaseTransport
    token: str
    waited: list[float] = field(default_factory=list)

    def railway(self, line: httpx2.AsyncBaseTransport | None = None, **token: Any) -> Railway:
        """A client of it."""
        given = Token(**{"kind": "account", "secret": self.token, **token})
        waits = lambda seconds, _why: self.waited.append(seconds)  # noqa: E731
        return Railway(given, URL, line or self.way, waits, pause=0)

    async def look(self, given: Mapping[str, str] = GIVEN, **wish: Any) -> Looked:
        """What is there and what is to be done."""
        link, means = wish.pop("link", None), _means(given, wish)
        wished = Wish(**{"project": NAME, "is_named": link is None, **wish})
        async with self.railway() as railway:
            return await look(railway, STAGING, wished, means, link=link)

    async def set_up(
        self,
        given: Mapping[str, str] = GIVEN,
        line: httpx2.AsyncBaseTransport | None = None,
        **wish: Any,
    ) -> tuple[Looked, list[Link]]:
        """Set it up; what holds then, and the links that were kept."""
        kept: list[Link] = []
        means = _means(given, wish)
        wished = Wish(**{"project": NAME, "is_named": True, **wish})
        async with self.railway(line) as railway:
            looked = await look(railway, STAGING, wished, means)
            return await carry_out(railway, looked, lambda _: None, kept.append), kept

    async def ask(self, query: str, **variables: Any) -> Any:
        """What somebody else asks of Railway; the first field of the answer."""
        headers = {"Authorization": f"Bearer {self.token}"}
        body = {"query": query, "variables": variables}
        answer = (await self.client.post("/railway/graphql/v2", json=body, headers=headers)).json()
        assert "errors" not in answer, answer["errors"]
        return next(iter(answer["data"].values()))

    async def make(self, mutation: str, kind: str, **order: Any) -> Any:
        """Something that somebody else makes; its id."""
        query = f"mutation M($input: {kind}!) {{ {mutation}(input: $input) {{ id }} }}"
        return (await self.ask(query, input=order))["id"]

    async def set(self, link: Link, service: str = "", **values: str) -> None:
        """Variables that somebody else sets."""
        order = {"projectId": link.project_id, "environmentId": link.environment_id}
        order |= {"serviceId": link.services[service]} if service else {}
        query = "mutation M($input: VariableCollectionUpsertInput!) "
        query += "{ variableCollectionUpsert(input: $input) }"
        await self.ask(query, input={**order, "variables": values, "skipDeploys": True})

    async def unset(self, link: Link, name: str, service: str = "") -> None:
        """A variable that somebody else deletes."""
        order = {"projectId": link.project_id, "environmentId": link.environment_id, "name": name}
        order |= {"serviceId": link.services[service]} if service else {}
        query = "mutation M($input: VariableDeleteInput!) { variableDelete(input: $input) }"
        await self.ask(query, input=order)

    async def configure(self, link: Link, service: str, **settings: Any) -> None:
        """Settings that somebody else changes."""
        query = "mutation M($s: String!, $e: String!, $input: ServiceInstanceUpdateInput!) "
        query += "{ serviceInstanceUpdate(serviceId: $s, environmentId: $e, input: $input) }"
        where = {"s": link.services[service], "e": link.environment_id}
        await self.ask(query, **where, input=settings)


def _means(given: Mapping[str, str], wish: dict[str, Any]) -> Means:
    return Means(given, wish.pop("anew", ()), wish.pop("prune", False))


Stands = tuple[Rails, Link]
"""An environment that stands."""
WasSetUp = tuple[Rails, Looked, Link]
"""The same, with what was found when it had been set up."""


async def keep(url: str, *, back: bool) -> None:
    """Put by what the sandbox remembers, or bring it back: quicker than setting up once more."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            if back:
                await connection.execute("TRUNCATE sandbox.records")
                await connection.execute(
                    "INSERT INTO sandbox.records OVERRIDING SYSTEM VALUE SELECT * FROM put_by"
                )
            else:
                await connection.execute("CREATE TABLE put_by AS SELECT * FROM sandbox.records")
    finally:
        await connection.close()


async def made(rails: Rails) -> tuple[Looked, Link]:
    """An environment that stands."""
    looked, kept = await rails.set_up()
    return looked, kept[-1]
