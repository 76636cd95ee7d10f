"""What was sent can be found again, and what cannot be done is said."""

import email
import email.policy

import httpx2
import pytest

from tests.sandboxes.conftest import Send

NOWHERE = "b6c3b0f5-7e0f-4a53-8f0e-52a2f1d6a7c9"
"""The id of nothing."""

TOKEN = {"X-Postmark-Server-Token": "sandbox"}


async def search(sandboxes: httpx2.AsyncClient, **asked: object) -> httpx2.Response:
    query = {name: str(value) for name, value in ({"count": 10, "offset": 0} | asked).items()}
    return await sandboxes.get("/postmark/messages/outbound", params=query, headers=TOKEN)


async def test_messages_are_found_newest_first_and_page_by_page(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    for number in range(5):
        await send(Subject=f"Number {number}")
    found = (await search(sandboxes, count=2, offset=1)).json()
    assert found["TotalCount"] == 5
    assert [each["Subject"] for each in found["Messages"]] == ["Number 3", "Number 2"]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"recipient": "HARUTO@wwmaa.example"}, 1),
        ({"recipient": "haruto"}, 0),
        ({"fromEmail": "noreply@wwmaa.example"}, 2),
        ({"tag": "welcome"}, 1),
        ({"subject": "Welcome to the dojo"}, 2),
        ({"status": "sent"}, 2),
        ({"status": "queued"}, 0),
        ({"messagestream": "broadcast"}, 1),
    ],
)
async def test_filters_find_what_they_say(
    send: Send, sandboxes: httpx2.AsyncClient, asked: dict[str, str], number: int
) -> None:
    await send()
    await send(To="board@wwmaa.example", Tag="welcome")
    await send(MessageStream="broadcast")
    assert (await search(sandboxes, **asked)).json()["TotalCount"] == number


@pytest.mark.parametrize("asked", [{"count": 501}, {"count": "x"}, {"count": 1, "offset": 10_000}])
async def test_a_page_out_of_bounds_is_refused(
    sandboxes: httpx2.AsyncClient, asked: dict[str, object]
) -> None:
    answer = await search(sandboxes, **asked)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, 700)


async def test_a_filter_that_is_not_imitated_is_refused_aloud(
    sandboxes: httpx2.AsyncClient,
) -> None:
    answer = await search(sandboxes, fromdate="2026-01-01")
    assert answer.status_code == 501
    assert "does not emulate the filter 'fromdate'" in answer.json()["Message"]


async def test_the_details_show_bodies_events_and_where_documentation_and_contract_part(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    attachment = {"Name": "a.txt", "Content": "aGk=", "ContentType": "text/plain"}
    sent = await send(To="haruto@wwmaa.example", HtmlBody="<p>Bow.</p>", Attachments=[attachment])
    path = f"/postmark/messages/outbound/{sent.json()['MessageID']}/details"
    details = (await sandboxes.get(path, headers=TOKEN)).json()
    assert details["To"] == [{"Email": "haruto@wwmaa.example", "Name": None}]
    assert details["Attachments"] == ["a.txt"]
    assert (details["TextBody"], details["HtmlBody"]) == ("Bow, then enter.", "<p>Bow.</p>")
    assert [event["Type"] for event in details["MessageEvents"]] == ["Delivered"]
    assert (details["Status"], details["Sandboxed"]) == ("Sent", True)


async def test_the_raw_message_is_one_that_a_mail_program_can_read(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    sent = await send(
        To='"Ono, Haruto" <haruto@wwmaa.example>',
        Subject="Grüße aus dem\nDōjō",
        HtmlBody="<p>Bow, Zoë.</p>",
        Headers=[{"Name": "X-Dojo", "Value": "Kodokan"}, {"Name": "Content-Type", "Value": "x/y"}],
    )
    path = f"/postmark/messages/outbound/{sent.json()['MessageID']}/dump"
    raw = (await sandboxes.get(path, headers=TOKEN)).json()["Body"]
    message = email.message_from_bytes(raw.encode(), policy=email.policy.default)
    assert message["Subject"] == "Grüße aus dem Dōjō"
    assert message["To"].addresses[0].display_name == "Ono, Haruto"
    assert message["X-Dojo"] == "Kodokan"
    html = message.get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == "<p>Bow, Zoë.</p>"


@pytest.mark.parametrize("what", ["details", "dump"])
@pytest.mark.parametrize("message_id", [NOWHERE, "no-uuid", "%00"])
async def test_an_unknown_message_is_refused(
    sandboxes: httpx2.AsyncClient, message_id: str, what: str
) -> None:
    path = f"/postmark/messages/outbound/{message_id}/{what}"
    answer = await sandboxes.get(path, headers=TOKEN)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, 701)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/foo"), ("PUT", "/server"), ("GET", "/email"), ("GET", "")],
)
async def test_what_is_not_imitated_says_so_in_postmarks_shape(
    sandboxes: httpx2.AsyncClient, method: str, path: str
) -> None:
    answer = await sandboxes.request(method, f"/postmark{path}", follow_redirects=True)
    assert answer.status_code == 501
    asked = f"{method} /postmark{path or '/'}"
    words = f"postmark sandbox does not emulate {asked}; see docs/sandboxes.md"
    assert answer.json() == {"ErrorCode": -1, "Message": words}
