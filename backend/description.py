"""The API's description (OpenAPI): what the framework writes, with our problems in it."""

from typing import Any

from pydantic import BaseModel, ConfigDict


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


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The description, in which every operation may answer with a problem."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["ProblemDetails"] = ProblemDetails.model_json_schema()
    for item in document["paths"].values():
        for operation in item.values():
            responses = operation["responses"]
            responses["422"] = _problem("The request does not have the form described here")
            responses.setdefault("default", _problem("Any other problem"))
    return document
