"""What the API promises to answer, as shapes: written from its contract, not from its code."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

Words = Annotated[str, Field(min_length=1)]


class Health(BaseModel):
    """`/api/health`: the one that the platform asks."""

    status: Literal["healthy"]
    service: Literal["wwmaa-backend"]
    environment: Words
    version: Words
    timestamp: AwareDatetime


class Ready(BaseModel):
    """`/api/health/readiness`."""

    status: Literal["ready"]


class Alive(BaseModel):
    """`/api/health/liveness`."""

    status: Literal["alive"]


class Pong(BaseModel):
    """`/api/health/ping`."""

    message: Literal["pong"]


class Time(BaseModel):
    """What time it is in a part of the environment, and how far ahead of the machine that is."""

    now: AwareDatetime
    offset_s: float


class Status(BaseModel):
    """`/api/health/status`: what is deployed, what is configured, and what time it is there."""

    environment: Words
    release: Words
    deployment: Words | None = None
    configured: dict[str, bool]
    clock: Time


class Dependency(BaseModel):
    """What a dependency said when it was last asked."""

    status: Literal["up", "down", "not_configured"]
    critical: bool
    latency_ms: float
    observed_at: AwareDatetime
    detail: str


class Detailed(BaseModel):
    """`/api/health/detailed`."""

    status: Literal["healthy", "degraded", "unhealthy"]
    checks: dict[str, Dependency]


class Profile(BaseModel):
    """Who somebody is."""

    id: Words
    email: Words
    full_name: Words
    role: Words
    tier: Words


class Session(BaseModel):
    """A login that was accepted; the access token holds 15 minutes at most."""

    access_token: Words
    refresh_token: Words
    token_type: Literal["bearer"]
    expires_in: Annotated[int, Field(gt=0, le=900)]
    profile: Profile


class Event(BaseModel):
    """An event of a list, as far as checks look."""

    id: Words
    access_type: Words


class Events(BaseModel):
    """A page of events, and the cursor to those after them."""

    items: list[Event]
    next: str | None


class Post(BaseModel):
    """An article of a list, as far as checks look."""

    slug: Words


class Posts(BaseModel):
    """A page of articles."""

    items: list[Post]


class SiteHealth(BaseModel):
    """What the website says of itself, once it reaches its API."""

    status: Literal["healthy"]
    environment: Words


class Finding(BaseModel):
    """One thing that search found."""

    kind: Literal["blog_post", "event"]
    id: Words
    title: Words
    url: Words


class Findings(BaseModel):
    """What search found, the best first."""

    results: list[Finding]


class Problem(BaseModel):
    """Problem details (RFC 9457), with the request's id."""

    type: Words
    title: Words
    status: int
    detail: Words
    request_id: Words


class Letter(BaseModel):
    """A mail in the sandbox's inbox."""

    to: list[str]
    subject: str
    links: list[str]


class HeldEvent(BaseModel):
    """An event as its organizer sees it."""

    id: Words
    status: Words


class Seat(BaseModel):
    """Somebody's answer to an event."""

    status: Words
    ticket: Words | None


class Application(BaseModel):
    """An application for membership."""

    id: Words
    status: Words


class Page(BaseModel):
    """A page of Stripe's."""

    url: Words


class Membership(BaseModel):
    """How a paid membership stands."""

    tier: Words
    status: Words


class Invoice(BaseModel):
    """An invoice of a member's."""

    status: Words
    amount_paid: int


class Reader(BaseModel):
    """How an address stands on the newsletter's list."""

    email: Words
    status: Words


class Training(BaseModel):
    """A training session."""

    id: Words
    status: Words


class Broadcast(BaseModel):
    """A training session that is live, and where its instructor sends to."""

    session: Training
    rtmps_url: Words
    rtmps_key: Words


class Place(BaseModel):
    """A place in a session, and where it is watched."""

    watch_url: Words
