"""A verification lists every check, whatever happens, and is never green for want of evidence."""

import asyncio
import json
from dataclasses import replace

import httpx2
import pytest
from junitparser import Failure, JUnitXml, Skipped

from staging.verify import (
    CHECKS,
    Check,
    NoSuchCheck,
    Outcome,
    Report,
    Result,
    Target,
    TargetIsRefused,
    Wire,
    verify,
)
from staging.verify.check import Look
from staging.verify.visit import DoesNotApply, Visit, Wrong
from tests.conftest import free_port
from tests.staging.verify_lies import Ask, World, answers, edits, says, target
from tests.staging.verify_standin import METRICS_TOKEN, PASSWORD, SITE

NAMES = [check.name for check in CHECKS]
QUICK = [check for check in CHECKS if not check.alone]
"""Without what measures, for tests that count: this machine may be busy."""


def failed(report: Report) -> set[str]:
    return {result.check for result in report.results if result.outcome is Outcome.failed}


async def sees_a_seminar(visit: Visit) -> str:
    """Is there a seminar?"""
    return "a seminar"


async def sees_nothing(visit: Visit) -> str:
    """Is there a camp?"""
    raise Wrong("no camp")


async def needs_a_hall(visit: Visit) -> str:
    """Is the hall heated?"""
    raise DoesNotApply("There is no hall.")


async def breaks(visit: Visit) -> str:
    """Is there a belt?"""
    raise KeyError("belt")


async def hangs(visit: Visit) -> str:
    """Is anybody there?"""
    await asyncio.sleep(3600)
    return "somebody"


def check(look: Look, limit_s: float = 10, *, alone: bool = False) -> Check:
    return Check(
        getattr(look, "__name__", ""), look, "all of it", "Mend it.", alone=alone, limit_s=limit_s
    )


async def test_an_honest_environment_is_verified() -> None:
    report = await verify(target())
    assert report.ok, failed(report)
    assert [result.check for result in report.results] == NAMES
    assert report.passed + report.not_applicable == len(NAMES)
    assert report.verdict == "14 of 14 checks passed; 16 do not apply."


async def test_with_everything_broken_all_checks_are_listed_and_none_passes() -> None:
    async def only_500(request: httpx2.Request, ask: Ask) -> httpx2.Response:
        return httpx2.Response(500, text="Internal Server Error")

    report = await verify(target(only_500))
    assert not report.ok
    assert [result.check for result in report.results] == NAMES
    assert report.passed == 0


async def test_a_dead_backend_fails_every_check_and_ends_none_of_the_others() -> None:
    nobody = f"http://localhost:{free_port()}"
    report = await verify(target(backend_url=nobody, frontend_url=nobody, wire=Wire()))
    assert not report.ok
    assert [result.check for result in report.results] == NAMES
    assert report.passed == 0
    saw = {result.check: result.saw for result in report.results}
    assert saw["health"].startswith(f"GET {nobody}/api/health was not answered (ConnectError")


FIRST_ATTEMPT = {
    "dns": (),
    "tls": (),
    "cors": (says("access-control-allow-origin", None),),
    "metrics": (answers("/metrics", 404),),
    "authentication": (answers("/api/auth/login", 400),),
    "health": (
        edits("/api/health/readiness", 503, status="not_ready"),
        answers("/api/health/status", 500),
    ),
}
"""What the first attempt's verifier called operational: no name, no TLS, and four lies more."""


async def no_such_name(host: str) -> tuple[str, ...]:
    raise OSError("Name or service not known")


async def test_what_the_first_attempt_called_operational_fails_six_times() -> None:
    lies = [lie for told in FIRST_ATTEMPT.values() for lie in told]
    wire = Wire(World(*lies), resolve=no_such_name)
    seen = target(kind="hosted", backend_url="http://api-staging.wwmaa.com", wire=wire)
    report = await verify(replace(seen, frontend_url=None, sandboxes_url=None))
    assert not report.ok
    assert failed(report) >= FIRST_ATTEMPT.keys()


@pytest.mark.parametrize("name", FIRST_ATTEMPT)
async def test_each_lie_of_the_first_attempt_is_enough(name: str) -> None:
    wire = Wire(World(*FIRST_ATTEMPT[name]), resolve=no_such_name)
    seen = target(kind="hosted", backend_url="http://api-staging.wwmaa.com", wire=wire)
    assert failed(await verify(seen, only=[name])) == {name}


async def test_no_check_that_applies_is_no_success() -> None:
    report = await verify(target(), [check(needs_a_hall)])
    assert (report.ok, report.passed, report.not_applicable) == (False, 0, 1)
    assert report.verdict == "No check applies to this target, so nothing is verified."


async def test_one_failure_is_enough() -> None:
    report = await verify(target(), [check(sees_a_seminar), check(sees_nothing)])
    assert (report.ok, report.passed, report.failed) == (False, 1, 1)
    assert report.verdict == "1 of 2 checks passed."


async def test_a_check_that_breaks_is_a_failure_that_names_what_broke() -> None:
    report = await verify(target(), [check(breaks), check(sees_a_seminar)])
    broke, fine = report.results
    assert (broke.outcome, fine.outcome) == (Outcome.failed, Outcome.passed)
    assert broke.saw == "The check broke: KeyError: 'belt'"


async def test_a_check_that_hangs_is_a_failure_that_says_so() -> None:
    (result,) = (await verify(target(), [check(hangs, limit_s=0.05)])).results
    assert (result.outcome, result.saw) == (Outcome.failed, "No answer within 0.05 s.")
    assert 50 <= result.took_ms < 1000


async def test_an_endpoint_that_hangs_fails_its_check_only() -> None:
    async def pings_for_ever(request: httpx2.Request, ask: Ask) -> httpx2.Response:
        if request.url.path == "/metrics":
            await asyncio.sleep(3600)
        return await ask(request)

    quick = [replace(each, limit_s=0.3) for each in CHECKS if each.name in ("metrics", "cors")]
    report = await verify(target(pings_for_ever), quick)
    assert failed(report) == {"metrics"}


async def test_four_checks_run_at_once_and_those_that_measure_alone() -> None:
    running, most, beside = 0, 0, []

    async def counts(visit: Visit) -> str:
        """How many are at it?"""
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return "done"

    async def measures(visit: Visit) -> str:
        """Is it quiet?"""
        beside.append(running)
        return "quiet"

    many = [replace(check(counts), name=f"counts {n}") for n in range(12)]
    last = replace(check(measures), name="last", last=True)
    told: list[Result] = []
    checks = [check(measures, alone=True), *many, last]
    report = await verify(target(), checks, tell=told.append)
    assert (most, beside) == (4, [0, 0])
    assert [result.check for result in told[-2:]] == ["measures", "last"]
    assert [result.check for result in report.results][:2] == ["measures", "counts 0"]


async def test_results_are_told_as_they_come() -> None:
    heard: list[Result] = []
    report = await verify(target(), [check(sees_a_seminar), check(breaks)], tell=heard.append)
    assert {result.check for result in heard} == {"sees_a_seminar", "breaks"}
    assert set(heard) == set(report.results)


async def test_what_was_not_asked_for_is_listed_and_not_counted() -> None:
    report = await verify(target(), only=["health"])
    assert (report.passed, report.failed, len(report.results)) == (1, 0, len(NAMES))
    assert report.results[0].saw == "It was not asked for."


async def test_an_unknown_check_is_refused_by_name() -> None:
    with pytest.raises(NoSuchCheck, match="No check is named helth; there are dns, health"):
        await verify(target(), only=["helth"])


def test_every_check_asks_expects_and_advises_in_words() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for each in CHECKS:
        assert each.asks.endswith("?"), each.name
        assert each.asks != each.name
        assert each.expected
        assert each.advice.endswith(".")
        for excuse in (each.not_here, each.not_hosted):
            assert excuse is None or excuse.endswith(".")


async def test_the_report_is_json_for_programs() -> None:
    report = await verify(target(answers("/metrics", 404)), QUICK)
    told = json.loads(report.as_json())
    assert (told["ok"], told["failed"], told["target"]["kind"]) == (False, 1, "here")
    assert [each["check"] for each in told["checks"]] == [each.name for each in QUICK]
    metrics = next(each for each in told["checks"] if each["check"] == "metrics")
    assert (metrics["outcome"], metrics["saw"]) == (
        "failed",
        "GET /metrics answered 404; 401 is right",
    )


async def test_the_report_is_junit_for_ci() -> None:
    report = await verify(target(answers("/metrics", 404)), QUICK)
    (suite,) = JUnitXml.fromstring(report.as_junit().encode())
    assert (suite.tests, suite.failures, suite.skipped) == (len(QUICK), 1, report.not_applicable)
    by_name = {case.name: case for case in suite}
    assert list(by_name) == [each.name for each in QUICK]
    (failure,) = by_name["metrics"].result
    assert isinstance(failure, Failure)
    assert failure.message == "GET /metrics answered 404; 401 is right"
    assert isinstance(by_name["dns"].result[0], Skipped)
    assert by_name["health"].result == []


async def test_what_a_target_says_can_not_break_the_report_or_the_terminal() -> None:
    async def raves(visit: Visit) -> str:
        """What does it say?"""
        raise Wrong("\x1b[31mred\x00\nand <more> " + "x" * 5000)

    report = await verify(target(), [check(raves)])
    (result,) = report.results
    assert result.saw.startswith("[31mred and <more> xxx")
    assert len(result.saw) < 700
    assert JUnitXml.fromstring(report.as_junit().encode()).failures == 1


async def test_no_report_and_no_target_shows_a_secret() -> None:
    seen = target(edits("/api/auth/login", expires_in="soon"))
    report = await verify(seen, QUICK)
    shown = report.as_json() + report.as_junit() + repr(seen)
    world = seen.wire.transport
    assert isinstance(world, World)
    assert world.honest.tokens
    for secret in (PASSWORD, METRICS_TOKEN, *world.honest.tokens):
        assert secret not in shown


REFUSED = [
    ({"backend_url": "https://api-staging.wwmaa.com"}, "not on this machine"),
    ({"sandboxes_url": "http://sandboxes.example"}, "not on this machine"),
    ({"backend_url": "localhost:8000"}, "is no address"),
    ({"backend_url": "http://localhost:99999"}, "is no address"),
    ({"backend_url": "http://[localhost"}, "is no address"),
    ({"kind": "hosted", "backend_url": "ftp://files.example:21"}, "is no address"),
    ({"kind": "hosted", "backend_url": "https://me:word@api.example"}, "is no address"),
    ({"environment": "production"}, "Production is never verified"),
]


@pytest.mark.parametrize(("changes", "why"), REFUSED)
def test_a_target_that_must_not_be_is_refused(changes: dict[str, str], why: str) -> None:
    with pytest.raises(TargetIsRefused, match=why):
        target(**changes)


def test_a_target_needs_no_more_than_its_address() -> None:
    hosted = Target("hosted", "https://api-staging.wwmaa.com")
    assert hosted.personas
    assert list(hosted.addresses()) == ["https://api-staging.wwmaa.com"]
    assert list(target().addresses())[1] == SITE
