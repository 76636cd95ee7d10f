"""A project in the ZeroDB sandbox, as its owner sees it in one of the two dialects."""

from dataclasses import dataclass
from typing import Any

import httpx2

KEY = "a key of this test"
PROJECT = "3f0c2a52-7a51-4f6c-9a54-3a1d1f6f0a01"


@dataclass(frozen=True)
class Project:
    """Requests to one project; `root` is where its dialect is mounted."""

    client: httpx2.AsyncClient
    root: str = "/zerodb/v1"
    id: str = PROJECT
    key: str = KEY

    async def ask(self, method: str, path: str, body: Any = None, **query: Any) -> httpx2.Response:
        """One request below the project."""
        return await self.client.request(
            method,
            f"{self.root}/projects/{self.id}{path}",
            json=body,
            params=query,
            headers={"X-API-Key": self.key},
        )

    async def create(self, table: str) -> Any:
        """Make a table."""
        return good(await self.ask("POST", "/database/tables", {"table_name": table}))

    async def insert(self, table: str, *documents: Any) -> list[str]:
        """Insert rows one by one; returns their ids."""
        path = f"/database/tables/{table}/rows"
        made = [good(await self.ask("POST", path, {"row_data": each})) for each in documents]
        return [row["row_id"] for row in made]

    async def query(self, table: str, filter: Any = None, **also: Any) -> httpx2.Response:  # noqa: A002
        """Query rows."""
        body = {"filter": filter or {}} | also
        return await self.ask("POST", f"/database/tables/{table}/query", body)

    async def found(self, table: str, filter: Any = None, **also: Any) -> list[Any]:  # noqa: A002
        """What the rows hold that a query finds."""
        return [row["row_data"] for row in good(await self.query(table, filter, **also))["data"]]

    async def bulk(self, method: str, table: str, filter: Any, **also: Any) -> httpx2.Response:  # noqa: A002
        """A bulk operation."""
        body = {"filter": filter} | also
        return await self.ask(method, f"/database/tables/{table}/rows/bulk", body)


def good(answer: httpx2.Response) -> Any:
    """What a good answer says."""
    assert answer.is_success, answer.text
    return answer.json()


async def provision(
    client: httpx2.AsyncClient, project: str = PROJECT, key: str = KEY
) -> httpx2.Response:
    """Make the project and its key, as whoever raises an environment does."""
    told = {"name": "staging", "api_key": key}
    return await client.put(f"/_sandbox/zerodb/projects/{project}", json=told)
