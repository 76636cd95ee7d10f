"""What the seeds promise: how many documents there are, in all and by state, at scale 1.

Verification counts them and the documentation shows them. At scale N every number is N times as
large.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """The promise for one collection."""

    total: int
    by: Mapping[str, Mapping[str, int]]
    """How many documents hold each value of a field: `{"tier": {"basic": 17, …}}`."""
    past: int = 0
    """How many have started, by `starts_at`; zero where there is no such field."""
    upcoming: int = 0


EXPECTED: Mapping[str, Expected] = {
    "profiles": Expected(
        50,
        {
            "tier": {"basic": 17, "standard": 17, "premium": 16},
            "role": {
                "visitor": 19,
                "member": 24,
                "instructor": 3,
                "board_member": 3,
                "admin": 1,
            },
            "status": {"active": 48, "pending": 1, "suspended": 1},
        },
    ),
    "events": Expected(
        20,
        {
            "access_type": {"public": 7, "members_only": 7, "premium_only": 6},
            "status": {"published": 18, "draft": 1, "canceled": 1},
        },
        past=8,
        upcoming=12,
    ),
    "rsvps": Expected(263, {"status": {"confirmed": 218, "waitlist": 14, "canceled": 31}}),
    "applications": Expected(
        30, {"status": {"pending": 8, "approved": 8, "rejected": 7, "under_review": 7}}
    ),
    "subscriptions": Expected(
        40,
        {
            "status": {"active": 10, "past_due": 10, "canceled": 10, "trialing": 10},
            "tier": {"basic": 14, "standard": 13, "premium": 13},
        },
    ),
    "blog_posts": Expected(100, {"status": {"published": 95, "draft": 5}}),
    "newsletter_subscribers": Expected(
        45, {"status": {"subscribed": 33, "pending": 4, "unsubscribed": 6, "bounced": 2}}
    ),
    "training_sessions": Expected(
        16,
        {
            "status": {"ended": 8, "scheduled": 7, "canceled": 1},
            "access_type": {"public": 4, "members_only": 8, "premium_only": 4},
        },
        past=8,
        upcoming=8,
    ),
}
"""By collection, in the order in which collections are filled."""


def totals(scale: int = 1) -> dict[str, int]:
    """How many seed documents each collection holds at this scale."""
    return {collection: expected.total * scale for collection, expected in EXPECTED.items()}
