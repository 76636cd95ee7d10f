"""A test clock walks a subscription through fourteen months: renewals, a card that fails, the
attempts after it, the end."""

import time
from collections import Counter
from datetime import UTC, datetime

from tests.sandboxes.membership import a_membership
from tests.sandboxes.till import DAY_S, Till

START = int(datetime(2027, 1, 31, 9, 30, tzinfo=UTC).timestamp())
RENEWALS = ["02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31"]
RENEWALS += ["11-30", "12-31", "01-31", "02-29"]


def test_a_subscription_lives_and_ends_within_fourteen_months(till: Till) -> None:
    clocks = till.stripe.v1.test_helpers.test_clocks
    clock = clocks.create({"frozen_time": START})
    club = a_membership(till, clock=clock.id)
    made = club.subscribe(items=[{"price": club.monthly}])
    started = time.monotonic()
    for _ in range(7):
        till.walk(clock.id, 59 * DAY_S)
    club.give_card("pm_card_chargeCustomerFail")
    till.walk(clock.id, 30 * DAY_S)
    assert time.monotonic() - started < 15, "it takes seconds"

    gone = club.get(made.id)
    details = gone.cancellation_details
    assert details
    assert (gone.status, details.reason) == ("canceled", "payment_failed")
    invoices = till.stripe.v1.invoices.list({"limit": 100}).data[::-1]
    dates = [f"{datetime.fromtimestamp(each.created, UTC):%m-%d}" for each in invoices]
    assert dates == ["01-31", *RENEWALS, "03-31"]
    assert [each.status for each in invoices] == ["paid"] * 14 + ["open"]
    last = invoices[-1]
    assert (last.attempt_count, last.amount_remaining) == (4, 1000)
    assert gone.ended_at == last.created + 3600 + (3 + 5 + 7) * DAY_S

    till.heard()
    told = Counter(each["type"] for each in till.ear.events())
    assert told["invoice.paid"] == told["charge.succeeded"] == 14
    assert told["invoice.payment_failed"] == told["charge.failed"] == 4
    assert told["customer.subscription.deleted"] == 1
    moments = [
        each["created"]
        for each in till.ear.events()
        if each["data"]["object"].get("test_clock") == clock.id
    ]
    assert moments == sorted(moments)
