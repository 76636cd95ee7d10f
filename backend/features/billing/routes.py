"""Memberships that are paid for, on the wire."""

from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from backend.bodies import Body
from backend.dependencies import Admin, KnownCaller, MayCall, WithParts, may_call
from backend.features.billing import membership, refunding
from backend.features.billing.reconciling import differences
from backend.idempotency import Idempotent
from backend.schema.document import Tier
from backend.schema.subscriptions import Subscription, SubscriptionStatus

router = APIRouter(prefix="/api/membership", tags=["membership"])
LOGGED_IN = may_call(MayCall.logged_in)
ADMINS = may_call(MayCall.admins)


class TierView(BaseModel):
    """A tier, and what it costs at Stripe at this moment."""

    tier: Tier
    cents: int
    currency: str
    interval: str = Field(examples=["year"])


class Wanted(Body):
    """The tier that somebody wants."""

    tier: Tier = Field(examples=["standard"])


class Page(BaseModel):
    """A page of Stripe's, to go on at."""

    url: str


class MembershipView(BaseModel):
    """How a paid membership stands."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    tier: Tier
    status: SubscriptionStatus
    paid_until: AwareDatetime
    ends_then: bool
    """Whether it ends with what is paid for."""
    past_due_since: AwareDatetime | None

    @classmethod
    def of(cls, kept: Subscription) -> Self:
        """The view of a subscription."""
        return cls(
            tier=kept.tier,
            status=kept.status,
            paid_until=kept.current_period_end,
            ends_then=kept.cancel_at_period_end,
            past_due_since=kept.past_due_since,
        )


class InvoiceView(BaseModel):
    """An invoice of Stripe's."""

    id: str
    number: str | None
    status: str | None
    amount_due: int
    amount_paid: int
    currency: str
    created: AwareDatetime
    page: str | None
    pdf: str | None


class RefundWanted(Body):
    """What is to be paid back."""

    payment_intent: Annotated[str, Field(pattern=r"^pi_[A-Za-z0-9_]{1,200}$")]
    profile_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    cents: Annotated[int | None, Field(ge=1)] = None
    """How much; null pays all that is left back."""


class Refunded(BaseModel):
    """What was paid back."""

    id: str
    cents: int
    status: str | None


class DifferenceView(BaseModel):
    """Something that is not the same here and at Stripe."""

    subscription: str
    what: str
    here: str
    at_stripe: str


class Accepted(BaseModel):
    """Stripe has taken it; what follows is seen once Stripe has told of it."""

    message: str


ASKED = Accepted(message="Stripe has taken it. You will see it here in a moment.")


@router.get("/tiers", summary="List the tiers", openapi_extra=may_call(MayCall.anybody))
async def list_tiers(parts: WithParts) -> list[TierView]:
    """What each tier costs, as Stripe has it."""
    prices = {tier: await membership.price_of(parts, tier) for tier in Tier}
    return [
        TierView(
            tier=tier, cents=it.unit_amount, currency=it.currency, interval=it.interval or "once"
        )
        for tier, it in prices.items()
    ]


@router.get("", summary="Show my membership", openapi_extra=LOGGED_IN)
async def show_membership(caller: KnownCaller, parts: WithParts) -> MembershipView | None:
    """How the caller's paid membership stands; null while there is none."""
    kept = await membership.live_of(parts.store, caller.profile)
    return MembershipView.of(kept) if kept else None


@router.post("/checkout", summary="Pay for a membership", openapi_extra=LOGGED_IN)
async def check_out(body: Wanted, caller: KnownCaller, parts: WithParts, once: Idempotent) -> Page:
    """Open Stripe's page where a member begins to pay for a tier."""
    url = await membership.pay_at(parts, caller.profile, body.tier, once.key)
    return await once.remember(parts.store, Page(url=url))


@router.post("/portal", summary="Open Stripe's portal", openapi_extra=LOGGED_IN)
async def open_portal(caller: KnownCaller, parts: WithParts) -> Page:
    """Open Stripe's page where a member changes cards and sees invoices."""
    return Page(url=await membership.portal(parts, caller.profile))


@router.post("/change", summary="Change my tier", openapi_extra=LOGGED_IN)
async def change_tier(
    body: Wanted, caller: KnownCaller, parts: WithParts, once: Idempotent
) -> Accepted:
    """Move to another tier; what differs until the period's end is billed, or credited, now."""
    await membership.change_tier(parts, caller.profile, body.tier, once.key)
    return await once.remember(parts.store, ASKED)


@router.post("/cancel", summary="End my membership", openapi_extra=LOGGED_IN)
async def cancel(caller: KnownCaller, parts: WithParts, once: Idempotent) -> Accepted:
    """End a membership with what is paid for; until then it may be resumed."""
    await membership.cancel_at_end(parts, caller.profile, cancel=True)
    return await once.remember(parts.store, ASKED)


@router.post("/resume", summary="Resume my membership", openapi_extra=LOGGED_IN)
async def resume(caller: KnownCaller, parts: WithParts, once: Idempotent) -> Accepted:
    """Let a membership go on that would end with what is paid for."""
    await membership.cancel_at_end(parts, caller.profile, cancel=False)
    return await once.remember(parts.store, ASKED)


@router.get("/invoices", summary="List my invoices", openapi_extra=LOGGED_IN)
async def list_invoices(caller: KnownCaller, parts: WithParts) -> list[InvoiceView]:
    """The caller's invoices, the newest first, each as a page and as a PDF of Stripe's."""
    return [
        InvoiceView(
            **each.model_dump(include=set(InvoiceView.model_fields)),
            page=each.hosted_invoice_url,
            pdf=each.invoice_pdf,
        )
        for each in await membership.invoices_of(parts, caller.profile)
    ]


@router.post("/refunds", status_code=201, summary="Pay money back", openapi_extra=ADMINS)
async def refund(body: RefundWanted, caller: Admin, parts: WithParts, once: Idempotent) -> Refunded:
    """Pay a payment back, whole or in part, never more than was paid."""
    done = await refunding.refund(
        parts,
        caller,
        payment_intent=body.payment_intent,
        profile_id=body.profile_id,
        cents=body.cents,
        key=once.key,
    )
    answer = Refunded(id=done.id, cents=done.amount, status=done.status)
    return await once.remember(parts.store, answer, 201)


@router.get("/differences", summary="Compare with Stripe", openapi_extra=ADMINS)
async def list_differences(_: Admin, parts: WithParts) -> list[DifferenceView]:
    """All that differs between what is kept here and at Stripe; an empty list when all is well."""
    return [DifferenceView(**vars(each)) for each in await differences(parts)]
