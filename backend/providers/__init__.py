"""Who is called: one adapter a vendor. The seam is a base URL; nothing else tells them apart."""

from typing import Protocol


class Provider(Protocol):
    """What every provider can do besides its own work."""

    async def ping(self) -> None:
        """Ask the vendor a question that costs nothing. Raises `VendorIsUnavailable`."""


class VendorIsUnavailable(Exception):
    """A vendor did not answer, or answered that it can not serve us now."""

    def __init__(self, vendor: str, why: str) -> None:
        super().__init__(f"{vendor} is not available: {why}")
        self.vendor = vendor
        self.why = why
