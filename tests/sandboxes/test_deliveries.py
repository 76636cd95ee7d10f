"""Webhooks: signed, delivered, tried again with growing pauses, shown, sent again on demand."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.sandboxes.postbox import SECRET, URL, Receiver, postbox, signature


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def box(postgres_url: str, receiver: Receiver) -> AsyncIterator[httpx2.AsyncClient]:
    """The postbox with one endpoint, empty, at the machine's own time."""
    async with postbox(postgres_url, receiver) as client:
        await client.post("/_sandbox/clock", json={"reset": True})
        await client.post("/_sandbox/reset")
        told = {"vendor": "postbox", "url": URL, "secret": SECRET, "events": ["letter.posted"]}
        assert (await client.put("/_sandbox/webhooks", json=told)).status_code in {200, 201}
        yield client


async def deliveries(box: httpx2.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    """What became of the webhooks, when all that is due was done."""
    await box.post("/_sandbox/clock", json={"advance_s": 0.001})
    found: list[dict[str, Any]] = (await box.get(f"/_sandbox/deliveries?{query}")).json()
    return found


async def advance(box: httpx2.AsyncClient, by: timedelta) -> None:
    (await box.post("/_sandbox/clock", json={"advance_s": by.total_seconds()})).raise_for_status()


async def test_a_webhook_is_signed_and_delivered(
    box: httpx2.AsyncClient, receiver: Receiver
) -> None:
    await box.post("/postbox/letters", json={"id": "a"})
    (told,) = await deliveries(box)
    assert (told["state"], told["event"], told["event_id"]) == ("delivered", "letter.posted", "a")
    (attempt,) = told["attempts"]
    assert (attempt["status"], attempt["answer"]) == (200, "heard")
    (body,), (signed,) = receiver.bodies, receiver.signatures
    then = datetime.fromtimestamp(int(signed.partition(",")[0].removeprefix("t=")), UTC)
    assert signature(SECRET, body, then) == signed
    assert SECRET not in str(told)


async def test_a_webhook_of_what_was_undone_is_never_sent(
    box: httpx2.AsyncClient, receiver: Receiver
) -> None:
    with pytest.raises(ValueError, match="torn"):
        await box.post("/postbox/letters", json={"id": "b", "torn": True})
    assert await deliveries(box) == []
    assert receiver.bodies == []


async def test_a_failed_one_is_tried_again_with_growing_pauses_and_then_given_up(
    box: httpx2.AsyncClient, receiver: Receiver
) -> None:
    receiver.status = 500
    await box.post("/postbox/letters", json={"id": "c"})
    (told,) = await deliveries(box)
    assert (told["state"], len(told["attempts"])) == ("pending", 1)
    await advance(box, timedelta(minutes=4))
    assert len(receiver.bodies) == 1
    await advance(box, timedelta(minutes=2))
    assert len(receiver.bodies) == 2
    await advance(box, timedelta(minutes=59))
    assert len(receiver.bodies) == 2
    await advance(box, timedelta(minutes=2))
    (told,) = await deliveries(box, "state=failed")
    assert [attempt["status"] for attempt in told["attempts"]] == [500, 500, 500]


async def test_a_status_that_is_final_is_not_asked_again(
    box: httpx2.AsyncClient, receiver: Receiver
) -> None:
    receiver.status = 410
    await box.post("/postbox/letters", json={"id": "k"})
    (told,) = await deliveries(box, "state=failed")
    assert [attempt["status"] for attempt in told["attempts"]] == [410]


async def test_what_never_arrived_is_back_filled_after_an_outage(
    box: httpx2.AsyncClient, receiver: Receiver
) -> None:
    receiver.status = 503
    for name in "de":
        await box.post("/postbox/letters", json={"id": name})
    await deliveries(box)
    receiver.status, receiver.bodies = 200, []
    answer = await box.post("/_sandbox/deliveries/backfill?vendor=postbox")
    assert answer.json() == {"backfilled": 2}
    assert {told["state"] for told in await deliveries(box)} == {"delivered"}
    assert [body.count('"d"') for body in receiver.bodies] == [1, 0], "in their order"


async def test_one_that_arrived_is_sent_again_on_demand(
    box: httpx2.AsyncClient, receiver: Receiver
) -> None:
    await box.post("/postbox/letters", json={"id": "f"})
    (told,) = await deliveries(box)
    assert (await box.post(f"/_sandbox/deliveries/{told['id']}/resend")).status_code == 202
    await deliveries(box)
    assert len(receiver.bodies) == 2
    assert (await box.post("/_sandbox/deliveries/none/resend")).status_code == 404


async def test_mischief_doubles_delays_and_holds_them(
    box: httpx2.AsyncClient, receiver: Receiver
) -> None:
    mischief = "/_sandbox/deliveries/mischief"
    await box.put(mischief, json={"hold": True, "duplicate": 1})
    await box.post("/postbox/letters", json={"id": "g"})
    assert [told["state"] for told in await deliveries(box)] == ["pending", "pending"]
    await box.put(mischief, json={"shuffle_s": 600})
    assert [told["state"] for told in await deliveries(box)] == ["delivered", "delivered"]
    assert len(receiver.bodies) == 2
    await box.post("/postbox/letters", json={"id": "h"})
    assert len(await deliveries(box, "state=pending")) == 1
    await advance(box, timedelta(minutes=11))
    assert await deliveries(box, "state=pending") == []


async def test_only_events_that_an_endpoint_wants_are_sent_to_it(
    box: httpx2.AsyncClient, receiver: Receiver
) -> None:
    told = {"vendor": "postbox", "url": URL, "secret": SECRET, "events": ["letter.burnt"]}
    assert (await box.put("/_sandbox/webhooks", json=told)).status_code == 200
    await box.post("/postbox/letters", json={"id": "i"})
    assert await deliveries(box) == []
    (listed,) = (await box.get("/_sandbox/webhooks")).json()
    assert (listed["events"], listed["secret"]) == (["letter.burnt"], "[redacted]")


async def test_webhooks_on_their_way_survive_a_restart(postgres_url: str) -> None:
    deaf, hears = Receiver(status=500), Receiver()
    async with postbox(postgres_url, deaf) as box:
        told = {"vendor": "postbox", "url": URL, "secret": SECRET}
        await box.put("/_sandbox/webhooks", json=told)
        await box.post("/postbox/letters", json={"id": "j"})
        await deliveries(box)
    async with postbox(postgres_url, hears) as box:
        await advance(box, timedelta(minutes=6))
    assert hears.bodies == ['{"id":"j"}']


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        (
            "PUT",
            "webhooks",
            {"vendor": "fax", "url": URL, "secret": SECRET},
            "no sandbox is called",
        ),
        ("PUT", "webhooks", {"vendor": "postbox", "url": "x", "secret": SECRET}, "url: "),
        ("PUT", "deliveries/mischief", {"duplicate": 2}, "duplicate: "),
        ("GET", "deliveries?state=lost", None, "pending, delivered or failed"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_sentence(
    box: httpx2.AsyncClient, method: str, path: str, body: object, words: str
) -> None:
    answer = await box.request(method, f"/_sandbox/{path}", json=body)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
