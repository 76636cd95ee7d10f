"""How the association stands, in figures; the text beside a figure is its definition.

Each is counted from what is kept at this moment, in one go through it. Days and months are UTC's.
"""

from collections import Counter
from collections.abc import Iterable
from statistics import median
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from backend.clock import now
from backend.features.administration.months import Month, latest
from backend.schema.applications import Application, ApplicationStatus
from backend.schema.document import Tier
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.schema.subscriptions import Subscription, SubscriptionStatus
from backend.store import Store

DAY_SECONDS = 86_400


class Figures(BaseModel):
    """Figures, and the moment at which they were counted."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    as_of: AwareDatetime = Field(default_factory=now)


class MonthFigures(BaseModel):
    """The figures of one month."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    month: str = Field(examples=["2026-03"])
    """In UTC; the last one is not over yet."""


class Group(BaseModel):
    """How many people have this role, tier and status."""

    role: Role
    tier: Tier
    status: ProfileStatus
    people: int


class ByTier(BaseModel):
    """Numbers by tier."""

    basic: int
    standard: int
    premium: int

    @classmethod
    def of(cls, tiers: Iterable[Tier]) -> Self:
        """How many of each there are."""
        found = Counter(tiers)
        return cls(**{tier.value: found[tier] for tier in Tier})


class MembersInMonth(MonthFigures):
    """Who came and went in a month."""

    registered: int
    """Accounts that were opened in it and are there still; who was forgotten is not counted."""
    began: int
    """Subscriptions that we first heard of in it."""
    ended: int
    """Subscriptions that stopped making somebody a member in it."""
    paying: ByTier
    """Subscriptions under way at its end, or now, by the tier that they have today."""


class Members(Figures):
    """The people, today and over the months."""

    accounts: int
    """All profiles."""
    members: int
    """Profiles that are active, with the role member or one above it."""
    groups: list[Group]
    """All profiles by role, tier and status; empty groups are left out."""
    subscriptions: dict[SubscriptionStatus, int]
    """All subscriptions by status."""
    months: list[MembersInMonth]


async def members(store: Store, months: int) -> Members:
    """The figures of the people."""
    people = [each async for each in store.every(Profile)]
    paid = [each async for each in store.every(Subscription)]
    groups = Counter((each.role, each.tier, each.status) for each in people)
    stand = Counter(each.status for each in paid)
    active = [each for each in people if each.status is ProfileStatus.active]
    return Members(
        accounts=len(people),
        members=sum(each.role.at_least(Role.member) for each in active),
        groups=[
            Group(role=role, tier=tier, status=status, people=groups[role, tier, status])
            for role, tier, status in sorted(groups)
        ],
        subscriptions={status: stand[status] for status in SubscriptionStatus},
        months=[_members_in(each, people, paid) for each in latest(months, now())],
    )


def _members_in(month: Month, people: list[Profile], paid: list[Subscription]) -> MembersInMonth:
    return MembersInMonth(
        month=month.name,
        registered=sum(each.created_at in month for each in people),
        began=sum(each.created_at in month for each in paid),
        ended=sum(each.ended_at in month for each in paid),
        paying=ByTier.of(
            each.tier for each in paid if month.ends_within(each.created_at, each.ended_at)
        ),
    )


class ApplicationsInMonth(MonthFigures):
    """What became of the applications that were submitted in a month."""

    submitted: int
    """All of them; drafts are none."""
    outcomes: dict[ApplicationStatus, int]
    """The same by where they stand today."""
    median_days: float | None
    """Of those that were decided: days from submission to the last approval or the rejection; of
    an appeal that was granted, to the second decision."""
    longest_days: float | None


class Applications(Figures):
    """The applications, today and by the month in which they were submitted."""

    submitted: int
    """All that were ever submitted."""
    outcomes: dict[ApplicationStatus, int]
    """The same by where they stand today."""
    approved_of_decided: float | None
    """The share of the approved among the approved and the rejected; null where there is none."""
    median_days: float | None
    """As in each month, of all."""
    months: list[ApplicationsInMonth]


async def applications(store: Store, months: int) -> Applications:
    """The figures of the applications."""
    kept = [each async for each in store.every(Application) if each.submitted_at]
    outcomes = _outcomes(kept)
    approved, rejected = (
        outcomes[each] for each in (ApplicationStatus.approved, ApplicationStatus.rejected)
    )
    decided = approved + rejected
    return Applications(
        submitted=len(kept),
        outcomes=outcomes,
        approved_of_decided=round(approved / decided, 4) if decided else None,
        median_days=_median(_days(kept)),
        months=[
            _applications_in(month, [each for each in kept if each.submitted_at in month])
            for month in latest(months, now())
        ],
    )


def _applications_in(month: Month, kept: list[Application]) -> ApplicationsInMonth:
    days = _days(kept)
    return ApplicationsInMonth(
        month=month.name,
        submitted=len(kept),
        outcomes=_outcomes(kept),
        median_days=_median(days),
        longest_days=round(max(days), 2) if days else None,
    )


def _outcomes(kept: list[Application]) -> dict[ApplicationStatus, int]:
    found = Counter(each.status for each in kept)
    return {each: found[each] for each in ApplicationStatus if each is not ApplicationStatus.draft}


def _days(kept: list[Application]) -> list[float]:
    return [
        (each.decided_at - each.submitted_at).total_seconds() / DAY_SECONDS
        for each in kept
        if each.decided_at and each.submitted_at
    ]


def _median(days: list[float]) -> float | None:
    return round(median(days), 2) if days else None


class ReadersInMonth(MonthFigures):
    """How the newsletter's list grew in a month."""

    joined: int
    """Addresses that were confirmed in it; who confirmed more than once counts the last time."""
    left: int
    """Addresses that were taken off in it, by their owners or because mail came back."""
    on_list: int
    """Addresses that were on the list at its end, or now."""


class Newsletter(Figures):
    """The newsletter's list, today and over the months."""

    addresses: dict[NewsletterStatus, int]
    """All addresses by where they stand."""
    months: list[ReadersInMonth]


async def newsletter(store: Store, months: int) -> Newsletter:
    """The figures of the newsletter."""
    kept = [each async for each in store.every(NewsletterSubscriber)]
    stand = Counter(each.status for each in kept)
    return Newsletter(
        addresses={each: stand[each] for each in NewsletterStatus},
        months=[
            ReadersInMonth(
                month=month.name,
                joined=sum(each.subscribed_at in month for each in kept),
                left=sum(each.left_at in month for each in kept),
                on_list=sum(month.ends_within(each.subscribed_at, each.left_at) for each in kept),
            )
            for month in latest(months, now())
        ],
    )
