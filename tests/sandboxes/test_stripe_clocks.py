"""Test clocks: a time of their own for some customers; and the sandboxes' clock for all others."""

from typing import Any

import pytest
import stripe

from tests.sandboxes.membership import a_membership
from tests.sandboxes.till import DAY_S, Till

START = 1_800_000_000


def a_clock(till: Till) -> stripe.test_helpers.TestClock:
    clocks = till.stripe.v1.test_helpers.test_clocks
    return clocks.create({"frozen_time": START, "name": "Fourteen months"})


def test_a_clock_stands_still_until_it_is_moved(till: Till) -> None:
    clock, clocks = a_clock(till), till.stripe.v1.test_helpers.test_clocks
    assert (clock.status, clock.frozen_time, clock.name) == ("ready", START, "Fourteen months")
    club = a_membership(till, clock=clock.id)
    assert till.stripe.v1.customers.retrieve(club.customer).created == START
    club.subscribe(items=[{"price": club.monthly}])
    till.advance(60 * DAY_S)
    assert len(till.stripe.v1.invoices.list().data) == 1, "it does not live by that time"
    moving = clocks.advance(clock.id, {"frozen_time": START + 31 * DAY_S + 3600})
    assert moving.status == "advancing"
    assert moving.status_details.advancing
    assert moving.status_details.advancing.target_frozen_time == START + 31 * DAY_S + 3600
    till.walk_on(clock.id)
    assert clocks.retrieve(clock.id).frozen_time == START + 31 * DAY_S + 3600
    newest, first = till.stripe.v1.invoices.list().data
    assert (first.created, first.status) == (START, "paid")
    assert (newest.created, newest.status) == (START + 31 * DAY_S, "paid")
    assert newest.status_transitions.paid_at == START + 31 * DAY_S + 3600
    assert till.heard("test_helpers") == [
        f"test_helpers.test_clock.{each}" for each in ("created", "advancing", "ready")
    ]


def test_each_event_is_told_at_its_own_moment_and_in_the_order_of_time(till: Till) -> None:
    clock = a_clock(till)
    club = a_membership(till, clock=clock.id)
    club.subscribe(items=[{"price": club.monthly}])
    till.walk(clock.id, 2 * 31 * DAY_S - 4 * DAY_S)
    till.heard()
    told = [each for each in till.ear.events() if each["data"]["object"].get("test_clock")]
    moments = [each["created"] for each in told]
    assert moments == sorted(moments)
    finalized = [each["created"] for each in told if each["type"] == "invoice.finalized"]
    assert finalized == [START, START + 31 * DAY_S + 3600]


def test_the_sandboxes_clock_moves_everybody_else(till: Till) -> None:
    club = a_membership(till)
    made = club.subscribe(items=[{"price": club.monthly}])
    till.advance(100 * DAY_S)
    invoices = till.stripe.v1.invoices.list().data
    assert [each.status for each in invoices] == ["paid"] * 4
    assert invoices[0].created > made.created + 85 * DAY_S
    till.heard()
    told = [each["created"] for each in till.ear.events() if each["type"].startswith("invoice.")]
    assert told == sorted(told)


def test_a_clock_goes_forwards_and_not_too_far_at_once(till: Till) -> None:
    clock, clocks = a_clock(till), till.stripe.v1.test_helpers.test_clocks
    with pytest.raises(stripe.InvalidRequestError, match="forward in time"):
        clocks.advance(clock.id, {"frozen_time": START})
    club = a_membership(till, clock=clock.id)
    club.subscribe(items=[{"price": club.monthly}])
    with pytest.raises(stripe.InvalidRequestError, match="more than two intervals"):
        clocks.advance(clock.id, {"frozen_time": START + 70 * DAY_S})
    for _ in range(2):
        a_membership(till, clock=clock.id)
    asked: Any = {"test_clock": clock.id}
    with pytest.raises(stripe.InvalidRequestError, match="up to 3 customers"):
        till.stripe.v1.customers.create(asked)
    assert len(till.stripe.v1.customers.list(asked).data) == 3
    assert [each.id for each in clocks.list().data] == [clock.id]


def test_a_clock_that_goes_takes_its_customers_along(till: Till) -> None:
    clock, clocks = a_clock(till), till.stripe.v1.test_helpers.test_clocks
    club = a_membership(till, clock=clock.id)
    made = club.subscribe()
    assert clocks.delete(clock.id).deleted
    with pytest.raises(stripe.InvalidRequestError, match="No such test_clock"):
        clocks.retrieve(clock.id)
    assert till.stripe.v1.customers.retrieve(club.customer).deleted
    assert club.get(made.id).status == "canceled"
