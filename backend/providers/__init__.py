"""Who is called: one adapter a vendor. The seam is a base URL; nothing else tells them apart."""

from typing import Any, Protocol


class Provider(Protocol):
    """What every provider can do besides its own work."""

    async def ping(self) -> None:
        """Ask a question that costs nothing, and that only a valid key gets an answer to.

        Raises `VendorIsUnavailable`, `VendorRefused`, `VendorIsNotConfigured`.
        """

    async def close(self) -> None:
        """Let go of connections."""


class VendorIsUnavailable(Exception):
    """A vendor did not answer in time, or not in a way that makes sense; later it may."""

    def __init__(
        self,
        vendor: str,
        why: str,
        *,
        kind: str = "unavailable",
        untaken: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{vendor} is not available: {why}")
        self.vendor = vendor
        self.why = why
        self.kind = kind
        """What went wrong in one word, for metrics."""
        self.untaken = untaken
        """Whether the vendor surely did nothing of what it was asked."""
        self.retry_after = retry_after
        """In how many seconds the vendor wants to be asked again, when it said so."""


class VendorRefused(Exception):
    """A vendor will not do what it was asked, however often: the fault is in the question."""

    def __init__(self, vendor: str, operation: str, status: int, told: Any = None) -> None:
        # What the vendor told may name a person, and this sentence goes to the log.
        super().__init__(f"{vendor} refused {operation} with {status}")
        self.vendor = vendor
        self.status = status
        self.told = told
        """The vendor's own answer, parsed; none when it was no JSON."""


class VendorIsNotConfigured(Exception):
    """A vendor can not be called, since variables for it are not set."""

    def __init__(self, vendor: str, missing: tuple[str, ...]) -> None:
        super().__init__(f"{vendor} is not configured: set {' and '.join(missing)}")
        self.vendor = vendor
        self.missing = missing


class WebhookIsForged(Exception):
    """What came to a webhook's address was not sent by the vendor, or not now."""
