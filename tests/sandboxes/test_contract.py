"""Answers against Postmark's published contract, where the project's shared folder holds it."""

from pathlib import Path
from typing import Any

import httpx2
import jsonschema_rs
import pytest
import yaml

from sandboxes.postmark import POSTMARK
from tests.sandboxes.conftest import Send

CONTRACTS = Path(__file__).parents[2].parent / "shared" / "contracts"
TOKEN = {"X-Postmark-Server-Token": "sandbox"}


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    path = CONTRACTS / "postmark-server-openapi.yml"
    if not path.exists():
        pytest.skip("the shared contracts are not beside this repository")
    contract: dict[str, Any] = yaml.safe_load(path.read_text())
    return contract


def assert_is(contract: dict[str, Any], name: str, answer: httpx2.Response) -> None:
    """The answer is of the named schema, and says each of the fields that the schema knows."""
    definition = contract["definitions"][name]
    schema = definition | {"definitions": contract["definitions"]}
    jsonschema_rs.Draft4Validator(schema).validate(answer.json())
    assert definition.get("properties", {}).keys() <= set(
        answer.json() if definition.get("properties") else ()
    )


def test_every_operation_is_one_of_the_contract(contract: dict[str, Any]) -> None:
    for operation in POSTMARK.operations:
        path = operation.path.replace("{id}", "{messageid}")
        assert contract["paths"][path][operation.method.lower()]["operationId"] == operation.name


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
