"""Privacy on the wire."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from backend.bodies import Body
from backend.counting import count_within
from backend.dependencies import KnownCaller, MayCall, WithParts, may_call
from backend.errors import LoginIsRefused, TooManyAttempts
from backend.features.privacy import exporting, forgetting
from backend.features.privacy.sources import SOURCES
from backend.idempotency import Idempotent
from backend.parts import Parts
from backend.passwords import Passwords
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from backend.schema.profiles import LAST_ADMIN

router = APIRouter(prefix="/api/privacy", tags=["privacy"])
LOGGED_IN = may_call(MayCall.logged_in)
ATTEMPTS: Final = 5
"""How many passwords may be tried in a quarter of an hour, before the account is closed by one."""


class KeptThing(BaseModel):
    """Something that is kept about people."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    where: str = Field(examples=["rsvps.profile_id"])
    what: str
    afterwards: str
    """What comes of it when somebody is forgotten."""


class NewsletterConsent(BaseModel):
    """What somebody said to the newsletter, and when."""

    status: NewsletterStatus
    interests: list[str]
    consented_at: AwareDatetime | None
    since: AwareDatetime | None
    until: AwareDatetime | None


class Consents(BaseModel):
    """What the caller agreed to."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    terms_version: str
    """Empty where nobody wrote down which version it was."""
    terms_accepted_at: AwareDatetime | None
    newsletter: NewsletterConsent | None


class Deletion(Body):
    """What somebody says who wants to be forgotten."""

    password: Annotated[str, Field(min_length=1, max_length=128)]
    confirmation: Literal["DELETE"]
    """The word itself, in capitals."""


class PrivacyNotice(BaseModel):
    """What happens now, as a sentence for people."""

    message: str


@router.get("", summary="What is kept", openapi_extra=may_call(MayCall.anybody))
async def list_what_is_kept() -> list[KeptThing]:
    """Where people are named, and what comes of it when somebody asks to be forgotten."""
    return [
        KeptThing(
            where=f"{each.kind.collection}.{each.field}", what=each.why, afterwards=each.fate.value
        )
        for each in SOURCES
    ]


@router.get("/consents", summary="Show my consents", openapi_extra=LOGGED_IN)
async def show_consents(caller: KnownCaller, parts: WithParts) -> Consents:
    """What the caller agreed to, and when."""
    profile = caller.profile
    news = await parts.store.first(NewsletterSubscriber, {"email": profile.email})
    return Consents(
        terms_version=profile.terms_version,
        terms_accepted_at=profile.terms_accepted_at,
        newsletter=news
        and NewsletterConsent(
            status=news.status,
            interests=news.interests,
            consented_at=news.consented_at,
            since=news.subscribed_at,
            until=news.unsubscribed_at,
        ),
    )


@router.post("/exports", status_code=202, summary="Export my data", openapi_extra=LOGGED_IN)
async def export(caller: KnownCaller, parts: WithParts) -> PrivacyNotice:
    """Have all that is kept about the caller put together; once a day. The link comes by mail."""
    await exporting.ask(parts, caller.profile)
    return PrivacyNotice(
        message="We are putting it together, and will write to you when it is there."
    )


@router.get(
    "/exports/{sealed}",
    summary="Fetch an export",
    openapi_extra=may_call(MayCall.anybody),
    response_class=Response,
    responses={
        200: {
            "content": {
                "application/json": {"example": {"profiles": [{"full_name": "Ama Owusu"}]}}
            },
            "description": "All that is kept.",
        }
    },
)
async def fetch(sealed: Annotated[str, Path(max_length=200)], parts: WithParts) -> Response:
    """An export, by the sealed link that its owner got; for 24 hours."""
    headers = {"Content-Disposition": 'attachment; filename="wwmaa-data.json"'}
    told = await exporting.fetch(parts, sealed)
    return Response(told, media_type="application/json", headers=headers)


@router.post("/deletion", status_code=202, summary="Delete my account", openapi_extra=LOGGED_IN)
async def delete_account(
    body: Deletion, request: Request, caller: KnownCaller, parts: WithParts, once: Idempotent
) -> PrivacyNotice:
    """Close the caller's account at once, and forget them; a last mail says when it is done.

    A subscription ends at once, seats at events to come are given up. There is no way back.
    """
    await _count(parts, caller.profile.id)
    passwords: Passwords = request.app.state.passwords
    if not await passwords.match(body.password, caller.profile.password_hash):
        raise LoginIsRefused("The password is another one.")
    site = parts.settings.core.frontend_url
    async with (
        parts.store.exclusively(LAST_ADMIN) as admins,
        admins.exclusively(f"profile:{caller.profile.id}") as held,
    ):
        message = "Your account is closed. We will write to you once you are forgotten."
        answer = await once.remember(held, PrivacyNotice(message=message), 202)
        await forgetting.begin(held, caller.profile, request.app.state.leaving, site)
    await parts.sessions.end_all(caller.profile.id)
    return answer


async def _count(parts: Parts, profile_id: str) -> None:
    key = f"{parts.settings.prefix}deletions:{profile_id}"
    window = int(timedelta(minutes=15).total_seconds())
    if await count_within(parts.redis, key, window) > ATTEMPTS:
        raise TooManyAttempts("Too many passwords were tried. Try later.", retry_after=window)
