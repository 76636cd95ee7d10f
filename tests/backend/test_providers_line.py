"""The one line to every vendor: how long, how often, and in which words it fails."""

import asyncio
import re
import time
from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel

from backend.observability import REGISTRY, Trace, trace
from backend.providers import VendorIsNotConfigured, VendorIsUnavailable, VendorRefused
from backend.providers import http as line
from backend.providers.calls import ATTEMPTS, Call
from backend.providers.http import VendorClient
from tests.backend.standin import (
    Answer,
    Standin,
    breaks_off,
    dribbles,
    hangs,
    says,
    slams,
    standing,
)

KEY = "the-key-of-this-test"
GET, POST = Call("look", "GET", "/thing"), Call("make", "POST", "/thing", json={"a": 1})


class Thing(BaseModel):
    name: str


FINE = says({"name": "tatami", "more": [1, 2]})


@pytest.fixture
async def vendor() -> AsyncIterator[Standin]:
    async with standing() as stands:
        yield stands


@pytest.fixture
async def client(vendor: Standin) -> AsyncIterator[VendorClient]:
    made = VendorClient("judoka", vendor.url, {"KEY": KEY}, {"Authorization": f"Bearer {KEY}"})
    yield made
    await made.close()


def within(call: Call, seconds: float) -> Call:
    return Call(**{**vars(call), "seconds": seconds})


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"service": "judoka", **labels}) or 0


async def test_an_answer_is_read_as_far_as_it_is_needed(
    client: VendorClient, vendor: Standin
) -> None:
    vendor.will(FINE)
    assert (await client.read(Thing, GET)).name == "tatami"
    assert vendor.asked.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (hangs, "timeout"),
        (dribbles, "timeout"),
        (breaks_off, "connection"),
        (slams, "connection"),
        (says(b"<html>busy</html>"), "garbage"),
        (says(b"\xff\xfe"), "garbage"),
        (says({"name": {"is": "no text"}}), "schema"),
        (says([]), "schema"),
        (says({}, 500), "500"),
        (says({}, 503, {"Retry-After": "60"}), "503"),
        (says({}, 429, {"Retry-After": "60"}), "429"),
        (says({}, 307, {"Location": "/elsewhere"}), "307"),
    ],
)
async def test_whatever_is_wrong_with_a_vendor_is_one_error_within_the_limit(
    answer: Answer, kind: str, client: VendorClient, vendor: Standin
) -> None:
    vendor.will(answer)
    before = counted("external_api_errors_total", operation="look", error_type=kind)
    started = time.perf_counter()
    with pytest.raises(VendorIsUnavailable) as caught:
        await client.read(Thing, within(GET, 1))
    assert time.perf_counter() - started < 1.3
    assert caught.value.kind == kind
    assert counted("external_api_errors_total", operation="look", error_type=kind) == before + 1


@pytest.mark.parametrize(
    ("said", "kind"), [({"others": 1}, "schema"), ([], "schema"), (b"<", "garbage")]
)
async def test_an_answer_without_the_field_that_it_must_have_makes_no_sense(
    said: object, kind: str, client: VendorClient, vendor: Standin
) -> None:
    vendor.will(FINE, says(said))
    await client.require("name", GET)
    with pytest.raises(VendorIsUnavailable) as caught:
        await client.require("name", GET)
    assert caught.value.kind == kind


async def test_a_question_that_changes_nothing_is_asked_again_and_not_for_ever(
    client: VendorClient, vendor: Standin
) -> None:
    vendor.will(slams, says({}, 502), FINE)
    assert (await client.read(Thing, GET)).name == "tatami"
    assert len(vendor.seen) == 3
    vendor.will(says({}, 500))
    with pytest.raises(VendorIsUnavailable):
        await client.read(Thing, GET)
    assert len(vendor.seen) == 6


@pytest.mark.parametrize("answer", [says({}, 500), slams, breaks_off, says(b"<")])
async def test_what_may_have_been_done_already_is_not_asked_for_again(
    answer: Answer, client: VendorClient, vendor: Standin
) -> None:
    vendor.will(answer)
    with pytest.raises(VendorIsUnavailable):
        await client.read(Thing, POST)
    assert len(vendor.seen) == 1


async def test_with_an_idempotency_key_it_is_asked_again_under_the_same_key(
    client: VendorClient, vendor: Standin
) -> None:
    vendor.will(breaks_off, says({"error": "in use"}, 409), FINE)
    await client.read(Thing, Call("make", "POST", "/thing", json={}, idempotency_key="rsvp-7"))
    assert [seen.headers["idempotency-key"] for seen in vendor.seen] == ["rsvp-7"] * 3


async def test_who_asks_too_often_waits_as_long_as_the_vendor_says(
    client: VendorClient, vendor: Standin
) -> None:
    vendor.will(says({}, 429, {"Retry-After": "1"}), FINE)
    started = time.perf_counter()
    await client.read(Thing, POST)
    assert 1 <= time.perf_counter() - started < 3
    assert len(vendor.seen) == 2


async def test_who_would_have_to_wait_beyond_the_limit_is_told_at_once(
    client: VendorClient, vendor: Standin
) -> None:
    vendor.will(says({}, 429, {"Retry-After": "30"}))
    started = time.perf_counter()
    with pytest.raises(VendorIsUnavailable) as caught:
        await client.read(Thing, GET)
    assert time.perf_counter() - started < 1
    assert caught.value.retry_after == 30


async def test_where_nobody_listens_even_a_change_is_tried_again() -> None:
    async with standing() as vendor:
        address = vendor.url
    client = VendorClient("judoka", address, {}, {})
    before = counted("external_api_requests_total", operation="make", status_code="none")
    with pytest.raises(VendorIsUnavailable):
        await client.read(Thing, POST)
    after = counted("external_api_requests_total", operation="make", status_code="none")
    assert after - before == ATTEMPTS
    await client.close()


async def test_a_refusal_is_a_fact_of_its_own_and_is_not_repeated(
    client: VendorClient, vendor: Standin
) -> None:
    vendor.will(says({"detail": "ama@members.staging.wwmaa.example is no judoka"}, 404))
    with pytest.raises(VendorRefused) as caught:
        await client.read(Thing, GET)
    assert (caught.value.status, caught.value.told["detail"][:3]) == (404, "ama")
    assert "ama@" not in str(caught.value)
    assert len(vendor.seen) == 1


async def test_a_vendor_without_a_key_is_not_called_and_the_variable_is_named(
    vendor: Standin,
) -> None:
    client = VendorClient("judoka", vendor.url, {"JUDOKA_KEY": None, "JUDOKA_ID": "x"}, {})
    with pytest.raises(VendorIsNotConfigured, match=r"set JUDOKA_KEY$"):
        await client.read(Thing, GET)
    assert not vendor.seen
    await client.close()


async def test_a_vendor_that_fails_on_and_on_is_left_alone_and_tried_again_later(
    client: VendorClient, vendor: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor.will(says({}, 500))

    async def fails() -> str:
        with pytest.raises(VendorIsUnavailable) as caught:
            await client.read(Thing, POST)
        return caught.value.kind

    assert [await fails() for _ in range(line.FAILURES)] == ["500"] * line.FAILURES
    started = time.perf_counter()
    assert await fails() == "breaker_open"
    assert time.perf_counter() - started < 0.5
    assert len(vendor.seen) == line.FAILURES
    assert counted("external_api_errors_total", operation="make", error_type="breaker_open")

    later = time.time() + line.ALONE_SECONDS + 0.1
    monkeypatch.setattr(time, "time", lambda: later)
    assert await fails() == "500"
    assert await fails() == "breaker_open"
    assert len(vendor.seen) == line.FAILURES + 1

    vendor.will(FINE)
    monkeypatch.setattr(time, "time", lambda: later + line.ALONE_SECONDS + 0.1)
    assert (await client.read(Thing, POST)).name == "tatami"
    assert (await client.read(Thing, POST)).name == "tatami"


async def test_an_answer_that_comes_in_lines_is_bounded_too(
    client: VendorClient, vendor: Standin
) -> None:
    vendor.will(says(b"one\ntwo", kind="octet-stream"))
    assert [each async for each in client.lines(GET)] == ["one", "two"]
    for answer, kind in ((dribbles, "timeout"), (hangs, "timeout"), (breaks_off, "connection")):
        vendor.will(answer)
        started = time.perf_counter()
        with pytest.raises(VendorIsUnavailable) as caught:
            assert not [each async for each in client.lines(within(POST, 0.5))]
        assert caught.value.kind == kind
        assert time.perf_counter() - started < 1


async def test_refusals_leave_a_vendor_in_good_standing(
    client: VendorClient, vendor: Standin
) -> None:
    for status in (402, 501):
        vendor.will(says({}, status))
        for _ in range(line.FAILURES + 1):
            with pytest.raises(VendorRefused):
                await client.read(Thing, GET)
    assert len(vendor.seen) == 2 * (line.FAILURES + 1)


async def test_calls_that_hang_hold_up_nobody_else(client: VendorClient, vendor: Standin) -> None:
    vendor.will(*[hangs] * 20, FINE)
    hanging = [asyncio.create_task(client.read(Thing, within(POST, 0.5))) for _ in range(20)]
    await asyncio.sleep(0.2)
    assert (await client.read(Thing, within(POST, 0.2))).name == "tatami"
    assert all(
        isinstance(each, VendorIsUnavailable)
        for each in await asyncio.gather(*hanging, return_exceptions=True)
    )


async def test_the_trace_of_a_request_is_passed_on(client: VendorClient, vendor: Standin) -> None:
    vendor.will(FINE)
    current = Trace.of("request-7", f"00-{'ab' * 16}-{'cd' * 8}-01")
    token = trace.set(current)
    await client.read(Thing, GET)
    trace.reset(token)
    assert re.fullmatch(rf"00-{'ab' * 16}-[0-9a-f]{{16}}-01", vendor.asked.headers["traceparent"])
