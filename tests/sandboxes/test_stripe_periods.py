"""When a subscription is due and what a part of a period costs: pure functions, all moments."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandboxes.stripe.periods import boundary, period_at
from sandboxes.stripe.proration import remaining

MOMENTS = st.integers(
    int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(2040, 1, 1, tzinfo=UTC).timestamp()),
)
EVERY = st.sampled_from(
    [("day", 1), ("day", 30), ("week", 1), ("week", 2), ("month", 1), ("month", 3)]
    + [("month", 12), ("year", 1), ("year", 3)]
)
AMOUNTS = st.integers(0, 99_999_999)


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}T12:30:15+00:00").timestamp())


@pytest.mark.parametrize(
    ("anchor", "every", "dates"),
    [
        ("2026-01-31", ("month", 1), ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ("2027-12-30", ("month", 1), ["2028-01-30", "2028-02-29", "2028-03-30"]),
        ("2028-02-29", ("year", 1), ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
        ("2026-11-30", ("month", 3), ["2027-02-28", "2027-05-30", "2027-08-30"]),
        ("2026-12-31", ("week", 2), ["2027-01-14", "2027-01-28"]),
        ("2026-12-31", ("day", 1), ["2027-01-01"]),
    ],
)
def test_every_boundary_is_counted_from_the_anchor(
    anchor: str, every: tuple[str, int], dates: list[str]
) -> None:
    found = [boundary(at(anchor), *every, n + 1) for n in range(len(dates))]
    assert found == [at(date) for date in dates]


@given(anchor=MOMENTS, every=EVERY, moment=MOMENTS)
def test_every_moment_lies_in_one_period(anchor: int, every: tuple[str, int], moment: int) -> None:
    start, end = period_at(anchor, *every, moment)
    assert start <= moment < end
    assert period_at(anchor, *every, start) == (start, end)
    assert period_at(anchor, *every, end)[0] == end
    assert period_at(anchor, *every, end - 1) == (start, end)


@given(anchor=MOMENTS, every=EVERY, number=st.integers(-30, 30))
def test_boundaries_keep_the_time_of_day_and_the_day_where_there_is_one(
    anchor: int, every: tuple[str, int], number: int
) -> None:
    first = datetime.fromtimestamp(anchor, UTC)
    found = datetime.fromtimestamp(boundary(anchor, *every, number), UTC)
    assert found.time() == first.time()
    assert boundary(anchor, *every, number) < boundary(anchor, *every, number + 1)
    if every[0] in {"month", "year"} and found.day != first.day:
        assert (found + timedelta(days=1)).day == 1, "the last day of a month that is too short"


@given(amount=AMOUNTS, period=st.tuples(MOMENTS, MOMENTS), moment=MOMENTS)
def test_the_rest_of_a_period_costs_its_share(
    amount: int, period: tuple[int, int], moment: int
) -> None:
    start, end = sorted(period)
    share = remaining(amount, start, end, moment)
    assert 0 <= share <= amount
    if start < end:
        assert remaining(amount, start, end, start) == amount
        assert remaining(amount, start, end, end) == 0
        within = min(max(moment, start), end)
        assert abs(share - amount * (end - within) / (end - start)) <= 0.51
        later = remaining(amount, start, end, moment + 1)
        assert later <= share, "nothing gets dearer by waiting"
    assert remaining(-amount, start, end, moment) == -share


@given(amount=AMOUNTS, period=st.tuples(MOMENTS, MOMENTS), moment=MOMENTS)
def test_an_exchange_of_the_same_for_the_same_costs_nothing(
    amount: int, period: tuple[int, int], moment: int
) -> None:
    start, end = sorted(period)
    credit, cost = (remaining(each, start, end, moment) for each in (-amount, amount))
    assert credit + cost == 0
