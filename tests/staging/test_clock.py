"""The real thing on real ports: time is moved, and vendors fail, by command."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import httpx2
import pytest

from sandboxes.kit.console import KINDS
from staging.commands import fault
from tests.staging.places import Call, Place, caller, failed

DAY = 86_400
TIMELY = {"clock", "health", "seed_counts", "visibility", "token_accepted", "authentication"}
"""The checks that time matters to; how fast others answer is no matter of what day it is."""


@pytest.fixture
def staging(place: Place, capsys: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Runs `staging` on the environment that has risen; its time and its vendors are put back."""
    call = caller(place.folder, capsys)
    yield call
    assert call("clock", "reset").code == 0
    assert call("fault", "--lift").code == 0


def told(staging: Call, *words: object) -> Any:
    """What a command tells programs."""
    said = staging(*words, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def days_ahead(staging: Call, *words: str) -> list[float]:
    """How far each part is ahead by the word of `staging clock`."""
    times = told(staging, "clock", *words)
    return [times[part]["offset_s"] / DAY for part in ("environment", "backend", "sandboxes")]


def sandboxes(place: Place, method: str, path: str, **more: Any) -> Any:
    """What the control plane answers."""
    address = f"http://127.0.0.1:{place.base + 2}/_sandbox/{path}"
    return httpx2.request(method, address, trust_env=False, **more).json()


def rewritten(text: str) -> int:
    """How many seeds were; the jobs of the days between keep those that they changed."""
    found = re.search(r"(\d+) rewritten", text)
    return int(found[1]) if found else 0


def test_the_time_of_backend_and_sandboxes_is_moved_together_and_what_has_an_end_ends(
    staging: Call, place: Place
) -> None:
    api = f"http://127.0.0.1:{place.base + 1}/api/auth"
    persona = told(staging, "status")["personas"][0]
    login = {key: persona[key] for key in ("email", "password")}
    tokens = httpx2.post(f"{api}/login", json=login, trust_env=False).json()
    assert days_ahead(staging) == [0, 0, 0]
    assert days_ahead(staging, "advance", "1w1d") == [8, 8, 8]
    assert sandboxes(place, "GET", "clock")["offset_s"] == 8 * DAY
    again = {"refresh_token": tokens["refresh_token"]}
    assert httpx2.post(f"{api}/refresh", json=again, trust_env=False).status_code == 401
    soon = f"{datetime.now(UTC) + timedelta(days=20):%Y-%m-%d}"
    moved = told(staging, "clock", "set", f"{soon}T09:00+01:00")
    assert moved["environment"]["now"].startswith(f"{soon}T08:0")
    refused = staging("clock", "set", f"{soon}T07:00Z")
    assert refused.code == 3
    assert "time does not go back" in refused.err
    assert staging("clock", "advance", "600w").code == 3
    assert days_ahead(staging, "reset") == [0, 0, 0]


def test_a_webhook_is_believed_at_whatever_time_it_is(staging: Call, place: Place) -> None:
    """It is signed with the moment of the sandboxes, and judged by the backend's."""
    key = json.loads((place.folder / "secrets.json").read_text())["STRIPE_SECRET_KEY"]
    there = f"http://127.0.0.1:{place.base + 2}/stripe/v1/products"
    bearer = {"Authorization": f"Bearer {key}"}
    for words in ([], ["advance", "30d"]):
        staging("clock", *words)
        made = httpx2.post(there, data={"name": "A belt"}, headers=bearer, trust_env=False)
        assert made.status_code == 200, made.text
        # Moving the time delivers what is pending before it is done.
        staging("clock", "advance", "1s")
        heard, *_ = sandboxes(place, "GET", "deliveries?vendor=stripe&limit=1")
        assert heard["state"] == "delivered", heard


def test_a_moved_environment_rises_again_at_its_own_time_and_is_verified(
    staging: Call, place: Place
) -> None:
    staging("clock", "advance", "400d")
    assert "400 d ahead of this machine" in staging("status").out
    assert staging("down").code == 0
    said = staging("up", "--port-base", place.base, "--json")
    assert not failed(said.out) & TIMELY, said.err
    # Seeds keep their distance to the day, so that what is to come is still to come.
    assert rewritten(said.err) > 400
    assert days_ahead(staging) == [400, 400, 400]
    staging("clock", "reset")
    assert rewritten(staging("seed").out) > 400


def test_parts_that_show_different_times_are_named_and_brought_together(
    staging: Call, place: Place
) -> None:
    sandboxes(place, "POST", "clock", json={"advance_s": 60})
    for words in (["clock"], ["verify", "--only", "clock"]):
        said = staging(*words)
        assert said.code == 1
        assert "staging clock advance 1s" in said.err
    said = staging("status")
    assert said.code == 0
    assert "the backend is 0 s ahead, the sandboxes 1 min" in said.err
    times = told(staging, "clock", "advance", "1s")
    assert [times[part]["offset_s"] for part in ("backend", "sandboxes")] == [61, 61]
    assert staging("verify", "--only", "clock").code == 0


def test_a_vendor_fails_as_told_until_the_fault_ends(staging: Call, place: Place) -> None:
    assert "Nothing fails" in staging("fault").out
    terms = {"--kind": "status", "--retry-after": 5, "--for": "30s", "--times": 3}
    words = [word for term in terms.items() for word in term]
    made = told(staging, "fault", "postmark", "--operation", "sendEmail", *words)
    assert (made["operation"], made["status"], made["retry_after"]) == ("sendEmail", 429, 5)
    assert (made["times"], made["seconds"]) == (3, 30)
    staging("fault", "postmark", "--kind", "slow", "--delay", 0.1, "--probability", 0.5)
    listed = staging("fault").out
    assert "sendEmail   status, 429, Retry-After 5 s" in listed
    assert "every call  slow, 0.1 s, 50% of the calls  it is lifted" in listed
    assert len(sandboxes(place, "GET", "faults")) == 2
    assert "ended: 2" in staging("fault", "--lift", "postmark").out
    assert sandboxes(place, "GET", "faults") == []


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["postmrk", "--kind", "hang"], "there are: postmark"),
        (["postmark", "--kind", "hung"], "garbage"),
        (["postmark"], "--kind status|slow|"),
        (["--kind", "hang"], "VENDOR"),
        (["postmark", "--kind", "hang", "--operation", "send"], "sendEmailBatch"),
        (["postmark", "--kind", "hang", "--delay", "3"], "delay"),
        (["postmark", "--kind", "status", "--status", "200"], "400"),
        (["postmark", "--kind", "hang", "--for", "soon"], "30d or 1d12h"),
        (["--lift", "nobody"], "there are: postmark"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_fault_that_can_not_be_made_is_wrong_usage_and_says_what_there_is(
    place: Place, capsys: pytest.CaptureFixture[str], words: list[str], hint: str
) -> None:
    said = caller(place.folder, capsys)("fault", *words)
    assert said.code == 2
    assert hint in said.err
    assert not said.out


def test_the_kinds_are_those_that_the_sandboxes_know() -> None:
    assert set(get_args(fault.KINDS)) == set(KINDS)
