"""Webhooks as Stripe sends them: signed, tried again for days, read again as events."""

import pytest
import stripe

from tests.sandboxes.till import DAY_S, HOOK, HOOK_SECRET, Till


def test_a_webhook_carries_a_signature_that_the_library_accepts(till: Till) -> None:
    made = till.stripe.v1.customers.create({"name": "Zoë"})
    assert till.heard() == ["customer.created"]
    (body,), (signature,) = till.ear.bodies, till.ear.signatures
    event = stripe.Webhook.construct_event(body, signature, HOOK_SECRET)
    assert (event.type, event.data.object["id"]) == ("customer.created", made.id)
    assert (event.api_version, event.livemode) == (stripe.api_version, False)
    assert (event.pending_webhooks, event.created) == (1, made.created)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body.replace(b"Zo", b"zo"), signature, HOOK_SECRET)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, "another secret")


def test_an_event_tells_the_object_as_it_was_and_what_it_had_before(till: Till) -> None:
    customer = till.stripe.v1.customers.create({"name": "Zoë", "metadata": {"a": "1"}})
    till.stripe.v1.customers.update(customer.id, {"name": "Zoe", "metadata": {"b": "2"}})
    till.stripe.v1.customers.update(customer.id, {"name": "Zoe"})
    changed, made = till.stripe.v1.events.list().data
    assert (made.data.object["name"], hasattr(made.data, "previous_attributes")) == ("Zoë", False)
    before = changed.data.previous_attributes
    assert before
    assert before["name"] == "Zoë"
    assert before["metadata"].to_dict() == {"b": None}
    assert changed.data.object["name"] == "Zoe"


def test_events_are_found_by_type_and_by_delivery(till: Till) -> None:
    till.stripe.v1.products.create({"name": "Basic"})
    customer = till.stripe.v1.customers.create({"name": "Zoë"})
    till.heard()
    till.ear.status = 500
    till.stripe.v1.customers.delete(customer.id)
    till.heard()
    events = till.stripe.v1.events
    assert [each.type for each in events.list({"type": "customer.*"}).data] == [
        *("customer.deleted", "customer.created")
    ]
    found = events.list({"types": ["product.created", "customer.deleted"]})
    assert [each.type for each in found.data] == ["customer.deleted", "product.created"]
    (failed,) = events.list({"delivery_success": False}).data
    assert (failed.type, failed.pending_webhooks) == ("customer.deleted", 1)
    assert events.retrieve(failed.id).pending_webhooks == 1
    till.ear.status = 200
    till.advance(DAY_S)
    assert events.retrieve(failed.id).pending_webhooks == 0


def test_a_deaf_endpoint_is_tried_for_three_days(till: Till) -> None:
    till.ear.status = 500
    till.stripe.v1.customers.create({"name": "Zoë"})
    till.heard()
    for _ in range(12):
        till.advance(DAY_S / 2)
    (told,) = till.control.get("/_sandbox/deliveries?vendor=stripe").json()
    assert (told["state"], len(told["attempts"])) == ("failed", 9)


def test_endpoints_are_made_and_hear_what_they_asked_for(till: Till) -> None:
    endpoints = till.stripe.v1.webhook_endpoints
    made = endpoints.create(
        {
            "url": "http://backend.test/second",
            "enabled_events": ["product.created"],
            "description": "The second",
            "metadata": {"a": "b"},
        }
    )
    assert made.secret
    assert made.secret.startswith("whsec_")
    assert not hasattr(endpoints.retrieve(made.id), "secret")
    till.stripe.v1.products.create({"name": "Basic"})
    till.stripe.v1.customers.create({"name": "Zoë"})
    assert sorted(till.heard()) == ["customer.created", "product.created", "product.created"]
    event = stripe.Webhook.construct_event(till.ear.bodies[0], till.ear.signatures[0], made.secret)
    assert (event.type, event.pending_webhooks) == ("product.created", 2)
    assert endpoints.update(made.id, {"disabled": True}).status == "disabled"
    assert {each.url for each in endpoints.list().data} == {HOOK, made.url}
    assert endpoints.delete(made.id).deleted
    with pytest.raises(stripe.InvalidRequestError, match="No such webhook_endpoint"):
        endpoints.retrieve(made.id)
    with pytest.raises(stripe.InvalidRequestError, match="Invalid URL"):
        endpoints.create({"url": "backend", "enabled_events": ["*"]})
