"""The workspace that everything here belongs to, its plan, and what the plan allows.

The control plane changes it: `PUT /_sandbox/railway/workspace`.
"""

from dataclasses import dataclass
from datetime import timedelta

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Vendor

KIND, ID = "workspace", "3f6c1d52-8a47-4c1e-9b0d-2e5a7f4c9d10"
USER_ID = "b7d2f0a4-51c3-4e8f-8a6d-0c9e3b1f7a25"
SINCE = "2026-01-01T00:00:00.000Z"
BEGINNING: Document = {
    "id": ID,
    "name": "WWMAA",
    "plan": "PRO",
    "createdAt": SINCE,
    "updatedAt": SINCE,
    # Whether deleting a project or an environment asks for a second factor.
    "has2FAEnforcement": False,
    # Whether the limit of requests a second is held too, and not that of an hour alone.
    "perSecond": False,
}
USER: Document = {
    "id": USER_ID,
    "name": "Staging Developer",
    "username": "staging-developer",
    "email": "developer@wwmaa.example",
    "createdAt": SINCE,
    "has2FA": False,
    "isVerified": True,
}


@dataclass(frozen=True)
class Plan:
    """What a plan allows: requests, replicas, volumes in MB; how long an image is kept."""

    requests_an_hour: int
    requests_a_second: int | None
    replicas: int
    volume_mb: int
    images_kept: timedelta
    is_paid: bool


PLANS = {
    "FREE": Plan(100, None, 1, 500, timedelta(hours=24), is_paid=False),
    "HOBBY": Plan(1000, 10, 6, 5_000, timedelta(hours=72), is_paid=True),
    "PRO": Plan(10_000, 50, 42, 50_000, timedelta(hours=120), is_paid=True),
}


async def the_workspace(records: Records) -> Document:
    """The one workspace, as it is set."""
    return BEGINNING | (await records.get(KIND, ID) or {})


async def the_plan(records: Records) -> Plan:
    """The plan that the workspace is on."""
    return PLANS[(await the_workspace(records))["plan"]]


async def change_workspace(vendor: Vendor, change: Document) -> Document:
    """Set what is said, and return all of it."""
    async with vendor.exclusively(KIND) as inside:
        changed = await the_workspace(inside.records) | change
        await inside.records.put(KIND, ID, changed)
    return changed
