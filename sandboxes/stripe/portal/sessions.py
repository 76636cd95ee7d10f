"""Portal sessions in the API: a customer's way to the page where they look after themselves."""

from typing import Literal

from sandboxes.kit.records import Document
from sandboxes.stripe.checkout.sessions import check_url
from sandboxes.stripe.ending import LIVING
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import Text
from sandboxes.stripe.forms import Form, Hash, words
from sandboxes.stripe.ids import drawn, new_id
from sandboxes.stripe.ledger import Ledger
from sandboxes.stripe.operations import route
from sandboxes.stripe.portal import configurations

KIND, TO_COME_S, TO_STAY_S = "billing_portal.session", 5 * 60, 3600
"""A session must be opened within five minutes, and lives for an hour after it was last used."""


class Redirect(Hash):
    """Where to go when it is done."""

    return_url: Text


class Confirmation(Hash):
    """What to say when it is done."""

    custom_message: Text | None = None


class AfterCompletion(Hash):
    """What comes when it is done."""

    type: Literal["hosted_confirmation", "portal_homepage", "redirect"]
    hosted_confirmation: Confirmation | None = None
    redirect: Redirect | None = None


class Cancel(Hash):
    """Which subscription is to be ended."""

    not_emulated = words("retention")
    subscription: Text


class Flow(Hash):
    """The one thing that a customer is sent for."""

    not_emulated = words("subscription_pause subscription_update subscription_update_confirm")
    type: Literal["payment_method_update", "subscription_cancel"]
    after_completion: AfterCompletion | None = None
    subscription_cancel: Cancel | None = None


class Creation(Form):
    """A new session."""

    not_emulated = words("after_expiration customer_account on_behalf_of")
    configuration: Text | None = None
    customer: Text
    flow_data: Flow | None = None
    locale: Text | None = None
    return_url: Text | None = None


async def create(ledger: Ledger, form: Creation) -> Document:
    """A session for a customer."""
    await ledger.get("customer", form.customer, "customer")
    if form.configuration:
        chosen = await ledger.get(configurations.KIND, form.configuration, "configuration")
    else:
        chosen = await configurations.default(ledger)
    if form.return_url:
        check_url(form.return_url, "return_url")
    secret = drawn(40)
    session = {
        "id": new_id("bps"),
        "object": KIND,
        "after_expiration": None,
        "configuration": chosen["id"],
        "created": ledger.now,
        "customer": form.customer,
        "customer_account": None,
        "flow": await _flow(ledger, form),
        "livemode": False,
        "locale": form.locale,
        "on_behalf_of": None,
        "return_url": form.return_url or chosen["default_return_url"],
        "url": f"{await ledger.address()}/p/session/test_{secret}",
        "_secret": f"test_{secret}",
        "_until": ledger.now + TO_COME_S,
    }
    return await ledger.keep(session, f"{KIND}.created")


async def _flow(ledger: Ledger, form: Creation) -> Document | None:
    asked = form.flow_data
    if asked is None:
        return None
    after = asked.after_completion
    if asked.type == "subscription_cancel":
        await _check_cancel(ledger, form.customer, asked.subscription_cancel)
    if after and after.type == "redirect":
        if after.redirect is None:
            param = "flow_data[after_completion][redirect]"
            words = f"Missing required param: {param}."
            raise StripeError(words, param=param, code="parameter_missing")
        check_url(after.redirect.return_url, "flow_data[after_completion][redirect][return_url]")
    cancel = asked.subscription_cancel
    return {
        "after_completion": {
            "hosted_confirmation": after
            and after.hosted_confirmation
            and after.hosted_confirmation.model_dump(),
            "redirect": after and after.redirect and after.redirect.model_dump(),
            "type": after.type if after else "portal_homepage",
        },
        "subscription_cancel": cancel and {"retention": None, "subscription": cancel.subscription},
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": asked.type,
    }


async def _check_cancel(ledger: Ledger, customer: str, cancel: Cancel | None) -> None:
    param = "flow_data[subscription_cancel][subscription]"
    if cancel is None:
        words = f"Missing required param: {param}."
        raise StripeError(words, param=param, code="parameter_missing")
    subscription = await ledger.get("subscription", cancel.subscription, param)
    if subscription["customer"] != customer:
        words = "The subscription in the flow does not belong to the customer of the session."
        raise StripeError(words, param=param)
    if subscription["status"] not in LIVING or subscription["cancel_at_period_end"]:
        words = (
            "The subscription in the flow cannot be updated because it is already set to cancel."
        )
        raise StripeError(words, param=param)


ROUTES = (route("PostBillingPortalSessions", "/v1/billing_portal/sessions", Creation, create),)
