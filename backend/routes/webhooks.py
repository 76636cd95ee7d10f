"""Where vendors tell what happened."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel

from backend.clock import now
from backend.dependencies import MayCall, WithParts, may_call
from backend.errors import WebhookIsRefused
from backend.providers import WebhookIsForged
from backend.webhooks import Listener, Outcome, tell

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])

Signature = Annotated[
    str, Header(alias="Stripe-Signature", description="Stripe's signature of body and moment.")
]
BODY = {
    "requestBody": {
        "description": "An event as Stripe sends it.",
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


class Heard(BaseModel):
    """What came of an event."""

    outcome: Outcome


@router.post(
    "/stripe",
    summary="Hear what happened at Stripe",
    openapi_extra=may_call(MayCall.vendor) | BODY,
)
async def hear_stripe(
    request: Request, parts: WithParts, stripe_signature: Signature = ""
) -> Heard:
    """Take an event: each has its effect once, however often and in whatever order it is sent.

    Whatever is not answered with 200 is sent again by Stripe, for three days.
    """
    try:
        event = parts.providers.stripe.read_webhook(await request.body(), stripe_signature, now())
    except WebhookIsForged as forged:
        raise WebhookIsRefused(f"This does not come from Stripe now: {forged}.") from forged
    listeners: Sequence[Listener] = request.app.state.stripe_listeners
    return Heard(outcome=await tell(listeners, parts, event))
