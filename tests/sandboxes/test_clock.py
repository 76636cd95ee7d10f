"""One clock for all vendors: it moves on demand, remembers, and what falls due is done."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from tests.sandboxes.postbox import SECRET, URL, Receiver, postbox

DAY_S = 86_400


@pytest.fixture
async def box(postgres_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with postbox(postgres_url, Receiver()) as client:
        await client.post("/_sandbox/clock", json={"reset": True})
        await client.post("/_sandbox/reset")
        yield client


async def now(box: httpx2.AsyncClient) -> datetime:
    return datetime.fromisoformat((await box.get("/_sandbox/clock")).json()["now"])


async def test_the_clock_moves_for_everybody(box: httpx2.AsyncClient) -> None:
    moved = await box.post("/_sandbox/clock", json={"advance_s": 30 * DAY_S})
    assert moved.json()["offset_s"] == 30 * DAY_S
    assert abs(await now(box) - datetime.now(UTC) - timedelta(days=30)) < timedelta(seconds=5)
    await box.get("/postbox/nothing")
    (seen,) = (await box.get("/_sandbox/requests")).json()
    assert datetime.fromisoformat(seen["at"]) > datetime.now(UTC) + timedelta(days=29)


async def test_it_moves_on_to_a_moment_and_back_only_by_reset(box: httpx2.AsyncClient) -> None:
    moment = datetime.now(UTC) + timedelta(days=400)
    await box.post("/_sandbox/clock", json={"now": moment.isoformat()})
    assert abs(await now(box) - moment) < timedelta(seconds=5)
    back = await box.post("/_sandbox/clock", json={"now": datetime.now(UTC).isoformat()})
    assert (back.status_code, "only reset goes back" in back.json()["error"]) == (422, True)
    assert (await box.post("/_sandbox/clock", json={"reset": True})).json()["offset_s"] == 0


async def test_it_outlives_a_restart(box: httpx2.AsyncClient, postgres_url: str) -> None:
    await box.post("/_sandbox/clock", json={"advance_s": DAY_S})
    async with postbox(postgres_url, Receiver()) as again:
        assert (await again.get("/_sandbox/clock")).json()["offset_s"] == DAY_S


async def test_what_falls_due_is_done_before_the_answer(postgres_url: str) -> None:
    receiver = Receiver()
    async with postbox(postgres_url, receiver) as box:
        await box.post("/_sandbox/clock", json={"reset": True})
        await box.put(
            "/_sandbox/webhooks", json={"vendor": "postbox", "url": URL, "secret": SECRET}
        )
        due = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        await box.post("/postbox/letters", json={"id": "k", "promised": True, "due": due})
        assert receiver.bodies == []
        await box.post("/_sandbox/clock", json={"advance_s": DAY_S + 60})
        assert receiver.bodies == ["{}"]


@pytest.mark.parametrize(
    ("body", "words"),
    [({}, "say one of"), ({"advance_s": -1}, "greater than 0"), ({"reset": False}, "reset")]
    + [({"now": "2027-01-01T00:00:00"}, "timezone"), ({"advance_s": 1, "reset": True}, "one of")],
)
async def test_a_move_that_makes_no_sense_is_refused(
    box: httpx2.AsyncClient, body: object, words: str
) -> None:
    answer = await box.post("/_sandbox/clock", json=body)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
