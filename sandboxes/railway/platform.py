"""Railway itself: whether all is well with it, and where it stands."""

from sandboxes.kit.records import Document
from sandboxes.railway.asking import Asked, Asking

REGIONS = (
    ("us-west2", "California", "US"),
    ("us-east4-eqdc4a", "Virginia", "US"),
    ("europe-west4-drams3a", "Amsterdam", "NL"),
    ("asia-southeast1-eqsg3a", "Singapore", "SG"),
)


async def platform_status(_asking: Asking, _asked: Asked) -> Document:
    """All is well, as far as a machine of one's own can tell."""
    return {"isStable": True}


async def regions(_asking: Asking, _asked: Asked) -> list[Document]:
    """Where a service could stand; here all of them are this machine."""
    return [
        {"name": name, "region": name, "location": location, "country": country}
        for name, location, country in REGIONS
    ]


QUERIES = {"platformStatus": platform_status, "regions": regions}
