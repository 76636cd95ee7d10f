"""The API's description (OpenAPI): what the framework writes, with our problems and examples."""

from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ConfigDict

from backend.examples import KEY, TEXTS, NoExample, example_of


class ProblemDetails(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="allow")

    type: str
    """Names the kind of problem; `about:blank` says no more than the status does."""
    title: str
    status: int
    detail: str
    """What happened this time, and what to do now."""
    instance: str
    """The path that was asked for."""
    request_id: str
    """Give it when you report the problem; every line of the log about this request has it."""


def _problem(description: str) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/ProblemDetails"}
    content = {"application/problem+json": {"schema": reference}}
    return {"description": description, "content": content}


_KEY_SCHEMA: dict[str, Any] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 255,
    "title": "Idempotency-Key",
    "example": KEY,
}


def described(document: dict[str, Any]) -> dict[str, Any]:
    """The description, in which every operation has its problems, and shows itself by example."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["ProblemDetails"] = ProblemDetails.model_json_schema()
    for item in document["paths"].values():
        for operation in item.values():
            responses = operation["responses"]
            responses["422"] = _problem("The request does not have the form described here")
            responses.setdefault("default", _problem("Any other problem"))
            _show(operation, schemas)
    return document


def _show(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give examples to what an operation takes, and to what it answers when all is well."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "Idempotency-Key":
            # The framework takes it as optional, so that we can say in our words that it is not.
            parameter |= {"required": True, "schema": _KEY_SCHEMA}
        if parameter["required"] and "pattern" not in parameter["schema"]:
            with suppress(NoExample):
                parameter["example"] = example_of(parameter["schema"], schemas, parameter["name"])
    answers = [answer for status, answer in operation["responses"].items() if status < "300"]
    for holder in (operation.get("requestBody", {}), *answers):
        for kind, shown in holder.get("content", {}).items():
            if kind == "application/json" and shown.get("schema"):
                # What is missing is missing, and a test tells of it; the description stands.
                with suppress(NoExample):
                    shown.setdefault("example", example_of(shown["schema"], schemas))
            elif kind in TEXTS:
                shown.setdefault("example", TEXTS[kind])
