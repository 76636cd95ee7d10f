"""People as an admin sees them: one line of a list, and one person at a glance."""

from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from backend.parts import Parts
from backend.schema.applications import Application, ApplicationStatus
from backend.schema.document import Document, Tier
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.schema.session_attendance import SessionAttendance
from backend.schema.subscriptions import Subscription, SubscriptionStatus


class _Shown(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    @classmethod
    def of(cls, document: Document) -> Self:
        """The view of a document."""
        return cls.model_validate(document.model_dump(include=set(cls.model_fields)))


class Member(_Shown):
    """Somebody with an account."""

    id: str
    email: str
    full_name: str
    role: Role
    tier: Tier
    """What they pay for, or have asked for."""
    status: ProfileStatus
    created_at: AwareDatetime
    """When they registered."""


class MemberPage(BaseModel):
    """Some people, and the cursor that asks for those after them."""

    items: list[Member]
    next: str | None


class ApplicationLine(_Shown):
    """One of their applications."""

    id: str
    status: ApplicationStatus
    requested_tier: Tier
    created_at: AwareDatetime
    submitted_at: AwareDatetime | None
    reapply_from: AwareDatetime | None


class SubscriptionLine(_Shown):
    """One of their subscriptions."""

    id: str
    tier: Tier
    status: SubscriptionStatus
    stripe_subscription_id: str
    stripe_customer_id: str
    current_period_end: AwareDatetime
    cancel_at_period_end: bool
    past_due_since: AwareDatetime | None
    paid_cents: int
    """What was paid for it in all, in cents."""


class SessionLine(_Shown):
    """Where they are logged in."""

    began_at: AwareDatetime
    used_at: AwareDatetime
    agent: str
    """What the program says it is."""


class Consent(_Shown):
    """What they agreed to, and when."""

    terms_version: str
    terms_accepted_at: AwareDatetime | None
    newsletter: NewsletterStatus | None
    """Null for an address that is not on the newsletter's list."""
    newsletter_consented_at: AwareDatetime | None


class Overview(Member):
    """One person at a glance."""

    phone: str
    location: str
    disciplines: list[str]
    rank: str
    is_public: bool
    updated_at: AwareDatetime
    applications: list[ApplicationLine]
    """The newest first."""
    subscriptions: list[SubscriptionLine]
    """The newest first."""
    sessions: list[SessionLine]
    """The one used last first."""
    consents: Consent
    seats: int
    """At how many events they have, or had, a confirmed seat."""
    trainings: int
    """How many training sessions they came to."""


async def overview(parts: Parts, profile: Profile) -> Overview:
    """All that is worth seeing of one person."""
    store, theirs = parts.store, {"profile_id": profile.id}
    applications = await store.find(Application, theirs, order="-created_at", limit=100)
    subscriptions = await store.find(Subscription, theirs, order="-created_at", limit=100)
    open_now = await parts.sessions.of(profile.id)
    attended = store.every(SessionAttendance, theirs)
    return Overview(
        **profile.model_dump(include=set(Overview.model_fields)),
        applications=[ApplicationLine.of(each) for each in applications.items],
        subscriptions=[SubscriptionLine.of(each) for each in subscriptions.items],
        sessions=[
            SessionLine(began_at=it.began_at, used_at=it.used_at, agent=it.agent) for it in open_now
        ],
        consents=await _consents(parts, profile),
        seats=await store.count(Rsvp, {**theirs, "status": RsvpStatus.confirmed}),
        trainings=sum([each.joined_at is not None async for each in attended]),
    )


async def _consents(parts: Parts, profile: Profile) -> Consent:
    news = await parts.store.first(NewsletterSubscriber, {"email": profile.email})
    return Consent(
        terms_version=profile.terms_version,
        terms_accepted_at=profile.terms_accepted_at,
        newsletter=news.status if news else None,
        newsletter_consented_at=news.consented_at if news else None,
    )
