"""Where vendors tell what happened."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel

from backend.clock import now
from backend.dependencies import MayCall, WithParts, may_call
from backend.errors import WebhookIsRefused
from backend.providers import WebhookIsForged, beehiiv, cloudflare, stripe
from backend.webhooks import Listener, Outcome, tell

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])

StripeSignature = Annotated[
    str, Header(alias="Stripe-Signature", description="Stripe's signature of body and moment.")
]
SvixSignature = Annotated[
    str, Header(alias="svix-signature", description="Svix' signature of id, moment and body.")
]
StreamSignature = Annotated[
    str, Header(alias="Webhook-Signature", description="Stream's signature of moment and body.")
]


def _from(vendor: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object"}}}
    description = f"An event as {vendor} sends it."
    body = {"description": description, "required": True, "content": content}
    return may_call(MayCall.vendor) | {"requestBody": body}


class Heard(BaseModel):
    """What came of an event."""

    outcome: Outcome


@router.post("/stripe", summary="Hear what happened at Stripe", openapi_extra=_from("Stripe"))
async def hear_stripe(
    request: Request, parts: WithParts, stripe_signature: StripeSignature = ""
) -> Heard:
    """Take an event: each has its effect once, however often and in whatever order it is sent.

    Whatever is not answered with 200 is sent again by Stripe, for three days.
    """
    try:
        event = parts.providers.stripe.read_webhook(await request.body(), stripe_signature, now())
    except WebhookIsForged as forged:
        raise WebhookIsRefused(f"This does not come from Stripe now: {forged}.") from forged
    listeners: Sequence[Listener[stripe.Event]] = request.app.state.stripe_listeners
    return Heard(outcome=await tell(listeners, parts, event))


@router.post("/beehiiv", summary="Hear what happened at BeeHiiv", openapi_extra=_from("BeeHiiv"))
async def hear_beehiiv(
    request: Request, parts: WithParts, svix_signature: SvixSignature = ""
) -> Heard:
    """Take an event of a subscriber or a post: each has its effect once, soon after the answer.

    Whatever is not answered with 200 is sent again by BeeHiiv, for a day and more.
    """
    headers = {**request.headers, "svix-signature": svix_signature}
    try:
        event = parts.providers.beehiiv.read_webhook(await request.body(), headers, now())
    except WebhookIsForged as forged:
        raise WebhookIsRefused(f"This does not come from BeeHiiv now: {forged}.") from forged
    listeners: Sequence[Listener[beehiiv.Event]] = request.app.state.beehiiv_listeners
    return Heard(outcome=await tell(listeners, parts, event))


@router.post(
    "/cloudflare", summary="Hear what happened at Cloudflare", openapi_extra=_from("Cloudflare")
)
async def hear_cloudflare(
    request: Request, parts: WithParts, webhook_signature: StreamSignature = ""
) -> Heard:
    """Take the news of a video that is ready, or went wrong: each has its effect once."""
    try:
        video = parts.providers.cloudflare.read_webhook(
            await request.body(), webhook_signature, now()
        )
    except WebhookIsForged as forged:
        raise WebhookIsRefused(f"This does not come from Cloudflare now: {forged}.") from forged
    listeners: Sequence[Listener[cloudflare.Video]] = request.app.state.cloudflare_listeners
    return Heard(outcome=await tell(listeners, parts, video))
