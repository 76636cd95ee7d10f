"""Statistics follow from the mails that were sent, day by day in Eastern time."""

from typing import Any

import httpx2
import pytest

from tests.sandboxes.conftest import Send

TOKEN = {"X-Postmark-Server-Token": "sandbox"}
LINK = '<a href="https://wwmaa.example/dojo">Dojo</a>'


async def stats(sandboxes: httpx2.AsyncClient, path: str = "") -> dict[str, Any]:
    answer = await sandboxes.get(f"/postmark/stats/outbound{path}", headers=TOKEN)
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
async def sent(send: Send, sandboxes: httpx2.AsyncClient) -> None:
    """Two tracked mails, one to two people, and what became of them."""
    tracked = {"HtmlBody": LINK, "TrackOpens": True, "TrackLinks": "HtmlOnly"}
    first = await send(To="a@wwmaa.example, b@wwmaa.example", Tag="welcome", **tracked)
    second = await send(To="c@wwmaa.example", **tracked)
    for answer, what in (
        (first, "open"),
        (first, "click"),
        (first, "bounce"),
        (second, "complaint"),
    ):
        id_ = answer.json()["MessageID"]
        await sandboxes.post(f"/_sandbox/postmark/messages/{id_}/{what}")
    await send(MessageStream="broadcast")


@pytest.mark.usefixtures("sent")
async def test_the_overview_counts_each_recipient(sandboxes: httpx2.AsyncClient) -> None:
    assert await stats(sandboxes) == {
        "Sent": 3,
        "Bounced": 1,
        "SMTPApiErrors": 0,
        "BounceRate": 33.33,
        "SpamComplaints": 1,
        "SpamComplaintsRate": 33.33,
        "Opens": 1,
        "UniqueOpens": 1,
        "Tracked": 3,
        "WithOpenTracking": 3,
        "WithLinkTracking": 3,
        "TotalClicks": 1,
        "UniqueLinksClicked": 1,
        "TotalTrackedLinksSent": 3,
        "WithClientRecorded": 1,
        "WithPlatformRecorded": 1,
    }
    assert (await stats(sandboxes, "?tag=welcome"))["Sent"] == 2
    assert (await stats(sandboxes, "?messagestream=broadcast"))["Sent"] == 1
    assert (await stats(sandboxes, "?todate=2020-01-31"))["Sent"] == 0


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        ("sends", {"Sent": 3}),
        ("tracked", {"Tracked": 3}),
        ("bounces", {"HardBounce": 1, "SoftBounce": 0, "SMTPApiError": 0, "Transient": 0}),
        ("spam", {"SpamComplaint": 1}),
        ("opens", {"Opens": 1, "Unique": 1}),
        ("clicks", {"Clicks": 1, "Unique": 1}),
    ],
)
async def test_each_number_is_told_by_the_day(
    sandboxes: httpx2.AsyncClient, path: str, numbers: dict[str, int]
) -> None:
    told = await stats(sandboxes, f"/{path}")
    (day,) = told.pop("Days")
    assert told == numbers
    assert day == {"Date": day["Date"]} | numbers


async def test_what_does_not_follow_from_mails_is_refused_aloud(
    sandboxes: httpx2.AsyncClient,
) -> None:
    for path in ("opens/platforms", "opens/emailclients", "clicks/browserfamilies"):
        answer = await sandboxes.get(f"/postmark/stats/outbound/{path}", headers=TOKEN)
        assert answer.status_code == 501


async def test_a_date_that_is_none_is_refused(sandboxes: httpx2.AsyncClient) -> None:
    assert (await stats(sandboxes, "?fromdate=soon"))["ErrorCode"] == 900
