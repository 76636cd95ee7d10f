"""Publications: an environment has its own, which it is given by the control plane and which
outlives a reset."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandboxes.beehiiv.asking import DIRECTIONS, choice, epoch, expanded, page_of
from sandboxes.beehiiv.errors import BeehiivError
from sandboxes.kit.control import read
from sandboxes.kit.deliveries import ENDPOINT
from sandboxes.kit.records import Asked, Document, Records
from sandboxes.kit.sandbox import Call, Vendor

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox.beehiiv_publications (id text PRIMARY KEY, data jsonb NOT NULL);
"""
# The xmax of a row that was not there before is 0.
KEEP = """
INSERT INTO sandbox.beehiiv_publications AS kept (id, data) VALUES ($1, $2)
ON CONFLICT (id) DO UPDATE SET data = kept.data || (excluded.data - 'created')
RETURNING data, xmax = 0 AS is_new
"""
SHOWN = ("id", "name", "organization_name", "referral_program_enabled", "created")
ORDERS = ("created", "name")
COUNTS = (
    "active_subscriptions",
    "active_premium_subscriptions",
    "active_free_subscriptions",
    "average_open_rate",
    "average_click_rate",
    "total_sent",
    "total_unique_opened",
    "total_clicked",
)
STATS = ("stats", *(f"stat_{name}" for name in COUNTS))
"""What a publication can be expanded by: all of its statistics, or single ones."""


class Order(BaseModel):
    """A publication as an environment wants it; `double_opt_in` is what its subscribers get."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    organization_name: str | None = Field(default=None, min_length=1, max_length=200)
    double_opt_in: bool = False


ORDER = TypeAdapter(Order)


async def find_publication(asked: Asked, id_: str) -> Document | None:
    """A publication."""
    statement = "SELECT data FROM sandbox.beehiiv_publications WHERE id = $1"
    rows = await asked.fetch(statement, id_)
    return rows[0]["data"] if rows else None


async def the_publication(call: Call) -> Document:
    """The publication in the path of a call; raises BeehiivError where there is none."""
    found = await find_publication(call.records.database, call.parameters["publication"])
    if found is None:
        raise BeehiivError(404, "Publication not found.")
    return found


async def list_publications(call: Call) -> Response:
    """All publications, the oldest first unless told."""
    order, direction = choice(call, "order_by", ORDERS), choice(call, "direction", DIRECTIONS)
    expand = expanded(call, STATS)
    rows = await call.records.database.fetch("SELECT data FROM sandbox.beehiiv_publications")
    found = sorted((row["data"] for row in rows), key=lambda each: (each[order], each["id"]))
    page, extent = page_of(call, found if direction == "asc" else found[::-1])
    described = [await _described(call.records, each, expand) for each in page]
    return JSONResponse({"data": described} | extent)


async def get_publication(call: Call) -> Response:
    """One publication."""
    publication, expand = await the_publication(call), expanded(call, STATS)
    return JSONResponse({"data": await _described(call.records, publication, expand)})


def control(vendor: Vendor) -> Sequence[Route]:
    """The routes under /_sandbox/beehiiv."""

    async def provision(request: Request) -> JSONResponse:
        """Make a publication, or change what it is called and how people subscribe to it."""
        order = await read(request, ORDER, "no publication that can be made")
        id_ = request.path_params["id"]
        told = {
            "id": id_,
            "name": order.name,
            "organization_name": order.organization_name or order.name,
            "referral_program_enabled": False,
            "created": epoch(vendor.clock.now()),
            "double_opt_in": order.double_opt_in,
        }
        kept = (await vendor.records.database.fetch(KEEP, id_, told))[0]
        return JSONResponse(kept["data"], 201 if kept["is_new"] else 200)

    async def secret(request: Request) -> JSONResponse:
        """The secret that signs a webhook, which BeeHiiv shows in its dashboard alone."""
        id_ = request.path_params["id"]
        endpoint = await vendor.records.get(ENDPOINT, id_)
        if endpoint is None:
            return JSONResponse({"error": f"there is no webhook {id_}"}, 404)
        return JSONResponse({"id": id_, "secret": endpoint["secret"]})

    return [
        Route("/beehiiv/publications/{id}", provision, methods=["PUT"]),
        Route("/beehiiv/webhooks/{id}/secret", secret),
    ]


async def _described(records: Records, publication: Document, expand: set[str]) -> Document:
    shown = {name: publication[name] for name in SHOWN}
    if not expand:
        return shown
    stats = await _stats(records, publication["id"])
    wanted = [name for name in COUNTS if expand & {"stats", f"stat_{name}"}]
    return shown | {"stats": {name: stats[name] for name in wanted}}


async def _stats(records: Records, id_: str) -> Document:
    """What is kept, counted; nothing is opened or clicked here."""
    active = {"publication_id": id_, "status": "active"}
    premium = await records.count("subscription", active | {"subscription_tier": "premium"})
    free = await records.count("subscription", active | {"subscription_tier": "free"})
    sent = await records.count("mail", {"publication_id": id_, "about": "post"})
    return dict.fromkeys(COUNTS, 0) | {
        "active_subscriptions": free + premium,
        "active_premium_subscriptions": premium,
        "active_free_subscriptions": free,
        "total_sent": sent,
    }
