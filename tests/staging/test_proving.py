"""A machine that is busy with rising is measured again, and nothing else is excused."""

from datetime import UTC, datetime
from fnmatch import fnmatchcase

from staging.commands.down import OURS
from staging.proving import WALKED, too_slow, with_newer
from staging.verify import Outcome, Report, Result, Target

HERE = Target(kind="here", backend_url="http://127.0.0.1:8000")


def report(**outcomes: Outcome) -> Report:
    results = tuple(Result(name, "", it, f"{it} now", "", "", 1.0) for name, it in outcomes.items())
    return Report(HERE, datetime.now(UTC), 1.0, results)


def test_a_measurement_that_alone_failed_is_made_again() -> None:
    assert too_slow(report(health=Outcome.passed, latency=Outcome.failed)) == ["latency"]


def test_where_anything_else_failed_nothing_is_made_again() -> None:
    assert too_slow(report(health=Outcome.failed, latency=Outcome.failed)) == []
    assert too_slow(report(health=Outcome.failed)) == []


def test_where_nothing_failed_nothing_is_made_again() -> None:
    assert too_slow(report(health=Outcome.passed, dns=Outcome.not_applicable)) == []


def test_the_newer_result_counts_and_the_others_stay() -> None:
    first = report(health=Outcome.passed, dns=Outcome.not_applicable, latency=Outcome.failed)
    again = report(health=Outcome.not_applicable, latency=Outcome.passed)
    merged = with_newer(first, again)
    assert merged.ok
    assert [each.outcome for each in merged.results] == [
        *(Outcome.passed, Outcome.not_applicable, Outcome.passed)
    ]
    assert not with_newer(first, report(latency=Outcome.failed)).ok


def test_what_is_written_down_of_walks_is_purged_with_the_rest() -> None:
    assert any(fnmatchcase(WALKED, each) for each in OURS)
