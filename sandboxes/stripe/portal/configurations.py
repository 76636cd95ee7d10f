"""Portal configurations: what customers may do in it. The account has one from the beginning."""

from copy import deepcopy
from typing import Literal

from sandboxes.kit.records import Document
from sandboxes.stripe.errors import StripeError, not_emulated
from sandboxes.stripe.fields import Many, Metadata, Text, Truth, Unsettable, merged
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.ids import new_id
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.listing import Page, page
from sandboxes.stripe.operations import route

KIND = "billing_portal.configuration"
Reason = Literal[
    "customer_service",
    "low_quality",
    "missing_features",
    "other",
    "switched_service",
    "too_complex",
    "too_expensive",
    "unused",
]


class Profile(Hash):
    """What the portal says of the seller."""

    headline: Unsettable = None
    privacy_policy_url: Text | None = None
    terms_of_service_url: Text | None = None


class Switch(Hash):
    """Something that customers may do, or not."""

    not_emulated = words("payment_method_configuration")
    enabled: Truth


class CustomerUpdate(Switch):
    """What customers may change of themselves."""

    allowed_updates: Many[Text] = []


class Reasons(Hash):
    """Whether customers are asked why they leave, and what they can say."""

    not_emulated = words("feedback_options")
    enabled: Truth
    options: Many[Reason] = []


class SubscriptionCancel(Hash):
    """How customers may end a subscription."""

    enabled: Truth
    cancellation_reason: Reasons | None = None
    mode: Literal["at_period_end", "immediately"] = "at_period_end"
    proration_behavior: Literal["none", "create_prorations", "always_invoice"] = "none"


class SubscriptionUpdate(Hash):
    """How customers may change a subscription."""

    not_emulated = words(
        "billing_cycle_anchor products schedule_at_period_end trial_update_behavior"
    )
    enabled: Truth
    default_allowed_updates: Many[Text] = []
    proration_behavior: Literal["none", "create_prorations", "always_invoice"] = "none"


class Features(Hash):
    """What customers may do."""

    not_emulated = words("subscription_pause")
    customer_update: CustomerUpdate | None = None
    invoice_history: Switch | None = None
    payment_method_update: Switch | None = None
    subscription_cancel: SubscriptionCancel | None = None
    subscription_update: SubscriptionUpdate | None = None


class LoginPage(Hash):
    """Whether customers can come without a session."""

    enabled: Truth


class Creation(Form):
    """A new configuration."""

    business_profile: Profile = Profile()
    default_return_url: Unsettable = None
    features: Features
    login_page: LoginPage | None = None
    metadata: Metadata = {}
    name: Unsettable = None


class Update(Creation):
    """A change of a configuration."""

    active: Truth = True
    features: Features = Features()


class Listing(Page):
    """Which configurations."""

    active: Truth | None = None
    is_default: Truth | None = None


OFF: Document = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": False, "payment_method_configuration": None},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": False, "options": []},
        "enabled": False,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_update": {
        "billing_cycle_anchor": None,
        "default_allowed_updates": [],
        "enabled": False,
        "products": None,
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "end_trial",
    },
}
"""The features of a configuration that allows nothing."""
DEFAULT = Features(
    invoice_history=Switch(enabled=True),
    payment_method_update=Switch(enabled=True),
    subscription_cancel=SubscriptionCancel(enabled=True),
)
"""What the account's own configuration allows."""


def _features(before: Document, given: Features) -> Document:
    for name in ("customer_update", "subscription_update"):
        switch = getattr(given, name)
        if switch and switch.enabled:
            raise not_emulated(f"features[{name}][enabled]=true")
    told = given.given()
    return {name: switch | (told.get(name) or {}) for name, switch in before.items()}


def _new(ledger: Ledger, form: Creation, *, is_default: bool = False) -> Document:
    if form.login_page and form.login_page.enabled:
        raise not_emulated("login_page[enabled]=true")
    return {
        "id": new_id("bpc"),
        "object": KIND,
        "active": True,
        "application": None,
        "business_profile": form.business_profile.model_dump(),
        "created": ledger.now,
        "default_return_url": form.default_return_url,
        "features": _features(deepcopy(OFF), form.features),
        "is_default": is_default,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": merged({}, form.metadata),
        "name": form.name,
        "updated": ledger.now,
    }


async def default(ledger: Ledger) -> Document:
    """The account's own configuration."""
    found = await ledger.find(KIND, 1, is_default=True)
    return (
        found[0]
        if found
        else await ledger.keep(_new(ledger, Creation(features=DEFAULT), is_default=True))
    )


async def create(ledger: Ledger, form: Creation) -> Document:
    """A configuration."""
    return await ledger.keep(_new(ledger, form), f"{KIND}.created")


async def retrieve(ledger: Ledger, _form: Form, id_: str) -> Document:
    """The configuration."""
    return await ledger.get(KIND, id_)


async def update(ledger: Ledger, form: Update, id_: str) -> Document:
    """The configuration, changed."""
    before = await ledger.get(KIND, id_)
    if before["is_default"] and not form.active:
        raise StripeError("You cannot deactivate your default configuration.", param="active")
    if form.login_page and form.login_page.enabled:
        raise not_emulated("login_page[enabled]=true")
    changes = form.given("business_profile", "features", "login_page", "metadata")
    changes["business_profile"] = before["business_profile"] | form.business_profile.given()
    changes["features"] = _features(before["features"], form.features)
    changes["metadata"] = merged(before["metadata"], form.metadata)
    if before | changes == before:
        return before
    return await ledger.change(before, changes | {"updated": ledger.now}, f"{KIND}.updated")


async def listed(ledger: Ledger, form: Listing) -> Document:
    """A page of configurations."""
    like = {"active": form.active, "is_default": form.is_default}
    return await page(ledger, KIND, "/v1/billing_portal/configurations", form, like=like)


MANY = "/v1/billing_portal/configurations"
NAME = "BillingPortalConfigurations"
ROUTES = (
    route(f"Post{NAME}", MANY, Creation, create),
    route(f"Get{NAME}", MANY, Listing, listed),
    route(f"Get{NAME}Configuration", f"{MANY}/{{id}}", Form, retrieve),
    route(f"Post{NAME}Configuration", f"{MANY}/{{id}}", Update, update),
)
