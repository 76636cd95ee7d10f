"""Answers against Postmark's published contract, where the project's shared folder holds it."""

import re
from pathlib import Path
from typing import Any

import httpx2
import jsonschema_rs
import pytest
import yaml

from sandboxes.postmark import POSTMARK
from tests.sandboxes.conftest import Send

CONTRACTS = Path(__file__).parents[2].parent / "shared" / "contracts"
NEWER = {"bounces", "message-streams", "unsubscribe", "webhooks"}
"""Where the documentation has what the contract does not know: of bounces, their tags."""
TOKEN = {"X-Postmark-Server-Token": "sandbox"}


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    path = CONTRACTS / "postmark-server-openapi.yml"
    if not path.exists():
        pytest.skip("the shared contracts are not beside this repository")
    contract: dict[str, Any] = yaml.safe_load(path.read_text())
    # Where Postmark's newer documentation and its libraries say otherwise.
    contract["definitions"]["BounceInfoResponse"]["properties"]["ID"] = {"type": "integer"}
    overview = contract["definitions"]["OutboundOverviewStatsResponse"]["properties"]
    overview["SMTPApiErrors"] = overview.pop("SMTPAPIErrors")
    overview["BounceRate"] = overview["SpamComplaintsRate"] = {"type": "number"}
    return contract


def assert_is(contract: dict[str, Any], name: str, answer: httpx2.Response) -> None:
    """The answer is of the named schema, and says each of the fields that the schema knows."""
    assert_fits(contract, contract["definitions"][name], answer)


def assert_fits(
    contract: dict[str, Any], definition: dict[str, Any], answer: httpx2.Response
) -> None:
    """The same for a schema without a name."""
    schema = definition | {"definitions": contract["definitions"]}
    jsonschema_rs.Draft4Validator(schema).validate(answer.json())
    assert definition.get("properties", {}).keys() <= set(
        answer.json() if definition.get("properties") else ()
    )


def test_every_operation_is_one_of_the_contract(contract: dict[str, Any]) -> None:
    here = {(each.method.lower(), shape(each.path)): each.name for each in POSTMARK.operations}
    theirs = {
        (method, shape(path)): told.get("operationId")
        for path, methods in contract["paths"].items()
        for method, told in methods.items()
    }
    known = {asked: name for asked, name in here.items() if asked in theirs}
    assert all(theirs[asked] in {name, None} for asked, name in known.items())
    unknown = {path.split("/")[1] for _, path in here.keys() - theirs.keys()}
    assert unknown == NEWER


def shape(path: str) -> str:
    """The path without the names of its parameters."""
    return re.sub(r"{\w+}", "{}", path)


async def test_a_receipt_is_as_the_contract_says(contract: dict[str, Any], send: Send) -> None:
    assert_is(contract, "SendEmailResponse", await send())


async def test_a_refusal_is_as_the_contract_says(contract: dict[str, Any], send: Send) -> None:
    assert_is(contract, "StandardPostmarkResponse", await send(From=None))
    assert_is(contract, "StandardPostmarkResponse", await send(token=""))


async def test_a_batch_is_as_the_contract_says(
    contract: dict[str, Any], sandboxes: httpx2.AsyncClient
) -> None:
    batch = [{"From": "a@b.example", "To": "c@d.example", "TextBody": "Hajime"}, {}]
    answer = await sandboxes.post("/postmark/email/batch", json=batch, headers=TOKEN)
    assert_is(contract, "SendEmailBatchResponse", answer)


async def test_messages_are_as_the_contract_says(
    contract: dict[str, Any], send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    sent = (await send(Cc="Zoë <zoe@wwmaa.example>", HtmlBody="<p>Bow.</p>")).json()
    path = "/postmark/messages/outbound"
    found = await sandboxes.get(f"{path}?count=1&offset=0", headers=TOKEN)
    assert_is(contract, "OutboundSearchResponse", found)
    details = await sandboxes.get(f"{path}/{sent['MessageID']}/details", headers=TOKEN)
    assert_is(contract, "OutboundMessageDetailsResponse", details)
    dump = await sandboxes.get(f"{path}/{sent['MessageID']}/dump", headers=TOKEN)
    assert_is(contract, "OutboundMessageDumpResponse", dump)


async def test_the_server_is_as_the_contract_says(
    contract: dict[str, Any], sandboxes: httpx2.AsyncClient
) -> None:
    answer = await sandboxes.get("/postmark/server", headers=TOKEN)
    assert_is(contract, "ServerConfigurationResponse", answer)


async def test_bounces_are_as_the_contract_says(
    contract: dict[str, Any], send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    sent = (await send()).json()
    path = f"/_sandbox/postmark/messages/{sent['MessageID']}/bounce"
    bounce = (await sandboxes.post(path)).json()
    for path, name in (
        ("?count=1&offset=0", "BounceSearchResponse"),
        (f"/{bounce['ID']}", "BounceInfoResponse"),
        (f"/{bounce['ID']}/dump", "BounceDumpResponse"),
    ):
        assert_is(contract, name, await sandboxes.get(f"/postmark/bounces{path}", headers=TOKEN))
    good = await sandboxes.put(f"/postmark/bounces/{bounce['ID']}/activate", headers=TOKEN)
    assert_is(contract, "BounceActivationResponse", good)
    stats = await sandboxes.get("/postmark/deliverystats", headers=TOKEN)
    assert_is(contract, "DeliveryStatsResponse", stats)


async def test_opens_clicks_and_statistics_are_as_the_contract_says(
    contract: dict[str, Any], send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    link = '<a href="https://wwmaa.example">WWMAA</a>'
    sent = (await send(HtmlBody=link, TrackOpens=True, TrackLinks="HtmlOnly")).json()
    for what in ("open", "click"):
        await sandboxes.post(f"/_sandbox/postmark/messages/{sent['MessageID']}/{what}")
    for what, name in (("opens", "Open"), ("clicks", "Click")):
        path = f"/postmark/messages/outbound/{what}?count=1&offset=0"
        answer = await sandboxes.get(path, headers=TOKEN)
        assert_is(contract, f"Message{name}SearchResponse", answer)
    overview = await sandboxes.get("/postmark/stats/outbound", headers=TOKEN)
    assert_is(contract, "OutboundOverviewStatsResponse", overview)
    for what in ("sends", "bounces", "spam", "tracked", "opens"):
        path = f"/stats/outbound/{what}"
        schema = contract["paths"][path]["get"]["responses"][200]["schema"]
        definition = contract["definitions"]["SentCountsResponse"] if "$ref" in schema else schema
        answer = await sandboxes.get(f"/postmark{path}", headers=TOKEN)
        assert_fits(contract, definition, answer)
