"""How an environment gets its project: said once and again by whoever raises it, with its key."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandboxes.kit.control import read
from sandboxes.kit.sandbox import Vendor
from sandboxes.zerodb.access import digest
from sandboxes.zerodb.accounts import Registration, open_account
from sandboxes.zerodb.asking import timestamp
from sandboxes.zerodb.projects import KEEP, ProjectToCreate, new_project


class Order(BaseModel):
    """A project by its name, the key that it is reached with, and who may log in for it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=2, max_length=100)
    api_key: str = Field(min_length=1, max_length=500)
    account: Registration | None = None


ORDER = TypeAdapter(Order)
OF_AN_ENVIRONMENT = (
    "INSERT INTO sandbox.zerodb_environments (project_id) VALUES ($1) ON CONFLICT DO NOTHING"
)


def provisioning(vendor: Vendor) -> Sequence[Route]:
    """The routes under /_sandbox/zerodb."""

    async def provision(request: Request) -> JSONResponse:
        """Make the project where it is missing, and let its key in; what is in it stays."""
        order = await read(request, ORDER, "no project that can be made")
        project_id = request.path_params["id"]
        # Whoever has the key is the user whose project it is.
        user, now = str(uuid5(NAMESPACE_URL, f"key:{order.api_key}")), vendor.clock.now()
        told = ProjectToCreate(name=order.name, tier="enterprise")
        project = new_project(project_id, user, told, timestamp(now))
        renewed = {"name": order.name, "user_id": user, "status": "ACTIVE"}
        async with vendor.exclusively() as inside:
            database = inside.records.database
            held = await database.fetch(
                "SELECT data FROM sandbox.zerodb_projects WHERE id = $1", project_id
            )
            kept = held[0]["data"] | renewed if held else project
            await database.fetch(KEEP, project_id, user, kept, now)
            await database.fetch(OF_AN_ENVIRONMENT, project_id)
            await database.fetch(
                "INSERT INTO sandbox.zerodb_keys (digest, user_id) VALUES ($1, $2)"
                " ON CONFLICT (digest) DO UPDATE SET user_id = excluded.user_id",
                *(digest(order.api_key), user),
            )
            if order.account:
                await open_account(inside.records, order.account, user)
        return JSONResponse(kept, 200 if held else 201)

    return [Route("/zerodb/projects/{id}", provision, methods=["PUT"])]
