"""A hosted target: reached by a detour where names lead nowhere yet, and held to its deployment."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest
import trustme
from junitparser import JUnitXml

from staging.verify import CHECKS, Deployed, Detour, Outcome, Target, TargetIsRefused, Wire, verify
from staging.verify.accounts import LOGIN
from staging.verify.grading import grade, graded, points
from staging.verify.page import page
from tests.staging.test_verify_network import PUBLIC, leading, served
from tests.staging.verify_lies import Ask, Lie, World, answers, edits, result, target
from tests.staging.verify_standin import HEADERS, Honest


@contextmanager
def edge(folder: Path, days: float) -> Iterator[Wire]:
    """A wire to an honest environment on this machine, under its public names and over TLS."""
    authority, trust = trustme.CA(), ssl.create_default_context()
    authority.configure_trust(trust)
    ends = datetime.now(UTC) + timedelta(days=days)
    leaf = authority.issue_cert("api-staging.wwmaa.com", not_after=ends)
    path = folder / "certificate.pem"
    path.write_bytes(leaf.private_key_and_cert_chain_pem.bytes())
    to_https = leading(f"{PUBLIC}/api/health")
    with served(Honest().app, path) as port, served(to_https) as plain:
        ways = (f":443:127.0.0.1:{port}", f":80:127.0.0.1:{plain}")
        yield Wire(trust=trust, detours=tuple(map(Detour.told, ways)))


async def test_a_target_whose_names_lead_nowhere_is_reached_by_a_detour(tmp_path: Path) -> None:
    with edge(tmp_path, days=60) as wire:
        report = await verify(Target("hosted", PUBLIC, wire=wire))
    found = {each.check: each for each in report.results}
    assert {name for name, it in found.items() if it.outcome is Outcome.failed} == set()
    assert found["tls"].saw.startswith("api-staging.wwmaa.com: trusted, 60 days left; plain HTTP")
    assert found["dns"].outcome is Outcome.not_applicable
    assert "in DNS' place" in found["dns"].saw
    assert "net of a round trip" in found["latency"].saw


async def test_a_certificate_that_soon_ends_is_a_warning_and_no_failure(tmp_path: Path) -> None:
    with edge(tmp_path, days=20) as wire:
        report = await verify(Target("hosted", PUBLIC, wire=wire), only=["tls"])
    (found,) = [each for each in report.results if each.check == "tls"]
    assert found.outcome is Outcome.warned
    assert "the certificate of api-staging.wwmaa.com ends in 20.0 days" in found.saw
    assert found.advice.startswith("Look at the domain in Railway")
    assert report.ok
    assert report.verdict.startswith("1 of 1 checks passed, 1 with a warning")
    assert "warning: the certificate" in report.as_junit()


@pytest.mark.parametrize("text", ["127.0.0.1:8443", ":443::8443", ":443:127.0.0.1:x", "a:b:c:1"])
def test_what_is_no_detour_is_refused(text: str) -> None:
    with pytest.raises(TargetIsRefused, match="is no detour"):
        Detour.told(text)


def test_a_detour_is_taken_by_its_host_and_port_only() -> None:
    wire = Wire(detours=(Detour.told("a.example:443:127.0.0.1:1"), Detour.told("::127.0.0.1:2")))
    assert wire.way("a.example", 443) == ("127.0.0.1", 1)
    assert wire.way("a.example", 80) == ("127.0.0.1", 2)
    assert wire.way("b.example", 443) == ("127.0.0.1", 2)


def deployed(status: str = "SUCCESS", id_: str = "d-2", service: str = "backend") -> Target:
    """The honest environment, of whose deployment Railway says this."""
    said = (Deployed(service, id_, status),)
    return Target("hosted", PUBLIC, railway=said, wire=Wire(World()))


async def test_the_deployment_that_railway_names_and_that_answers_passes() -> None:
    found = await result("railway", deployed())
    assert found.outcome is Outcome.passed, found.saw
    assert found.saw.endswith("6 times from deployment d-2")


OTHERS = [
    (deployed("CRASHED"), "backend's deployment d-2 is CRASHED"),
    (deployed(id_="d-3"), "deployment d-2 answers, not d-3"),
    (deployed(service="worker"), "Railway knows no deployment of the backend"),
    (Target("hosted", PUBLIC, deployment="d-3", wire=Wire(World())), "d-2 answers, not d-3"),
]


@pytest.mark.parametrize(("seen", "why"), OTHERS)
async def test_any_other_deployment_fails(seen: Target, why: str) -> None:
    found = await result("railway", seen)
    assert found.outcome is Outcome.failed
    assert why in found.saw


async def test_an_answer_without_its_deployment_fails_where_one_is_meant() -> None:
    silent = Wire(World(edits("/api/health/status", deployment=None)))
    found = await result("railway", Target("hosted", PUBLIC, deployment="d-2", wire=silent))
    assert "deployment without an id answers, not d-2" in found.saw


CAREFUL = {
    "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'",
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
GRADED = [
    ({}, "D", 30),
    (HEADERS, "A+", 130),
    (CAREFUL, "A+", 100),
    (CAREFUL | {"content-security-policy": "default-src *"}, "B+", 80),
    (CAREFUL | {"strict-transport-security": "max-age=86400"}, "A", 90),
    (CAREFUL | {"content-security-policy": "script-src 'unsafe-inline' 'nonce-x'"}, "A+", 100),
]


@pytest.mark.parametrize(("headers", "letter", "score"), GRADED)
def test_headers_earn_the_points_that_mdn_gives(
    headers: dict[str, str], letter: str, score: int
) -> None:
    assert (points(headers), grade(points(headers))) == (score, letter)
    assert graded(headers) == f"{letter} ({score})"


class Words(HTMLParser):
    """What a page says, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said, self.loads, self.open = "", list[str](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name == "src"]
        self.loads += [tag] if tag in ("script", "link", "img") else []

    def handle_data(self, data: str) -> None:
        self.said += data


async def test_the_report_is_a_page_for_people_that_loads_nothing() -> None:
    report = await verify(target(answers("/metrics", 404, "<script>alert(1)</script>")))
    words = Words(page(report))
    assert "staging is not verified" in words.said
    assert words.loads == []
    for each in report.results:
        assert each.check in words.said
        assert " ".join(each.saw.split()) in " ".join(words.said.split())
    assert "Compare METRICS_TOKEN here and there" in words.said


async def test_what_a_target_says_is_text_on_the_page() -> None:
    bad = answers("/api/health", 503, {"detail": "<script>alert(1)</script>"})
    report = await verify(target(bad), only=["health"])
    assert "<script>alert(1)</script>" in Words(page(report)).said
    assert "<script" not in page(report)
    assert JUnitXml.fromstring(report.as_junit().encode()).failures == 1


def limits(times: int, seconds: int) -> Lie:
    """Refuses logins so many times, and names the seconds until the next may come."""
    left = iter(range(times))

    async def lie(request: httpx2.Request, ask: Ask) -> httpx2.Response:
        if request.url.path != LOGIN or next(left, None) is None:
            return await ask(request)
        return httpx2.Response(429, json={}, headers={"retry-after": str(seconds)})

    return lie


async def test_a_pause_that_a_target_asks_for_is_made_and_told_and_is_not_the_checks_time() -> None:
    told: list[tuple[float, str]] = []
    hurried = replace(next(each for each in CHECKS if each.name == "token_accepted"), limit_s=0.9)
    waits = lambda seconds, why: told.append((seconds, why))  # noqa: E731
    report = await verify(target(limits(1, 1)), [hurried], waits=waits)
    assert report.ok, report.results[0].saw
    assert report.results[0].took_ms > 1000
    assert told == [(1.0, "POST /api/auth/login answered 429")]


@pytest.mark.parametrize(("times", "seconds"), [(1, 900), (99, 0)])
async def test_a_long_pause_or_one_after_the_other_fails_and_says_so(
    times: int, seconds: int
) -> None:
    found = await result("token_accepted", target(limits(times, seconds)))
    assert found.outcome is Outcome.failed
    assert "answered 429; 200 is right" in found.saw
    assert "verify again when that time is over" in found.advice
