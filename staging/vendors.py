"""What the sandboxes must know of this environment: its prices, its project, where webhooks go.

A real vendor is told once by a person; the sandboxes are told by their control plane each time that
the environment is raised. To tell them again changes nothing.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from httpx2 import AsyncClient, HTTPError

from backend.schema.document import Tier
from staging.environment import BACKEND
from staging.local import Local
from staging.obstacles import Failed

YEARLY_CENTS: Final = {Tier.basic: 29_00, Tier.standard: 79_00, Tier.premium: 149_00}
"""What a year of each tier costs, in cents of US dollars."""

WEBHOOKS: Final = {
    "stripe": "STRIPE_WEBHOOK_SECRET",
    "beehiiv": "BEEHIIV_WEBHOOK_SECRET",
    "cloudflare": "CLOUDFLARE_WEBHOOK_SECRET",
}
"""The vendors whose webhooks the backend hears, and what each signs them with."""


class Order(NamedTuple):
    """One thing that a sandbox is told, at a path of the control plane."""

    path: str
    body: Any
    method: str = "PUT"


def orders(local: Local) -> Iterator[Order]:
    """All that the sandboxes of this environment are told."""
    told = local.variables(BACKEND)
    prices = [
        {
            "id": told[f"STRIPE_{tier.upper()}_PRICE_ID"],
            "product": f"prod_staging_{tier}",
            "name": f"WWMAA membership, {tier}",
            "unit_amount": cents,
        }
        for tier, cents in YEARLY_CENTS.items()
    ]
    yield Order("stripe/prices", prices)
    # The platform asks people to confirm by itself, before it subscribes them.
    yield Order(
        f"beehiiv/publications/{told['BEEHIIV_PUBLICATION_ID']}",
        {"name": "WWMAA Newsletter", "double_opt_in": False},
    )
    yield Order(
        f"zerodb/projects/{told['ZERODB_PROJECT_ID']}",
        {"name": f"wwmaa {local.environment.name}", "api_key": told["ZERODB_API_KEY"]},
    )
    for vendor, secret in WEBHOOKS.items():
        url = f"{local.url('backend')}/api/webhooks/{vendor}"
        yield Order("webhooks", {"vendor": vendor, "url": url, "secret": told[secret]})


async def tell(local: Local) -> None:
    """Tell the sandboxes. Raises `Failed` with the words of the one that refuses."""
    await order(local.url("sandboxes"), *orders(local))


async def order(control: str, *given: Order) -> None:
    """Tell the sandboxes at `control`. Raises `Failed` with the words of the one that refuses."""
    async with AsyncClient(base_url=f"{control}/_sandbox/", trust_env=False, timeout=60) as client:
        for each in given:
            try:
                answer = await client.request(each.method, each.path, json=each.body)
            except HTTPError as error:
                raise _refused(each, str(error)) from error
            if not answer.is_success:
                raise _refused(each, answer.text)


def _refused(order: Order, why: str) -> Failed:
    advice = "`staging logs sandboxes` shows what they said; `staging up` tells them again."
    return Failed(f"The sandboxes could not be told of {order.path}: {why}", advice)
