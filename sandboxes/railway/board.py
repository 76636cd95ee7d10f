"""A page for people: projects, their environments, and what is deployed there with what it said."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from sandboxes.kit.pages import Pages
from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Happening, Vendor
from sandboxes.railway import loglines
from sandboxes.railway.asking import everything
from sandboxes.railway.ground import Ground
from sandboxes.railway.hosts import public_names
from sandboxes.railway.loglines import Wanted
from sandboxes.railway.states import ALIVE, STOPPED
from sandboxes.railway.workspace import the_workspace

PAGES = Pages(Path(__file__).parent / "templates")
ADDRESS = "/_sandbox/railway"
SHOWN, LINES = 30, 200


def board_pages(vendor: Vendor, ground: Ground) -> Sequence[Route]:
    """The route of the page, under /_sandbox."""
    return [Route("/railway", Board(vendor, ground).page)]


async def latest(vendor: Vendor, limit: int) -> list[Happening]:
    """The newest deployments, as the console tells them."""
    return [
        Happening(
            datetime.fromisoformat(each["createdAt"]),
            f"{await _name(vendor.records, 'service', each['serviceId'])} in"
            f" {await _name(vendor.records, 'environment', each['environmentId'])}"
            f" · {each['status']}",
            f"{ADDRESS}?deployment={each['id']}",
        )
        for each in await vendor.records.find("deployment", limit=limit)
    ]


class Board:
    """The page of one Railway."""

    def __init__(self, vendor: Vendor, ground: Ground) -> None:
        self.vendor = vendor
        self.ground = ground

    async def page(self, request: Request) -> HTMLResponse:
        """Everything; `deployment` is the one whose lines are shown."""
        records = self.vendor.records
        id_ = request.query_params.get("deployment")
        chosen = await records.get("deployment", id_) if id_ else None
        newest = await records.find("deployment", limit=SHOWN)
        projects = await everything(records, "project", deletedAt=None)
        return PAGES.render(
            "board.html",
            404 if id_ and chosen is None else 200,
            workspace=await the_workspace(records),
            runs=self.ground.runner is not None,
            projects=[await self._project(project) for project in projects],
            deployments=[await self._deployment(each) for each in newest],
            chosen=await self._chosen(chosen) if chosen else None,
            is_gone=bool(id_ and chosen is None),
        )

    async def _project(self, project: Document) -> Document:
        like = {"projectId": project["id"], "deletedAt": None}
        environments = await everything(self.vendor.records, "environment", **like)
        return project | {"environments": [await self._environment(each) for each in environments]}

    async def _environment(self, environment: Document) -> Document:
        records = self.vendor.records
        services = []
        for instance in await everything(records, "instance", environmentId=environment["id"]):
            at = (environment["id"], instance["serviceId"])
            like = {"environmentId": at[0], "serviceId": at[1]}
            last = await records.find("deployment", like, limit=1)
            services.append(
                {
                    "name": await _name(records, "service", at[1]),
                    "hosts": await public_names(records, *at),
                    "last": await self._deployment(last[0]) if last else None,
                }
            )
        return environment | {"services": services}

    async def _deployment(self, deployment: Document) -> Document:
        records, status = self.vendor.records, deployment["status"]
        is_bad = status in {"FAILED", "CRASHED"}
        over = "pending" if status in STOPPED else "waiting"
        return {
            "id": deployment["id"],
            "status": status,
            "state": "delivered" if status in ALIVE else "failed" if is_bad else over,
            "reason": deployment["meta"]["reason"],
            "created": datetime.fromisoformat(deployment["createdAt"]),
            "service": await _name(records, "service", deployment["serviceId"]),
            "environment": await _name(records, "environment", deployment["environmentId"]),
        }

    async def _chosen(self, deployment: Document) -> Document:
        wanted = Wanted([deployment["id"]], ["build", "deploy"], limit=LINES)
        lines = await loglines.find(self.vendor.records, wanted)
        events = await everything(self.vendor.records, "event", deploymentId=deployment["id"])
        return await self._deployment(deployment) | {
            "lines": [{"at": line.at, "kind": line.kind} | line.data for line in lines],
            "events": events,
        }


async def _name(records: Records, kind: str, id_: str) -> str:
    found = await records.get(kind, id_)
    return str(found["name"]) if found else "gone"
