"""Railway with a runner behind it: uploads, and waiting for what becomes of a deployment."""

import asyncio
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.sandboxes.railway import Place, Rails
from tests.sandboxes.railway_runner import Walker

DEPLOYMENT = """query Deployment($id: String!) { deployment(id: $id) {
    id status statusUpdatedAt deploymentStopped canRedeploy canRollback url staticUrl meta
    snapshotId instances { id status } service { name } environment { name }
} }"""
ENDS = frozenset({"SUCCESS", "FAILED", "CRASHED", "REMOVED", "SKIPPED", "NEEDS_APPROVAL"})


def archive(files: Mapping[str, str | tarfile.TarInfo]) -> bytes:
    """A tar.gz as `railway up` sends it; an entry may be written out whole."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as packed:
        for name, content in files.items():
            if isinstance(content, tarfile.TarInfo):
                packed.addfile(content)
                continue
            info = tarfile.TarInfo(f"./{name}")
            info.size = len(content.encode())
            packed.addfile(info, io.BytesIO(content.encode()))
    return held.getvalue()


@dataclass(frozen=True)
class Yard:
    """A place, somebody who may deploy there, and what runs it."""

    rails: Rails
    place: Place
    walker: Walker
    snapshots: Path

    @property
    def client(self) -> httpx2.AsyncClient:
        """Of the sandboxes."""
        return self.rails.client

    async def send(self, body: bytes, place: Place | None = None, **query: str) -> httpx2.Response:
        """An upload, and its answer."""
        at = place or self.place
        return await self.client.post(
            f"/railway/project/{at.project}/environment/{at.environment}/up",
            params={"serviceId": at.service} | query,
            content=body,
            headers={"Content-Type": "application/gzip", **self.rails.headers},
        )

    async def up(self, fate: str = "healthy", place: Place | None = None) -> str:
        """The id of a deployment of a source with this fate."""
        answer = await self.send(archive({"fate": fate, "main.py": "1"}), place, message=fate)
        assert answer.is_success, answer.text
        return str(answer.json()["deploymentId"])

    async def get(self, id_: str) -> Any:
        """A deployment as the API tells it."""
        return await self.rails.ask(DEPLOYMENT, id=id_)

    async def until(self, id_: str, *states: str) -> Any:
        """The deployment, once it is in one of these states, or in one that is an end."""
        for _ in range(600):
            found = await self.get(id_)
            if found["status"] in (states or ENDS):
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"{id_} is still {found['status']}, and not {states or 'at an end'}")

    async def all(self, place: Place | None = None) -> list[Any]:
        """The deployments of a place, the newest first."""
        at = place or self.place
        found = await self.rails.ask(
            "query All($i: DeploymentListInput!) { deployments(input: $i, first: 50)"
            " { edges { node { id status meta canRollback } } } }",
            i={"environmentId": at.environment, "serviceId": at.service},
        )
        return [edge["node"] for edge in found["edges"]]

    async def do(self, mutation: str, id_: str) -> None:
        """Steer a deployment by a mutation that answers true."""
        query = f"mutation Do($id: String!) {{ {mutation}(id: $id) }}"
        assert await self.rails.ask(query, id=id_) is True
