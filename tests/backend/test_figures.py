"""Figures reconcile to rows: each is counted once more, by SQL over the tables, on the seeds."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx2
import pytest

from backend.app import Backend, create_app
from backend.clock import now
from backend.features.administration.months import latest
from backend.parts import Parts
from backend.schema.profiles import Role
from backend.schema.subscriptions import SubscriptionStatus
from staging.seeds import make
from tests.backend.conftest import People, running, variables
from tests.backend.documents import paid
from tests.backend.people import Person

KEY = "sk_" + "test_of_these_figures"
PATH = "/api/admin/analytics"
MONTHS = 120


@pytest.fixture(scope="module")
async def backend(postgres_url: str, redis_url: str, outside: httpx2.ASGITransport) -> Any:
    """A backend with the seeds in its store, which knows Stripe."""
    told = {"STRIPE_SECRET_KEY": KEY, "STRIPE_BASE_URL": "http://sandboxes.test/stripe"}
    app: Backend = create_app(variables(postgres_url, redis_url) | told, outside)
    async with running(app):
        seeds, store = make(now()), app.state.parts.store
        await store.insert(*seeds.profiles, *seeds.events, *seeds.rsvps, *seeds.applications)
        await store.insert(*seeds.subscriptions, *seeds.newsletter_subscribers)
        yield app


class Rows:
    """The tables of this backend, asked in SQL with `{name}` for a collection's table."""

    def __init__(self, connection: asyncpg.Connection, prefix: str) -> None:
        self._connection = connection
        self._prefix = prefix

    async def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """What the statement finds; `at(field)` is that field's moment."""
        names = ("profiles", "subscriptions", "applications", "events", "rsvps")
        tables = {name: self._prefix + name for name in names}
        tables |= {"readers": f"{self._prefix}newsletter_subscribers"}
        return [tuple(row) for row in await self._connection.fetch(sql.format(**tables))]

    async def by_month(self, moment: str, table: str, where: str = "TRUE") -> dict[str, int]:
        """How many there are in each month of a moment."""
        month = f"to_char(({moment})::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM')"
        sql = f"SELECT {month}, count(*) FROM {{{table}}} WHERE {where} GROUP BY 1"  # noqa: S608
        return {month: count for month, count in await self.ask(sql) if month}


@pytest.fixture
async def rows(postgres_url: str, parts: Parts) -> Any:
    """The tables, as they are."""
    connection = await asyncpg.connect(postgres_url)
    yield Rows(connection, parts.settings.prefix)
    await connection.close()


@pytest.fixture
async def admin(people: People) -> Person:
    """An admin who is logged in."""
    person = await people.new(Role.admin)
    await person.log_in()
    return person


async def figures(admin: Person, of: str, months: int = MONTHS) -> dict[str, Any]:
    answer = await admin.get(f"{PATH}/{of}", months=months)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def column(months: Sequence[dict[str, Any]], name: str) -> dict[str, int]:
    """One figure by month, without the months that have none."""
    return {each["month"]: each[name] for each in months if each[name]}


async def test_members_are_the_rows(admin: Person, rows: Rows) -> None:
    assert (await admin.get(f"{PATH}/members", months=121)).status_code == 422
    assert len((await figures(admin, "members", 1))["months"]) == 1
    told = await figures(admin, "members")
    groups = {(it["role"], it["tier"], it["status"]): it["people"] for it in told["groups"]}
    fields = "data->>'role', data->>'tier', data->>'status'"
    found = await rows.ask(f"SELECT {fields}, count(*) FROM {{profiles}} GROUP BY 1, 2, 3")  # noqa: S608
    assert groups == {tuple(key): count for *key, count in found}
    assert told["accounts"] == sum(groups.values())
    assert told["members"] == sum(
        count
        for (role, _, status), count in groups.items()
        if role != "visitor" and status == "active"
    )
    found = await rows.ask("SELECT data->>'status', count(*) FROM {subscriptions} GROUP BY 1")
    assert told["subscriptions"] == dict(found)
    months = told["months"]
    created = "data->>'created_at'"
    assert column(months, "registered") == await rows.by_month(created, "profiles")
    assert column(months, "began") == await rows.by_month(created, "subscriptions")
    ended = await rows.by_month("data->>'canceled_at'", "subscriptions")
    assert column(months, "ended") == ended
    live = "SELECT data->>'tier', count(*) FROM {subscriptions} WHERE data->>'status' <> 'canceled'"
    assert months[-1]["paying"] == dict(await rows.ask(f"{live} GROUP BY 1"))
    # Month after month, who came and went makes up who is there.
    paying = [sum(each["paying"].values()) for each in months]
    for before, after, each in zip(paying, paying[1:], months[1:], strict=False):
        assert after == before + each["began"] - each["ended"]


async def test_applications_are_the_rows(admin: Person, rows: Rows) -> None:
    told = await figures(admin, "applications")
    found = dict(await rows.ask("SELECT data->>'status', count(*) FROM {applications} GROUP BY 1"))
    assert {name: it for name, it in told["outcomes"].items() if it} == found
    assert told["submitted"] == sum(found.values())
    share = found["approved"] / (found["approved"] + found["rejected"])
    assert told["approved_of_decided"] == pytest.approx(share, abs=0.0001)
    decided = "coalesce(data#>>'{{rejection,at}}', data#>>'{{approvals,1,at}}')::timestamptz"
    waited = f"extract(epoch FROM {decided} - (data->>'submitted_at')::timestamptz) / 86400"
    sql = f"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY {waited}), max({waited})"
    ((middle, longest),) = await rows.ask(f"{sql} FROM {{applications}}")
    assert told["median_days"] == pytest.approx(float(middle), abs=0.01)
    days = [each["longest_days"] for each in told["months"] if each["longest_days"] is not None]
    assert max(days) == pytest.approx(float(longest), abs=0.01)
    submitted = await rows.by_month("data->>'submitted_at'", "applications")
    assert column(told["months"], "submitted") == submitted
    approved = "data->>'status' = 'approved'"
    found = await rows.by_month("data->>'submitted_at'", "applications", approved)
    outcomes = [{"month": it["month"], **it["outcomes"]} for it in told["months"]]
    assert column(outcomes, "approved") == found


SEATS = """
SELECT e.data->>'id', count(*) FILTER (WHERE r.data->>'status' = 'confirmed'),
  count(*) FILTER (WHERE r.data->>'status' = 'waitlist'),
  count(*) FILTER (WHERE r.data->>'status' = 'canceled'),
  count(*) FILTER (WHERE r.data->>'status' = 'confirmed' AND r.data->>'checked_in_at' IS NOT NULL)
FROM {events} e LEFT JOIN {rsvps} r ON r.data->>'event_id' = e.data->>'id'
WHERE e.data->>'status' <> 'draft' GROUP BY 1
"""
TAKEN = """
SELECT sum((data->>'seats_taken')::int), sum((data->>'capacity')::int)
FROM {events} WHERE data->>'status' = 'published'
"""


async def test_events_are_the_rows(admin: Person, rows: Rows) -> None:
    told = await figures(admin, "events")
    names = ("id", "confirmed", "waiting", "given_back", "checked_in")
    mine = {tuple(each[name] for name in names) for each in told["events"]}
    assert mine == set(await rows.ask(SEATS))
    starts = [each["starts_at"] for each in told["events"]]
    assert starts == sorted(starts)
    months = told["months"]
    ((taken, capacity),) = await rows.ask(TAKEN)
    assert sum(each["confirmed"] + each["held"] for each in months) == taken
    assert sum(each["capacity"] for each in months) == capacity
    for name in ("published", "canceled"):
        is_so = f"data->>'status' = '{name}'"
        assert column(months, name) == await rows.by_month("data->>'starts_at'", "events", is_so)
    assert all((each["checked_in_of_confirmed"] or 0) <= 1 for each in months)
    assert any(each["checked_in_of_confirmed"] for each in months)
    assert any(each["confirmed_of_capacity"] for each in months)


async def test_the_newsletters_readers_are_the_rows(admin: Person, rows: Rows) -> None:
    told = await figures(admin, "newsletter")
    found = dict(await rows.ask("SELECT data->>'status', count(*) FROM {readers} GROUP BY 1"))
    assert {status: count for status, count in told["addresses"].items() if count} == found
    months = told["months"]
    joined = await rows.by_month("data->>'subscribed_at'", "readers")
    assert column(months, "joined") == joined
    assert months[-1]["on_list"] == found["subscribed"]
    assert sum(each["left"] for each in months) == found["unsubscribed"] + found["bounced"]
    for before, after in itertools.pairwise(months):
        assert after["on_list"] == before["on_list"] + after["joined"] - after["left"]


def test_a_subscription_ends_with_what_was_paid_for() -> None:
    march, may = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 5, 20, tzinfo=UTC)
    term = {"current_period_start": march, "current_period_end": may}
    said = paid("p1", status="canceled", canceled_at=march, **term)
    assert said.ended_at == march
    assert said.changed(cancel_at_period_end=True).ended_at == may
    assert said.changed(status=SubscriptionStatus.active).ended_at is None


def test_months_are_utcs_and_follow_each_other() -> None:
    late = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    months = latest(14, late.astimezone(tz=None), ahead=1)
    assert [months[0].name, months[-2].name, months[-1].name] == ["2025-01", "2026-02", "2026-03"]
    for before, after in itertools.pairwise(months):
        assert before.end == after.start
    assert late in months[-2]
    assert months[-2].end not in months[-2]
    assert None not in months[-2]


async def sell(sandboxes: httpx2.AsyncClient, **form: object) -> str:
    """Have something done at Stripe, and return its id, empty where a card was declined."""
    path = "refunds" if "payment_intent" in form else "payment_intents"
    told = form if path == "refunds" else form | {"confirm": "true", "return_url": "https://s.test"}
    answer = await sandboxes.post(
        f"/stripe/v1/{path}", data=told, headers={"Authorization": f"Bearer {KEY}"}
    )
    return str(answer.json().get("id", ""))


BOOKS = """
SELECT to_char(to_timestamp((data->>'created')::bigint) AT TIME ZONE 'UTC', 'YYYY-MM'),
  data->>'currency', sum((data->>'amount')::int), count(*) FROM sandbox.records
WHERE vendor = 'stripe' AND kind = $1 AND data->>'status' = 'succeeded' GROUP BY 1, 2
"""


async def test_revenue_is_what_stripe_keeps(
    admin: Person, sandboxes: httpx2.AsyncClient, postgres_url: str
) -> None:
    visa, declined = "pm_card_visa", "pm_card_visa_chargeDeclined"
    first = await sell(sandboxes, amount=2_900, currency="usd", payment_method=visa)
    await sell(sandboxes, amount=7_900, currency="eur", payment_method=visa)
    await sell(sandboxes, amount=500, currency="usd", payment_method=declined)
    await sell(sandboxes, amount=1_000, currency="usd", payment_method=visa)
    await sell(sandboxes, payment_intent=first, amount=900)
    told = (await figures(admin, "revenue", 2))["months"]
    connection = await asyncpg.connect(postgres_url)
    paid, back = [
        {(month, currency): (cents, count) for month, currency, cents, count in rows}
        for rows in (
            await connection.fetch(BOOKS, "charge"),
            await connection.fetch(BOOKS, "refund"),
        )
    ]
    await connection.close()
    assert [each["currency"] for each in told if each["month"] == f"{now():%Y-%m}"][:1] == ["eur"]
    for each in told:
        key = each["month"], each["currency"]
        assert (each["paid_cents"], each["payments"]) == paid[key]
        assert (each["refunded_cents"], each["refunds"]) == back.get(key, (0, 0))
        assert each["net_cents"] == each["paid_cents"] - each["refunded_cents"]
    usd = (f"{now():%Y-%m}", "usd")
    assert (paid[usd] >= (3_900, 2), back[usd] >= (900, 1)) == (True, True)
