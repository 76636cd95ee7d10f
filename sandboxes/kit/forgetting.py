"""Letting go of somebody: what mentions them at a vendor, and what hangs on that.

Whoever tries an environment with people of their own can leave it as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandboxes.kit.control import known, refuse
from sandboxes.kit.deliveries import ENDPOINT
from sandboxes.kit.sandbox import Vendor

SHORTEST: Final = 12
"""A shorter word stands in too many documents to mean one person's."""
KEPT: Final = (ENDPOINT,)
MENTIONING = (
    "DELETE FROM sandbox.records WHERE vendor = $1 AND kind <> ALL ($2) AND EXISTS"
    " (SELECT FROM unnest($3::text[]) word WHERE position(word IN data::text) > 0)"
    " RETURNING kind, id"
)


class Forgetting:
    """The route by which a vendor lets go of somebody."""

    def __init__(self, vendors: Iterable[Vendor]) -> None:
        self.vendors: Mapping[str, Vendor] = {vendor.name: vendor for vendor in vendors}
        self.routes = [Route("/{vendor}/traces", self.forget, methods=["DELETE"])]

    async def forget(self, request: Request) -> JSONResponse:
        """Forget all documents that mention one of the `of`, and those that mention these."""
        vendor, words = known(self.vendors, request.path_params["vendor"]), asked(request)
        async with vendor.exclusively() as inside:
            gone = await let_go(inside, words)
        return JSONResponse({"forgotten": len(gone)})


def asked(request: Request) -> list[str]:
    """The words that `of` gives, such as an address; raises Refused for what is no such word."""
    words = request.query_params.getlist("of")
    if not words or min(map(len, words)) < SHORTEST:
        raise refuse(422, f"`of` names an address or an id, of {SHORTEST} letters or more")
    return words


async def let_go(vendor: Vendor, words: Sequence[str]) -> list[str]:
    """The ids of what mentioned these words, or what did, and is gone."""
    gone: list[str] = []
    while words:
        rows = await vendor.records.database.fetch(MENTIONING, vendor.name, KEPT, words)
        found = [str(row["id"]) for row in rows]
        gone += found
        # An event mentions others and is mentioned by nobody; to look for its id takes time alone.
        words = [
            str(row["id"]) for row in rows if row["kind"] != "event" and len(row["id"]) >= SHORTEST
        ]
    await vendor.sandbox.forgotten(vendor, gone)
    return gone
