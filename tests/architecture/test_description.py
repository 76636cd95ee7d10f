"""The API's description: each operation has a summary, its errors, and an example that fits."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from backend.app import create_app
from backend.examples import NoExample, example_of

DOCUMENT = create_app({}).openapi()
BYTES = ("application/octet-stream", "application/pdf", "image/")
"""What no text can show."""

ONCE = {
    ("post", "/api/events/{event_id}/rsvp"),
    ("delete", "/api/events/{event_id}/rsvp"),
    ("post", "/api/applications/{application_id}/submit"),
    ("post", "/api/applications/{application_id}/withdraw"),
    ("post", "/api/applications/{application_id}/appeal"),
    ("post", "/api/board/applications/{application_id}/approve"),
    ("post", "/api/board/applications/{application_id}/reject"),
    ("post", "/api/board/applications/{application_id}/appeal"),
    ("post", "/api/membership/checkout"),
    ("post", "/api/membership/change"),
    ("post", "/api/membership/cancel"),
    ("post", "/api/membership/resume"),
    ("post", "/api/membership/refunds"),
    ("post", "/api/privacy/deletion"),
}
"""Where money, seats or membership move, so that a repeat must not have its effect again."""

Operation = tuple[str, str, dict[str, Any]]


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What an operation takes, and what it answers when all is well, by media type."""
    good = [answer for status, answer in operation["responses"].items() if status < "300"]
    for holder in (operation.get("requestBody", {}), *good):
        yield from holder.get("content", {}).items()


def gaps(document: dict[str, Any]) -> Iterator[str]:
    """What an operation does not say of itself."""
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        for part in ("summary", "description"):
            if not operation.get(part):
                yield f"{where}: no {part}"
        for status in ("422", "default"):
            if "application/problem+json" not in operation["responses"][status]["content"]:
                yield f"{where}: {status} is no problem"
        for kind, shown in contents(operation):
            if not kind.startswith(BYTES) and "example" not in shown:
                yield f"{where}: no example of {kind}, {_why(document, shown)}"


def _why(document: dict[str, Any], shown: dict[str, Any]) -> str:
    try:
        example_of(shown.get("schema", {}), document["components"].get("schemas", {}))
    except NoExample as missing:
        return str(missing)
    return "and no schema"


def lies(document: dict[str, Any]) -> Iterator[str]:
    """Examples that do not fit their own schema."""
    for method, path, operation in operations(document):
        for kind, shown in contents(operation):
            if kind == "application/json" and "schema" in shown:
                schema = {**shown["schema"], "components": document["components"]}
                for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(
                    shown["example"]
                ):
                    yield f"{method} {path}: {error.message}"


def test_every_operation_has_a_summary_errors_and_an_example_that_fits() -> None:
    assert [*gaps(DOCUMENT)] == []
    assert [*lies(DOCUMENT)] == []


def test_no_two_things_of_the_api_have_one_name() -> None:
    """The framework tells two models of one name apart by their modules; a name must say more."""
    assert [name for name in DOCUMENT["components"]["schemas"] if "__" in name] == []


@pytest.mark.parametrize(("method", "path"), sorted(ONCE))
def test_what_moves_money_seats_or_membership_asks_for_a_key(method: str, path: str) -> None:
    parameters = DOCUMENT["paths"][path][method]["parameters"]
    (key,) = (each for each in parameters if each["name"] == "Idempotency-Key")
    assert key["required"]


def test_gaps_and_lies_are_seen() -> None:
    problem: dict[str, Any] = {"content": {"application/problem+json": {}}}
    answer = {"content": {"application/json": {"schema": {"type": "integer"}, "example": "x"}}}
    told: dict[str, Any] = {
        "description": "It tells.",
        "responses": {"422": problem, "default": problem},
    }
    body: dict[str, Any] = {"content": {"application/json": {}}}
    document: dict[str, Any] = {
        "components": {},
        "paths": {
            "/a": {"get": {**told, "requestBody": body}},
            "/b": {"get": {**told, "responses": {**told["responses"], "200": answer}}},
        },
    }
    assert "get /a: no summary" in [*gaps(document)]
    assert "get /a: no example of application/json, and no schema" in [*gaps(document)]
    document["paths"]["/a"]["get"].pop("requestBody")
    assert [*lies(document)] == ['get /b: "x" is not of type "integer"']
