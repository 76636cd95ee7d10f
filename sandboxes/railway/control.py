"""Railway's control plane: tokens, the plan, and what a person does at GitHub or in the DNS."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandboxes.kit.control import read, refuse
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.railway.access import make_token
from sandboxes.railway.asking import Asking, Caller
from sandboxes.railway.domains import tell_edge
from sandboxes.railway.ground import Ground
from sandboxes.railway.instances import key
from sandboxes.railway.workspace import change_workspace, the_workspace

Kind = Literal["account", "workspace", "project"]


class Order(BaseModel):
    """Something that the control plane is told."""

    model_config = ConfigDict(extra="forbid")


class NewToken(Order):
    """A token that shall be good from now on; that of a project is bound to an environment."""

    kind: Kind
    name: str = "control plane"
    token: Annotated[str, Field(min_length=8, max_length=200)] | None = None
    environment_id: str | None = None
    expires_in_s: Annotated[float, Field(gt=0)] | None = None


class Workspace(Order):
    """What is set of the workspace; all that is not said stays."""

    name: Annotated[str, Field(min_length=1)] | None = None
    plan: Literal["FREE", "HOBBY", "PRO"] | None = None
    two_factor: bool | None = None
    limits_each_second: bool | None = None


class Next(Order):
    """How the next deployment of a service begins instead of at once."""

    environment_id: str
    service_id: str
    status: Literal["NEEDS_APPROVAL", "SKIPPED"]


class Repository(Order):
    """The folder of this machine, a git repository, that stands for a name at GitHub."""

    folder: Path


NEW_TOKEN, WORKSPACE = TypeAdapter(NewToken), TypeAdapter(Workspace)
NEXT, REPOSITORY = TypeAdapter(Next), TypeAdapter(Repository)
WIRE = {"two_factor": "has2FAEnforcement", "limits_each_second": "perSecond"}


class Desk:
    """The routes under /_sandbox/railway that are for programs."""

    def __init__(self, vendor: Vendor, ground: Ground) -> None:
        self.vendor = vendor
        self.ground = ground

    def routes(self) -> Sequence[Route]:
        """All of them."""
        return [
            Route("/railway/tokens", self.make_token, methods=["POST"]),
            Route("/railway/workspace", self.show_workspace),
            Route("/railway/workspace", self.set_workspace, methods=["PUT"]),
            Route("/railway/next", self.set_next, methods=["PUT"]),
            Route("/railway/repositories/{name:path}", self.set_repository, methods=["PUT"]),
            Route("/railway/domains/{domain}/verify", self.verify, methods=["POST"]),
        ]

    async def make_token(self, request: Request) -> JSONResponse:
        """A token, told this once."""
        told = await read(request, NEW_TOKEN, "no token that can be made")
        environment = None
        if (told.kind == "project") != (told.environment_id is not None):
            raise refuse(422, "a project's token has an environment_id, and no other has one")
        if told.environment_id:
            environment = await self.vendor.records.get("environment", told.environment_id)
            if environment is None:
                raise refuse(404, f"there is no environment {told.environment_id}")
        now = self.vendor.clock.now()
        ends = now + timedelta(seconds=told.expires_in_s) if told.expires_in_s else None
        word = await make_token(
            *(self.vendor.records, now, told.kind, told.name),
            environment=environment,
            expires_at=ends,
            token=told.token,
        )
        return JSONResponse({"token": word}, 201)

    async def show_workspace(self, _request: Request) -> JSONResponse:
        """The workspace as it is set."""
        return JSONResponse(await the_workspace(self.vendor.records))

    async def set_workspace(self, request: Request) -> JSONResponse:
        """Change the plan, ask for a second factor, hold to the limit of a second."""
        told = await read(request, WORKSPACE, "no way to set the workspace")
        change = told.model_dump(exclude_none=True)
        wire = {WIRE.get(name, name): value for name, value in change.items()}
        return JSONResponse(await change_workspace(self.vendor, wire))

    async def set_next(self, request: Request) -> JSONResponse:
        """Let the next deployment of a service wait for approval, or be skipped."""
        told = await read(request, NEXT, "no way for a deployment to begin")
        id_ = key(told.environment_id, told.service_id)
        if await self.vendor.records.get("instance", id_) is None:
            raise refuse(404, "there is no such service in this environment")
        await self.vendor.records.put("next", id_, {"status": told.status})
        return JSONResponse(told.model_dump())

    async def set_repository(self, request: Request) -> JSONResponse:
        """Let a folder of this machine stand for a repository at GitHub."""
        told = await read(request, REPOSITORY, "no place of a repository")
        if not await _is_repository(told.folder):
            raise refuse(422, f"{told.folder} is not the folder of a git repository")
        name = request.path_params["name"]
        kept = {"name": name, "folder": str(told.folder)}
        await self.vendor.records.put("repository", name, kept)
        return JSONResponse(kept)

    async def verify(self, request: Request) -> JSONResponse:
        """The DNS has what a custom domain needs, from now on."""
        domain = request.path_params["domain"]
        async with self.vendor.exclusively() as inside:
            found: list[Document] = await inside.records.find("custom_domain", {"domain": domain})
            if not found:
                raise refuse(404, f"no service has the custom domain {domain}")
            verified = found[0] | {"isVerified": True}
            await inside.records.put("custom_domain", verified["id"], verified)
            asking = Asking(inside, Caller("control"), self.vendor.clock.now(), self.ground)
            await tell_edge(asking, verified)
        return JSONResponse({"domain": domain, "verified": True})


async def _is_repository(folder: Path) -> bool:
    return folder.is_absolute() and ((folder / ".git").exists() or (folder / "HEAD").exists())
