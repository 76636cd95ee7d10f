"""Message streams, the addresses that they do not deliver to, and bounces that are made good."""

from typing import Any

import httpx2
import pytest

from tests.sandboxes.conftest import Send

TOKEN = {"X-Postmark-Server-Token": "sandbox"}
STREAMS = "/postmark/message-streams"
NEWS = {"ID": "news", "Name": "News", "MessageStreamType": "Broadcasts"}
ON_DEMAND = "/_sandbox/postmark/messages"


async def ask(
    sandboxes: httpx2.AsyncClient, method: str, path: str, told: object = None
) -> httpx2.Response:
    return await sandboxes.request(method, f"/postmark{path}", json=told or {}, headers=TOKEN)


async def test_a_server_is_born_with_three_streams(sandboxes: httpx2.AsyncClient) -> None:
    listed = (await ask(sandboxes, "GET", "/message-streams")).json()
    types = {each["ID"]: each["MessageStreamType"] for each in listed["MessageStreams"]}
    assert types == {
        "outbound": "Transactional",
        "inbound": "Inbound",
        "broadcast": "Broadcasts",
    }
    assert listed["TotalCount"] == 3
    one_type = "/message-streams?MessageStreamType=Broadcasts"
    (only,) = (await ask(sandboxes, "GET", one_type)).json()["MessageStreams"]
    assert set(only) == {
        "ID",
        "ServerID",
        "Name",
        "Description",
        "MessageStreamType",
        "CreatedAt",
        "UpdatedAt",
        "ArchivedAt",
        "ExpectedPurgeDate",
        "SubscriptionManagementConfiguration",
    }
    assert only["SubscriptionManagementConfiguration"] == {"UnsubscribeHandlingType": "Postmark"}


async def test_a_stream_is_made_changed_closed_and_opened_again(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    assert (await send(MessageStream="news")).json()["ErrorCode"] == 1235
    made = (await ask(sandboxes, "POST", "/message-streams", NEWS)).json()
    assert (made["Name"], made["UpdatedAt"], made["ArchivedAt"]) == ("News", None, None)
    assert (await send(MessageStream="news")).json()["ErrorCode"] == 0
    changed = await ask(sandboxes, "PATCH", "/message-streams/news", {"Name": "Dojo news"})
    assert (changed.json()["Name"], bool(changed.json()["UpdatedAt"])) == ("Dojo news", True)
    archived = (await ask(sandboxes, "POST", "/message-streams/news/archive")).json()
    assert set(archived) == {"ID", "ServerID", "ExpectedPurgeDate"}
    assert (await send(MessageStream="news")).json()["ErrorCode"] == 1235
    assert (await ask(sandboxes, "GET", "/message-streams")).json()["TotalCount"] == 3
    everything = "/message-streams?IncludeArchivedStreams=true"
    assert (await ask(sandboxes, "GET", everything)).json()["TotalCount"] == 4
    opened = await ask(sandboxes, "POST", "/message-streams/news/unarchive")
    assert opened.json()["ArchivedAt"] is None
    assert (await send(MessageStream="news")).json()["ErrorCode"] == 0


async def test_a_stream_closed_for_long_stays_closed(sandboxes: httpx2.AsyncClient) -> None:
    await ask(sandboxes, "POST", "/message-streams", NEWS)
    await ask(sandboxes, "POST", "/message-streams/news/archive")
    await sandboxes.post("/_sandbox/clock", json={"advance_s": 45 * 86_400})
    answer = await ask(sandboxes, "POST", "/message-streams/news/unarchive")
    assert answer.json()["ErrorCode"] == 1232
    await sandboxes.post("/_sandbox/clock", json={"reset": True})


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"MessageStreamType": "Sideways"}, 1221),
        ({"MessageStreamType": "Inbound"}, 1228),
        ({"ID": ""}, 1222),
        ({"ID": "7up"}, 1227),
        ({"ID": "a" * 31}, 1227),
        ({"ID": "pm-news"}, 1233),
        ({"ID": "all"}, 1237),
        ({"ID": "outbound"}, 1230),
        ({"Name": ""}, 1223),
        ({"Name": "n" * 101}, 1224),
        ({"Description": "<b>bold</b>"}, 1234),
        ({"Description": "d" * 1001}, 1231),
        ({"SubscriptionManagementConfiguration": {"UnsubscribeHandlingType": "Never"}}, 1240),
        ({"SubscriptionManagementConfiguration": {"UnsubscribeHandlingType": "None"}}, 1239),
    ],
)
async def test_a_stream_that_may_not_be_is_refused(
    sandboxes: httpx2.AsyncClient, told: dict[str, Any], code: int
) -> None:
    answer = await ask(sandboxes, "POST", "/message-streams", NEWS | told)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, code)


async def test_ten_streams_are_enough(sandboxes: httpx2.AsyncClient) -> None:
    codes = [
        (await ask(sandboxes, "POST", "/message-streams", NEWS | {"ID": f"news{n}"})).json()
        for n in range(8)
    ]
    assert [told.get("ErrorCode") for told in codes] == [None] * 7 + [1225]


@pytest.mark.parametrize(
    ("path", "code"), [("outbound/archive", 1229), ("news/archive", 1226), ("news/unarchive", 1226)]
)
async def test_a_stream_that_must_stay_or_is_not_there_is_not_closed(
    sandboxes: httpx2.AsyncClient, path: str, code: int
) -> None:
    answer = await ask(sandboxes, "POST", f"/message-streams/{path}")
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, code)


async def suppressed(sandboxes: httpx2.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    answer = await ask(sandboxes, "GET", f"/message-streams/outbound/suppressions/dump{query}")
    found: list[dict[str, Any]] = answer.json()["Suppressions"]
    return found


def these(*addresses: str) -> dict[str, Any]:
    return {"Suppressions": [{"EmailAddress": address} for address in addresses]}


async def test_an_address_is_suppressed_on_one_stream_and_let_go_again(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    path = "/message-streams/outbound/suppressions"
    told = await ask(sandboxes, "POST", path, these("Haruto@wwmaa.example", "nobody"))
    assert told.json()["Suppressions"] == [
        {"EmailAddress": "Haruto@wwmaa.example", "Status": "Suppressed", "Message": None},
        {
            "EmailAddress": "nobody",
            "Status": "Failed",
            "Message": "An invalid email address was provided.",
        },
    ]
    (kept,) = await suppressed(sandboxes)
    assert (kept["SuppressionReason"], kept["Origin"]) == ("ManualSuppression", "Customer")
    assert set(kept) == {"EmailAddress", "SuppressionReason", "Origin", "CreatedAt"}
    assert (await send()).json()["ErrorCode"] == 406
    assert (await send(MessageStream="broadcast")).json()["ErrorCode"] == 0
    gone = await ask(sandboxes, "POST", f"{path}/delete", these("haruto@wwmaa.example"))
    assert [each["Status"] for each in gone.json()["Suppressions"]] == ["Deleted"]
    assert (await send()).json()["ErrorCode"] == 0


async def test_what_the_recipient_said_is_not_taken_back(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    id_ = (await send()).json()["MessageID"]
    await sandboxes.post(f"{ON_DEMAND}/{id_}/complaint")
    path = "/message-streams/outbound/suppressions"
    for asked in (path, f"{path}/delete"):
        told = (await ask(sandboxes, "POST", asked, these("haruto@wwmaa.example"))).json()
        assert told["Suppressions"][0]["Message"] == (
            "You do not have the required authority to change this suppression."
        )
    (bounce,) = (await ask(sandboxes, "GET", "/bounces?count=5&offset=0")).json()["Bounces"]
    answer = await ask(sandboxes, "PUT", f"/bounces/{bounce['ID']}/activate")
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, 1003)
    assert (await send()).json()["ErrorCode"] == 406


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?SuppressionReason=HardBounce", 1),
        ("?suppressionReason=SpamComplaint", 0),
        ("?Origin=recipient", 1),
        ("?Origin=Customer", 0),
        ("?EmailAddress=HARUTO@wwmaa.example", 1),
        ("?todate=2020-01-31", 0),
        ("?fromdate=2020-01-31", 1),
    ],
)
async def test_suppressions_are_filtered(
    send: Send, sandboxes: httpx2.AsyncClient, query: str, number: int
) -> None:
    id_ = (await send()).json()["MessageID"]
    await sandboxes.post(f"{ON_DEMAND}/{id_}/bounce")
    assert len(await suppressed(sandboxes, query)) == number


@pytest.mark.parametrize(
    ("path", "told", "code"),
    [
        ("nowhere/suppressions", these("a@b.example"), 1226),
        ("outbound/suppressions", {}, 1409),
        ("outbound/suppressions", {"Suppressions": ["a@b.example"]}, 1409),
        ("outbound/suppressions", these(*["a@b.example"] * 51), 1410),
    ],
)
async def test_suppressions_that_make_no_sense_are_refused(
    sandboxes: httpx2.AsyncClient, path: str, told: dict[str, Any], code: int
) -> None:
    answer = await ask(sandboxes, "POST", f"/message-streams/{path}", told)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, code)


async def test_a_bounce_is_found_read_and_made_good(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    id_ = (await send(Tag="welcome")).json()["MessageID"]
    bounce = (await sandboxes.post(f"{ON_DEMAND}/{id_}/bounce")).json()
    assert (await send()).json()["ErrorCode"] == 406
    one = (await ask(sandboxes, "GET", f"/bounces/{bounce['ID']}")).json()
    assert (one["Type"], one["Inactive"], one["Subject"]) == (
        "HardBounce",
        True,
        "Welcome to the dojo",
    )
    assert "Bow, then enter." in one["Content"]
    dump = (await ask(sandboxes, "GET", f"/bounces/{bounce['ID']}/dump")).json()
    assert dump == {"Body": one["Content"]}
    assert (await ask(sandboxes, "GET", "/bounces/tags")).json() == ["welcome"]
    stats = (await ask(sandboxes, "GET", "/deliverystats")).json()
    assert stats["InactiveMails"] == 1
    assert [(each["Name"], each["Count"]) for each in stats["Bounces"]] == [
        ("All", 1),
        ("Hard bounce", 1),
    ]
    good = (await ask(sandboxes, "PUT", f"/bounces/{bounce['ID']}/activate")).json()
    assert (good["Message"], good["Bounce"]["Inactive"]) == ("OK", False)
    assert await suppressed(sandboxes) == []
    assert (await send()).json()["ErrorCode"] == 0


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("type=hardbounce", 1),
        ("type=SoftBounce", 0),
        ("inactive=true", 1),
        ("inactive=false", 0),
        ("emailFilter=HARUTO", 1),
        ("emailFilter=zoe", 0),
        ("tag=welcome", 1),
        ("tag=other", 0),
        ("messagestream=broadcast", 0),
        ("todate=2020-01-31T10:00:00", 0),
    ],
)
async def test_bounces_are_filtered(
    send: Send, sandboxes: httpx2.AsyncClient, query: str, number: int
) -> None:
    id_ = (await send(Tag="welcome")).json()["MessageID"]
    await sandboxes.post(f"{ON_DEMAND}/{id_}/bounce")
    found = (await ask(sandboxes, "GET", f"/bounces?count=5&offset=0&{query}")).json()
    assert (found["TotalCount"], len(found["Bounces"])) == (number, number)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/bounces/1", 1001),
        ("GET", "/bounces/x/dump", 1001),
        ("PUT", "/bounces/1/activate", 1001),
        ("GET", "/bounces?count=501&offset=0", 1000),
        ("GET", "/bounces?count=1", 1000),
        ("GET", "/bounces?count=1&offset=0&type=Boomerang", 1000),
        ("GET", "/bounces?count=1&offset=0&fromdate=soon", 1000),
    ],
)
async def test_a_bounce_that_is_not_there_is_refused(
    sandboxes: httpx2.AsyncClient, method: str, path: str, code: int
) -> None:
    answer = await ask(sandboxes, method, path)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, code)


async def test_a_broadcast_lets_its_reader_leave_by_link_and_by_one_click(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    html = "<p>News</p></body>"
    await send(MessageStream="broadcast", HtmlBody=html, TextBody="{{{ pm:unsubscribe_url }}}")
    (mail,) = (await sandboxes.get("/_sandbox/inbox.json")).json()
    link = f"http://sandboxes.test/postmark/unsubscribe/{mail['id']}"
    assert (mail["unsubscribe"], mail["one_click"], mail["text"]) == (link, True, link)
    assert mail["html"] == f'<p>News</p><p><a href="{link}">Unsubscribe</a></p></body>'
    page = await sandboxes.get(link)
    assert "haruto@wwmaa.example" in page.text
    assert (await send(MessageStream="broadcast")).json()["ErrorCode"] == 0
    left = await sandboxes.post(link, data={"List-Unsubscribe": "One-Click"})
    assert (left.status_code, "You are unsubscribed" in left.text) == (200, True)
    assert (await send(MessageStream="broadcast")).json()["ErrorCode"] == 406
    assert (await send()).json()["ErrorCode"] == 0


async def test_a_link_of_a_mail_that_is_gone_says_so(sandboxes: httpx2.AsyncClient) -> None:
    for method in ("GET", "POST"):
        answer = await sandboxes.request(method, "/postmark/unsubscribe/gone")
        assert (answer.status_code, "leads nowhere" in answer.text) == (404, True)
