"""The webhooks API of Postmark: made, verified, changed, and told only what they asked for."""

from typing import Any

import httpx2
import pytest

from tests.sandboxes.conftest import Send
from tests.sandboxes.listener import HOOK, Listener

TOKEN = {"X-Postmark-Server-Token": "sandbox"}
ON = {"Enabled": True}
WEBHOOK = {
    "Url": HOOK,
    "HttpAuth": {"Username": "dojo", "Password": "kodokan"},
    "HttpHeaders": [{"Name": "X-Dojo", "Value": "Kodokan"}],
    "Triggers": {"Delivery": ON, "Bounce": {"Enabled": True, "IncludeContent": True}},
}


async def ask(
    sandboxes: httpx2.AsyncClient, method: str, path: str = "", told: object = None
) -> httpx2.Response:
    path = f"/postmark/webhooks{path}"
    return await sandboxes.request(method, path, json=told or {}, headers=TOKEN)


@pytest.fixture(autouse=True)
async def none_yet(sandboxes: httpx2.AsyncClient, listener: Listener) -> None:
    """A reset keeps webhooks, for they are part of an environment; here each test starts bare."""
    for webhook in (await ask(sandboxes, "GET")).json()["Webhooks"]:
        await ask(sandboxes, "DELETE", f"/{webhook['ID']}")
    listener.forget()


async def heard(sandboxes: httpx2.AsyncClient, listener: Listener) -> list[dict[str, Any]]:
    await sandboxes.post("/_sandbox/clock", json={"advance_s": 0.001})
    return [each.json() for each in listener.heard]


async def test_a_webhook_is_made_when_its_listener_answers_for_each_trigger(
    sandboxes: httpx2.AsyncClient, listener: Listener
) -> None:
    made = (await ask(sandboxes, "POST", "", WEBHOOK)).json()
    assert made == {
        "ID": made["ID"],
        "Url": HOOK,
        "MessageStream": "outbound",
        "Status": "verified",
        "HttpAuth": {"Username": "dojo", "Password": "kodokan"},
        "HttpHeaders": [{"Name": "X-Dojo", "Value": "Kodokan"}],
        "Triggers": {
            "Open": {"Enabled": False, "PostFirstOpenOnly": False},
            "Click": {"Enabled": False},
            "Delivery": {"Enabled": True},
            "Bounce": {"Enabled": True, "IncludeContent": True},
            "SpamComplaint": {"Enabled": False, "IncludeContent": False},
            "SubscriptionChange": {"Enabled": False},
        },
    }
    assert [each.json()["RecordType"] for each in listener.heard] == ["Delivery", "Bounce"]
    assert listener.heard[0].headers["x-dojo"] == "Kodokan"
    assert listener.heard[0].headers["authorization"].startswith("Basic ")
    assert (await ask(sandboxes, "GET", f"/{made['ID']}")).json() == made
    assert (await ask(sandboxes, "GET", "?MessageStream=outbound")).json() == {"Webhooks": [made]}
    assert (await ask(sandboxes, "GET", "?MessageStream=broadcast")).json() == {"Webhooks": []}


async def test_a_listener_that_fails_is_not_saved(
    sandboxes: httpx2.AsyncClient, listener: Listener
) -> None:
    listener.status = 500
    answer = await ask(sandboxes, "POST", "", WEBHOOK)
    assert (answer.status_code, answer.headers["X-PM-ApiErrorCode"]) == (422, "1364")
    assert answer.json()["Message"] == "0/2 triggers verified successfully"
    assert answer.json()["Results"][0] == {
        "TriggerType": "Delivery",
        "Success": False,
        "StatusCode": 500,
        "Message": "Remote server returned an HTTP status code of 500.",
    }
    assert (await ask(sandboxes, "GET")).json() == {"Webhooks": []}


async def test_one_that_is_saved_unverified_hears_of_nothing_until_it_is_verified(
    send: Send, sandboxes: httpx2.AsyncClient, listener: Listener
) -> None:
    made = (await ask(sandboxes, "POST", "", WEBHOOK | {"Verify": False})).json()
    assert made["Status"] == "unverified"
    await send()
    assert await heard(sandboxes, listener) == []
    told = (await ask(sandboxes, "POST", f"/{made['ID']}/verify")).json()
    assert (told["Success"], told["Message"]) == (True, "2/2 triggers verified successfully")
    listener.forget()
    await send()
    assert [each["RecordType"] for each in await heard(sandboxes, listener)] == ["Delivery"]


async def test_content_is_for_those_who_asked_and_for_the_stream_that_they_hear_of(
    send: Send, sandboxes: httpx2.AsyncClient, listener: Listener
) -> None:
    plain = WEBHOOK | {"Triggers": {"Bounce": ON}}
    other = WEBHOOK | {"MessageStream": "broadcast"}
    for webhook in (WEBHOOK, plain, other):
        await ask(sandboxes, "POST", "", webhook)
    listener.forget()
    id_ = (await send()).json()["MessageID"]
    await sandboxes.post(f"/_sandbox/postmark/messages/{id_}/bounce")
    told = await heard(sandboxes, listener)
    bounces = [each for each in told if each["RecordType"] == "Bounce"]
    assert sorted("Content" in each for each in bounces) == [False, True]
    assert [each["RecordType"] for each in told].count("Delivery") == 1


async def test_first_opens_alone_are_told_where_that_is_asked(
    send: Send, sandboxes: httpx2.AsyncClient, listener: Listener
) -> None:
    opens = {"Enabled": True, "PostFirstOpenOnly": True}
    await ask(sandboxes, "POST", "", WEBHOOK | {"Triggers": {"Open": opens}})
    listener.forget()
    sent = await send(HtmlBody="<p>Bow.</p>", TrackOpens=True)
    for _ in range(2):
        await sandboxes.post(f"/_sandbox/postmark/messages/{sent.json()['MessageID']}/open")
    assert [each["FirstOpen"] for each in await heard(sandboxes, listener)] == [True]


async def test_a_webhook_is_changed_in_part_and_forgotten(sandboxes: httpx2.AsyncClient) -> None:
    id_ = (await ask(sandboxes, "POST", "", WEBHOOK)).json()["ID"]
    changed = {"Triggers": {"Bounce": {"Enabled": False}, "Click": ON}, "Url": f"{HOOK}/2"}
    now = (await ask(sandboxes, "PUT", f"/{id_}", changed)).json()
    assert now["Url"] == f"{HOOK}/2"
    assert now["HttpAuth"]["Username"] == "dojo"
    assert now["Triggers"]["Bounce"] == {"Enabled": False, "IncludeContent": True}
    assert [name for name, each in now["Triggers"].items() if each["Enabled"]] == [
        "Click",
        "Delivery",
    ]
    gone = (await ask(sandboxes, "DELETE", f"/{id_}")).json()
    assert gone == {"ErrorCode": 0, "Message": f"Webhook {id_} removed."}
    assert (await ask(sandboxes, "GET", f"/{id_}")).json()["ErrorCode"] == 1352


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({}, 1355),
        (WEBHOOK | {"Url": ""}, 1354),
        (WEBHOOK | {"Url": "backend.test"}, 1354),
        (WEBHOOK | {"ID": 7}, 1356),
        (WEBHOOK | {"Status": "verified"}, 1363),
        (WEBHOOK | {"MessageStream": "inbound"}, 1351),
        (WEBHOOK | {"MessageStream": "nowhere"}, 1226),
        (WEBHOOK | {"HttpHeaders": [{"Name": "X Dojo", "Value": ""}]}, 1358),
        (WEBHOOK | {"Triggers": {"Dance": ON}}, 1353),
    ],
)
async def test_a_webhook_that_makes_no_sense_is_refused(
    sandboxes: httpx2.AsyncClient, told: dict[str, Any], code: int
) -> None:
    answer = await ask(sandboxes, "POST", "", told)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, code)


async def test_the_stream_of_a_webhook_stays(sandboxes: httpx2.AsyncClient) -> None:
    id_ = (await ask(sandboxes, "POST", "", WEBHOOK)).json()["ID"]
    for told in ({"MessageStream": "broadcast"}, {"ID": 7}):
        assert (await ask(sandboxes, "PUT", f"/{id_}", told)).json()["ErrorCode"] == 1357


async def test_a_stream_has_ten_webhooks_at_most(sandboxes: httpx2.AsyncClient) -> None:
    told = WEBHOOK | {"Verify": False}
    codes = [(await ask(sandboxes, "POST", "", told)).json().get("ErrorCode") for _ in range(11)]
    assert codes == [None] * 10 + [1359]
