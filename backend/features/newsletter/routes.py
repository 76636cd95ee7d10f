"""The newsletter on the wire. No answer tells whether an address is on the list."""

from typing import Annotated, Literal, Self
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from backend.bodies import Body
from backend.dependencies import MayCall, WithParts, may_call
from backend.features.newsletter import subscribing
from backend.features.newsletter.subscribing import Interest
from backend.schema.document import TypedEmail
from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber

router = APIRouter(prefix="/api/newsletter", tags=["newsletter"])
HOLDER = may_call(MayCall.holder)

Token = Annotated[str, Field(min_length=1, max_length=200)]
QueryToken = Annotated[str, Query(min_length=1, max_length=200, description="As in the mail.")]
Interests = Annotated[list[Interest], Field(max_length=len(Interest), examples=[["events"]])]


class Wish(Body):
    """Who wants the newsletter, and what they agree to."""

    email: TypedEmail = Field(examples=["ama.owusu@readers.staging.wwmaa.example"])
    interests: Interests = list(Interest)
    consent: Literal[True] = Field(examples=[True])
    """That they agree to be written to; without it nothing is kept."""


class Link(Body):
    """The token of the link in a mail."""

    token: Token


class Preferences(Link):
    """What the holder of a link wants to read about."""

    interests: Interests


class NewsletterNotice(BaseModel):
    """A sentence for whoever asked."""

    message: str


class Standing(BaseModel):
    """How somebody stands on the list, as the holder of their link sees it."""

    email: str
    status: NewsletterStatus
    interests: list[str]

    @classmethod
    def of(cls, subscriber: NewsletterSubscriber) -> Self:
        """The view of a subscriber."""
        return cls(email=subscriber.email, status=subscriber.status, interests=subscriber.interests)


@router.post(
    "/subscribe",
    status_code=202,
    summary="Ask for the newsletter",
    openapi_extra=may_call(MayCall.anybody),
)
async def subscribe(body: Wish, parts: WithParts) -> NewsletterNotice:
    """Ask for it at an address. The answer is the same whether or not the address is known."""
    await subscribing.ask(parts, body.email, body.interests)
    return NewsletterNotice(
        message="We have written to this address. Open the link in the mail to go on."
    )


@router.post("/confirm", summary="Confirm a subscription", openapi_extra=HOLDER)
async def confirm(body: Link, parts: WithParts) -> Standing:
    """Put the address on the list by the link of the mail, within 24 hours."""
    return Standing.of(await subscribing.confirm(parts, body.token))


@router.get("/preferences", summary="Show a reader's preferences", openapi_extra=HOLDER)
async def show_preferences(token: QueryToken, parts: WithParts) -> Standing:
    """How the holder of a link stands; nothing is changed by looking."""
    return Standing.of(await subscribing.show(parts, token))


@router.put("/preferences", summary="Change a reader's preferences", openapi_extra=HOLDER)
async def change_preferences(body: Preferences, parts: WithParts) -> Standing:
    """Keep what the holder of a link wants to read about."""
    return Standing.of(await subscribing.prefer(parts, body.token, body.interests))


@router.get(
    "/unsubscribe",
    summary="Be led to the way out of the newsletter",
    status_code=303,
    response_class=RedirectResponse,
    openapi_extra=HOLDER,
)
async def show_way_out(token: QueryToken, parts: WithParts) -> RedirectResponse:
    """Lead to the website, which asks first: programs that open every link unsubscribe nobody."""
    site = parts.settings.core.frontend_url
    return RedirectResponse(f"{site}/newsletter/preferences?token={quote(token)}", 303)


@router.post("/unsubscribe", summary="Leave the newsletter", openapi_extra=HOLDER)
async def unsubscribe(token: QueryToken, parts: WithParts) -> Standing:
    """Leave by one click, as mail programs do (RFC 8058) with the link that each letter bears."""
    return Standing.of(await subscribing.leave(parts, token))
