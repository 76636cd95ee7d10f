"""What becomes of the backend while a vendor fails, declared once: way by way, vendor by vendor.

docs/sandboxes.md tells it; tests/backend/test_faults.py makes every vendor fail in every way, and
holds what it sees against each cell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

REFUSED: Final = 403


@dataclass(frozen=True)
class Way:
    """A way for a vendor to fail: a fault, as the sandboxes' control plane takes it."""

    name: str
    fault: Mapping[str, Any]

    @property
    def is_refusal(self) -> bool:
        """Whether the vendor is well, and will not do what it is asked: asking again is no use."""
        return self.fault.get("status") == REFUSED

    @property
    def retry_after(self) -> int:
        """In how many seconds the vendor wants to be asked again; 0 where it does not say."""
        return int(self.fault.get("retry_after", 0))


@dataclass(frozen=True)
class Need:
    """What the backend needs a vendor for, and what it answers while the vendor fails."""

    vendor: str
    asked: str
    """What somebody asks the backend for."""
    seconds: int
    """How long they wait for an answer at most."""
    answer: int = 503
    retry_after: int = 5
    """In how many seconds they may ask again, unless the vendor wants to be left alone longer."""
    health: str = "degraded"
    unnoticed: frozenset[str] = frozenset()
    """The kinds of fault that do no harm, since nothing in the vendor's answers is of use."""


@dataclass(frozen=True)
class Outcome:
    """One cell: the answer to who needs the vendor, and whether health names the vendor."""

    answer: int
    retry_after: int | None
    health: str

    def __str__(self) -> str:
        after = f", {self.retry_after} s" if self.retry_after else ""
        return f"{self.answer}, {self.health}{after}"


LATE_S: Final = 12
"""Longer than anybody waits."""
NONSENSE: Final = frozenset({"garbage", "schema"})
BODILESS: Final = NONSENSE | {"reset", "slow_body"}
"""The same, and what an answer without a body can not suffer."""

WAYS: Final = (
    Way("hang", {"kind": "hang"}),
    Way("slow", {"kind": "slow", "delay": LATE_S}),
    Way("slow body", {"kind": "slow_body", "delay": LATE_S}),
    Way("refuse", {"kind": "refuse"}),
    Way("reset", {"kind": "reset"}),
    Way("403", {"kind": "status", "status": REFUSED}),
    Way("500", {"kind": "status", "status": 500}),
    Way("503 for 7 s", {"kind": "status", "status": 503, "retry_after": 7}),
    Way("429 for 1 s", {"kind": "status", "status": 429, "retry_after": 1}),
    Way("garbage", {"kind": "garbage"}),
    Way("schema", {"kind": "schema"}),
)

NEEDS: Final = (
    Need("zerodb", "any document, where STORE is zerodb", 5, health="unhealthy"),
    Need("stripe", "a payment", 5),
    Need("postmark", "nothing: mails are sent afterwards", 1, answer=202),
    Need("beehiiv", "the newsletter", 5),
    Need("cloudflare", "a live training", 5),
    Need("openai", "vectors of a text", 10),
    Need("ai_registry", "a language model", 5),
    Need("sentry", "nothing: errors are told afterwards", 1, answer=200, unnoticed=NONSENSE),
    Need("otel", "nothing: spans are told afterwards", 1, answer=200, unnoticed=BODILESS),
)


def outcome(need: Need, way: Way) -> Outcome:
    """What the cell of a vendor and a way says."""
    health = "healthy" if way.fault["kind"] in need.unnoticed else need.health
    if need.answer < 400:
        return Outcome(need.answer, None, health)
    if way.is_refusal:
        return Outcome(502, None, health)
    return Outcome(need.answer, max(need.retry_after, way.retry_after), health)


def cells() -> Iterator[tuple[Need, Way]]:
    """Every vendor with every way, in the order of the table."""
    yield from ((need, way) for need in NEEDS for way in WAYS)
