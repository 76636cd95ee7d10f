"""Postmark takes, refuses and answers mail as its documentation says."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest

from tests.sandboxes.conftest import Send

TOKEN = {"X-Postmark-Server-Token": "sandbox"}
BOUNCING = "HardBounce@" + "bounce-testing.postmarkapp.com"


def many(number: int) -> str:
    return ", ".join(f"member{n}@wwmaa.example" for n in range(number))


async def test_a_good_mail_is_accepted_with_a_receipt(send: Send) -> None:
    answer = await send()
    receipt = answer.json()
    assert answer.status_code == 200
    assert (receipt["ErrorCode"], receipt["Message"]) == (0, "OK")
    assert receipt["To"] == "Haruto Ono <haruto@wwmaa.example>"
    assert str(UUID(receipt["MessageID"])) == receipt["MessageID"]
    assert datetime.fromisoformat(receipt["SubmittedAt"]).tzinfo


async def test_every_field_of_the_documentation_is_accepted(send: Send) -> None:
    answer = await send(
        Cc="a@wwmaa.example",
        Bcc='"Ono, Haruto" <b@wwmaa.example>',
        ReplyTo="board@wwmaa.example",
        HtmlBody="<p>Bow.</p>",
        Tag="welcome",
        Metadata={"member": "42"},
        Headers=[{"Name": "X-Dojo", "Value": "Kodokan"}],
        Attachments=[{"Name": "a.pdf", "Content": "aGk=", "ContentType": "application/pdf"}],
        MessageStream="broadcast",
        TrackOpens=True,
        TrackLinks="HtmlOnly",
        SomethingNew=1,
    )
    assert answer.json()["ErrorCode"] == 0


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"From": None}, 300, "Invalid 'From' address: ''."),
        ({"From": "nobody"}, 300, "Invalid 'From' address: 'nobody'."),
        ({"From": "a@b.example, c@d.example"}, 300, "Invalid 'From' address"),
        ({"To": None}, 300, "Zero recipients specified"),
        ({"To": " , "}, 300, "Zero recipients specified"),
        ({"To": "haruto@dojo"}, 300, "Invalid 'To' address: 'haruto@dojo'."),
        ({"To": "Ono <a@wwmaa.example"}, 300, "Invalid 'To' address"),
        ({"Cc": "a@wwmaa.example, nobody"}, 300, "Invalid 'Cc' address"),
        ({"ReplyTo": "nobody"}, 300, "Invalid 'ReplyTo' address"),
        ({"To": many(30), "Bcc": many(21)}, 300, "50 recipients"),
        ({"TextBody": None}, 300, "Provide either email TextBody or HtmlBody or both."),
        ({"TextBody": ""}, 300, "Provide either email TextBody or HtmlBody or both."),
        ({"Subject": "s" * 2001}, 300, "'Subject'"),
        ({"Tag": "t" * 1001}, 300, "'Tag'"),
        ({"Metadata": {str(n): "" for n in range(11)}}, 300, "Metadata"),
        ({"Metadata": {"m": "v" * 81}}, 300, "Metadata"),
        ({"Headers": [{"Name": "X Dojo", "Value": ""}]}, 300, "Invalid header"),
        (
            {"Headers": [{"Name": "X-Dojo", "Value": "a\r\nBcc: b@c.example"}]},
            300,
            "Invalid header",
        ),
        ({"Subject": 5}, 403, "Invalid request field(s): 'Subject'."),
        ({"TrackOpens": "true", "To": []}, 403, "'To', 'TrackOpens'"),
        ({"TrackLinks": "Sometimes"}, 403, "'TrackLinks'"),
        ({"Metadata": {"n": 1}}, 403, "'Metadata'"),
        (
            {"Attachments": [{"Name": "a", "Content": "?", "ContentType": "b"}]},
            403,
            "'Attachments'",
        ),
        (
            {"Attachments": [{"Name": "A.EXE", "Content": "", "ContentType": ""}]},
            411,
            "not allowed",
        ),
        ({"MessageStream": "news"}, 1235, "The stream provided: 'news' does not exist"),
        ({"MessageStream": "inbound"}, 1236, "not supported for this stream"),
    ],
)
async def test_a_bad_mail_is_refused_with_postmarks_code(
    send: Send, sandboxes: httpx2.AsyncClient, fields: dict[str, Any], code: int, words: str
) -> None:
    answer = await send(**fields)
    assert answer.status_code == 422
    assert answer.headers["X-PM-ApiErrorCode"] == str(code)
    assert answer.json()["ErrorCode"] == code
    assert words in answer.json()["Message"]
    assert (await sandboxes.get("/_sandbox/inbox.json")).json() == []


async def test_fifty_recipients_are_not_too_many(send: Send) -> None:
    assert (await send(To=many(30), Bcc=many(20))).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[NaN]", b'{"From": 1e', b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_json_is_refused(sandboxes: httpx2.AsyncClient, body: bytes) -> None:
    headers = TOKEN | {"Content-Type": "application/json"}
    answer = await sandboxes.post("/postmark/email", content=body, headers=headers)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, 402)


@pytest.mark.parametrize("body", ["[]", "null", "7", '"mail"'])
async def test_json_that_is_no_mail_is_refused(sandboxes: httpx2.AsyncClient, body: str) -> None:
    headers = TOKEN | {"Content-Type": "application/json; charset=utf-8"}
    answer = await sandboxes.post("/postmark/email", content=body, headers=headers)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, 403)


async def test_another_content_type_is_refused(sandboxes: httpx2.AsyncClient) -> None:
    answer = await sandboxes.post("/postmark/email", data={"From": "a@b.example"}, headers=TOKEN)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (415, 409)


async def test_more_than_ten_mebibytes_are_refused(send: Send) -> None:
    answer = await send(TextBody="a" * (10 * 1024 * 1024))
    assert answer.status_code == 413
    assert "10485760 bytes" in answer.json()["Message"]


@pytest.mark.parametrize("token", ["", " ", "0b1c2d3e-4f50-4162-8394-a5b6c7d8e9f0"])
async def test_without_a_token_or_with_a_live_one_nobody_is_let_in(send: Send, token: str) -> None:
    answer = await send(token=token)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (401, 10)
    assert "valid Server token" in answer.json()["Message"]
    assert ("looks live" in answer.json()["Message"]) == bool(token.strip())


async def test_the_public_test_token_validates_and_delivers_nothing(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    assert (await send(token="POSTMARK_API_TEST")).json()["Message"] == "Test job accepted"
    assert (await send(token="POSTMARK_API_TEST", From=None)).json()["ErrorCode"] == 300
    assert (await sandboxes.get("/_sandbox/inbox.json")).json() == []


async def test_an_address_that_bounced_is_inactive_from_then_on(send: Send) -> None:
    assert (await send(To=BOUNCING)).json()["ErrorCode"] == 0
    refused = await send(To=BOUNCING)
    assert (refused.status_code, refused.json()["ErrorCode"]) == (422, 406)
    assert f"Found inactive addresses: {BOUNCING.lower()}. Inactive" in refused.json()["Message"]
    assert (await send(To=BOUNCING, MessageStream="broadcast")).json()["ErrorCode"] == 0


async def test_the_active_among_the_recipients_still_get_the_mail(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    await send(To=BOUNCING)
    answer = await send(To=f"haruto@wwmaa.example, {BOUNCING}", Subject="Second")
    assert answer.json()["ErrorCode"] == 0
    assert answer.json()["Message"].endswith(f"these inactive addresses: {BOUNCING.lower()}.")
    path = "/_sandbox/inbox.json?to="
    assert len((await sandboxes.get(f"{path}haruto@wwmaa.example")).json()) == 1
    assert len((await sandboxes.get(f"{path}{BOUNCING}")).json()) == 1


async def test_each_mail_of_a_batch_is_judged_by_itself(sandboxes: httpx2.AsyncClient) -> None:
    good = {"From": "a@b.example", "To": "c@d.example", "TextBody": "Hajime"}
    batch = [good, {**good, "To": "nobody"}, "no mail", good]
    answer = await sandboxes.post("/postmark/email/batch", json=batch, headers=TOKEN)
    assert answer.status_code == 200
    assert [each["ErrorCode"] for each in answer.json()] == [0, 300, 403, 0]
    assert set(answer.json()[1]) == {"ErrorCode", "Message"}
    assert len((await sandboxes.get("/_sandbox/inbox.json")).json()) == 2


async def test_a_batch_holds_five_hundred_mails_and_no_more(sandboxes: httpx2.AsyncClient) -> None:
    answer = await sandboxes.post("/postmark/email/batch", json=[{}] * 500, headers=TOKEN)
    assert len(answer.json()) == 500
    answer = await sandboxes.post("/postmark/email/batch", json=[{}] * 501, headers=TOKEN)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, 410)
    answer = await sandboxes.post("/postmark/email/batch", json={"Messages": []}, headers=TOKEN)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, 403)
