"""The Billing Portal: what customers see there, and what they can do for themselves."""

from typing import Any

import pytest
import stripe

from tests.sandboxes.browser import Tab
from tests.sandboxes.membership import Membership, a_membership
from tests.sandboxes.shop import CHALLENGED, DECLINED, FILLED
from tests.sandboxes.till import DAY_S, Till

MASTERCARD = "5555555555554444"
ACCOUNT = "http://shop.test/account"


@pytest.fixture
def club(till: Till) -> Membership:
    return a_membership(till)


def a_portal(club: Membership, **more: Any) -> stripe.billing_portal.Session:
    """A session of the customer's; None takes a parameter away."""
    asked = {"customer": club.customer, "return_url": ACCOUNT} | more
    told: Any = {name: value for name, value in asked.items() if value is not None}
    return club.till.stripe.v1.billing_portal.sessions.create(told)


def visit(club: Membership, **more: Any) -> Tab:
    return Tab.open(club.till.control, a_portal(club, **more).url)


def last4(club: Membership) -> str:
    """The card that the customer pays with."""
    found = club.till.stripe.v1.customers.retrieve(
        club.customer, {"expand": ["invoice_settings.default_payment_method"]}
    )
    assert found.invoice_settings
    method = found.invoice_settings.default_payment_method
    assert isinstance(method, stripe.PaymentMethod)
    assert method.card
    return method.card.last4


def test_a_member_sees_the_plan_the_card_and_the_invoices(club: Membership) -> None:
    club.subscribe()
    tab = visit(club)
    for words in ("Basic $29.00 per year", "Renews on", "Visa", "4242", "Paid", "Zoë"):
        assert words in tab.says()
    assert tab.reader.links["Back to WWMAA"] == ACCOUNT
    (invoice,) = club.till.stripe.v1.invoices.list().data
    assert invoice.number
    tab.go(invoice.number)
    assert tab.status == 200
    assert "Paid $29.00" in tab.says()
    assert club.till.control.get(f"{tab.url}x").status_code == 404


def test_a_member_cancels_and_resumes_and_the_shop_hears_of_it(club: Membership) -> None:
    made = club.subscribe()
    tab = visit(club).go("Cancel plan")
    assert "It stays yours until" in tab.says()
    club.till.heard()
    club.till.ear.bodies.clear()
    tab.submit()
    assert "Your subscription is canceled." in tab.says()
    assert "Ends on" in tab.says()
    canceled = club.get(made.id)
    assert (canceled.status, canceled.cancel_at_period_end) == ("active", True)
    assert canceled.cancel_at == made["items"].data[0].current_period_end
    tab.submit()
    assert "Your subscription goes on." in tab.says()
    resumed = club.get(made.id)
    assert (resumed.cancel_at_period_end, resumed.cancel_at) == (False, None)
    assert club.till.heard() == ["customer.subscription.updated"] * 2
    before = club.till.ear.events()[0]["data"]["previous_attributes"]
    assert before["cancel_at_period_end"] is False


def test_a_canceled_plan_ends_with_its_period(club: Membership) -> None:
    made = club.subscribe(items=[{"price": club.monthly}])
    visit(club).go("Cancel plan").submit()
    club.till.advance(32 * DAY_S)
    assert club.get(made.id).status == "canceled"
    assert "There is no plan now." in visit(club).says()


def test_another_card_is_used_from_then_on(club: Membership) -> None:
    made = club.subscribe(default_payment_method="pm_card_visa")
    club.till.heard()
    club.till.ear.bodies.clear()
    tab = visit(club).go("Change card").submit(**FILLED | {"number": MASTERCARD})
    assert "Your new card is saved." in tab.says()
    assert "Mastercard" in tab.says()
    assert last4(club) == "4444"
    after = club.get(made.id, expand=["default_payment_method"]).default_payment_method
    assert isinstance(after, stripe.PaymentMethod)
    assert after.card
    assert after.card.last4 == "4444"
    assert club.till.heard() == [
        "billing_portal.session.created",
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "customer.updated",
        "customer.subscription.updated",
    ]


def test_a_card_that_is_declined_is_not_saved(club: Membership) -> None:
    tab = visit(club).go("Change card").submit(**FILLED | {"number": DECLINED})
    assert (tab.status, tab.wrong()) == (402, {"number": "Your card was declined."})
    assert last4(club) == "4242"
    tab.submit(number="")
    assert tab.wrong() == {"number": "Your card number is incomplete."}
    tab.submit(use="5555 5555 5555 4444")
    assert tab.submit(name="Zoë").wrong() == {}
    assert last4(club) == "4444"


@pytest.mark.parametrize(("answer", "card"), [("me", "3220"), ("not_me", "4242")])
def test_another_card_is_challenged(club: Membership, answer: str, card: str) -> None:
    tab = visit(club).go("Change card").submit(**FILLED | {"number": CHALLENGED})
    assert "/3ds/seti_" in tab.url
    tab.submit(**{"is": answer})
    assert last4(club) == card
    if answer == "me":
        assert "Your new card is saved." in tab.says()
    else:
        assert tab.wrong()["number"].startswith("We are unable to authenticate")


def test_a_member_is_sent_for_one_thing_and_led_on(club: Membership) -> None:
    after = {"type": "redirect", "redirect": {"return_url": "https://shop.test/thanks"}}
    flow: dict[str, Any] = {"type": "payment_method_update", "after_completion": after}
    tab = visit(club, flow_data=flow)
    assert tab.url.endswith("/card")
    tab.submit(**FILLED | {"number": CHALLENGED}).submit(**{"is": "me"})
    assert tab.url == "https://shop.test/thanks"
    made = club.subscribe()
    flow = {"type": "subscription_cancel", "subscription_cancel": {"subscription": made.id}}
    tab = visit(club, flow_data=flow)
    assert tab.submit().url.endswith("?done=canceled")
    assert club.get(made.id).cancel_at_period_end
    with pytest.raises(stripe.InvalidRequestError, match="already set to cancel"):
        a_portal(club, flow_data=flow)


def test_the_portal_allows_what_its_configuration_allows(club: Membership) -> None:
    made = club.subscribe()
    api = club.till.stripe.v1.billing_portal.configurations
    features: Any = {
        "invoice_history": {"enabled": False},
        "subscription_cancel": {
            "enabled": True,
            "mode": "immediately",
            "cancellation_reason": {"enabled": True, "options": ["unused", "other"]},
        },
    }
    chosen = api.create({"features": features, "default_return_url": ACCOUNT})
    assert (chosen.is_default, chosen.active) == (False, True)
    tab = visit(club, configuration=chosen.id, return_url=None)
    assert "Change card" not in tab.reader.links
    assert "Invoices" not in tab.says()
    tab.go("Cancel plan")
    assert "It ends at once." in tab.says()
    tab.submit(feedback="unused")
    ended = club.get(made.id)
    assert (ended.status, ended.cancellation_details and ended.cancellation_details.feedback) == (
        *("canceled", "unused"),
    )
    changed = api.update(chosen.id, {"active": False, "name": "Plain"})
    assert (changed.active, changed.name) == (False, "Plain")
    assert [each.id for each in api.list({"active": False}).data] == [chosen.id]
    assert api.retrieve(chosen.id).features.subscription_cancel.mode == "immediately"
    assert club.till.heard("billing_portal.configuration") == [
        *("billing_portal.configuration.created", "billing_portal.configuration.updated")
    ]


def test_nobody_acts_on_another_members_plan(club: Membership) -> None:
    made = club.subscribe()
    other = a_membership(club.till)
    session = a_portal(other)
    club.till.control.post(f"{session.url}/cancel/{made.id}")
    assert not club.get(made.id).cancel_at_period_end


def test_a_session_is_over_when_nobody_comes_or_stays(club: Membership) -> None:
    late, used = a_portal(club), a_portal(club)
    assert Tab.open(club.till.control, used.url).status == 200
    club.till.advance(6 * 60)
    assert Tab.open(club.till.control, late.url).status == 404
    assert Tab.open(club.till.control, used.url).status == 200
    club.till.advance(3601)
    tab = Tab.open(club.till.control, used.url)
    assert (tab.status, "This link is over" in tab.says()) == (404, True)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"customer": "cus_none"}, "No such customer"),
        ({"configuration": "bpc_none"}, "No such configuration"),
        ({"return_url": "shop.test"}, "Not a valid URL"),
        ({"flow_data": {"type": "subscription_cancel"}}, "Missing required param: flow_data"),
    ],
)
def test_what_can_not_be_is_refused(club: Membership, more: dict[str, Any], words: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=words):
        a_portal(club, **more)


def test_what_is_not_emulated_is_refused_aloud(club: Membership) -> None:
    features: Any = {"subscription_update": {"enabled": True}}
    with pytest.raises(stripe.APIError, match="does not emulate features"):
        club.till.stripe.v1.billing_portal.configurations.create({"features": features})
