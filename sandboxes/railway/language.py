"""GraphQL: what is asked is judged by our part of Railway's schema, and answered field by field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute,
    parse,
    validate,
)
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic import Field as BodyField
from starlette.responses import JSONResponse, Response

from sandboxes.kit.control import sentence
from sandboxes.kit.records import storable
from sandboxes.kit.sandbox import Call
from sandboxes.railway.asking import Asking, Field, Root
from sandboxes.railway.errors import RailwayError, refused
from sandboxes.railway.outside import is_outside

SCHEMA = build_schema((Path(__file__).parent / "schema.graphql").read_text())
OPEN = frozenset({"platformStatus", "template"})
"""Fields that Railway answers to everybody."""


@dataclass(frozen=True)
class Resolvers:
    """What answers each field: those of Query and of Mutation, and those of other types that are
    more than a value in their document."""

    queries: Mapping[str, Root]
    mutations: Mapping[str, Root]
    fields: Mapping[tuple[str, str], Field]

    async def answer(self, asking: Asking, question: "Question") -> Response:
        """The answer to a question that stands; an error of a field is inside it."""
        result = execute(
            SCHEMA,
            question.document,
            context_value=asking,
            variable_values=question.variables,
            operation_name=question.operation,
            field_resolver=self._resolve,
        )
        done = result if not hasattr(result, "__await__") else await result
        for error in done.errors or ():
            # Whatever is no word of Railway's is a fault of ours, or the database's: the kit tells.
            if not isinstance(error.original_error, GraphQLError | None):
                raise error.original_error
        body: dict[str, Any] = {"data": done.data}
        if done.errors:
            body = {"errors": [error.formatted for error in done.errors]} | body
        return JSONResponse(body, 200 if done.data is not None or done.errors else 500)

    def _resolve(self, source: Any, info: GraphQLResolveInfo[Asking], **asked: Any) -> Any:
        asking = info.context
        name = info.field_name
        match info.parent_type.name:
            case "Query":
                return self._ask(self.queries[name], name, asking, asked)
            case "Mutation":
                return self._change(self.mutations[name], asking, asked)
            case parent if (parent, name) in self.fields:
                return self.fields[parent, name](asking, source, asked)
        return source.get(name)

    async def _ask(self, root: Root, name: str, asking: Asking, asked: dict[str, Any]) -> Any:
        if asking.who.refusal and name not in OPEN:
            raise RailwayError(asking.who.refusal)
        return await root(asking, asked)

    async def _change(self, root: Root, asking: Asking, asked: dict[str, Any]) -> Any:
        if asking.who.refusal:
            raise RailwayError(asking.who.refusal)
        async with asking.vendor.exclusively() as inside:
            return await root(replace(asking, vendor=inside), asked)


class Body(BaseModel):
    """A GraphQL request, as it goes over HTTP; what else is in it does not count."""

    query: str
    variables: dict[str, Any] | None = None
    operation: str | None = BodyField(default=None, alias="operationName")


BODY = TypeAdapter(Body)


@dataclass(frozen=True)
class Question:
    """A request that can be read and that our schema allows."""

    document: DocumentNode
    variables: dict[str, Any]
    operation: str | None


@lru_cache(maxsize=512)
def read(query: str) -> DocumentNode:
    """The document in a text; raises GraphQLError."""
    return parse(query, max_tokens=5_000)


@lru_cache(maxsize=512)
def judged(query: str) -> tuple[GraphQLError, ...]:
    """What the schema has against a document."""
    # Railway's suggestions would name what is not in our part.
    return tuple(validate(SCHEMA, read(query), hide_suggestions=True))


def question(call: Call) -> Question | Response:
    """The question of a request, or the refusal of one that is none."""
    try:
        body = BODY.validate_json(call.body)
    except ValidationError as error:
        return refused(400, f"The body is no GraphQL request: {sentence(error)}")
    try:
        document, errors = read(body.query), judged(body.query)
    except GraphQLError as error:
        return _no(400, [error], "GRAPHQL_PARSE_FAILED")
    theirs = [error for error in errors if not is_outside(error)]
    if theirs:
        return _no(400, theirs, "GRAPHQL_VALIDATION_FAILED")
    if errors:
        words = f"railway sandbox does not emulate this: {errors[0].message} Railway has it."
        return refused(501, f"{words} See docs/sandboxes.md", "NOT_IMPLEMENTED")
    return Question(document, storable(body.variables or {}), body.operation)


def named(call: Call) -> str | None:
    """The field of Query or Mutation that a request asks first; None where it can not be read."""
    try:
        document = read(json.loads(call.body)["query"])
    except (ValueError, KeyError, TypeError, RecursionError, GraphQLError):
        return None
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            for each in definition.selection_set.selections:
                if isinstance(each, FieldNode):
                    return each.name.value
    return None


def roots(kind: OperationType) -> tuple[str, ...]:
    """The names of the fields of Query or of Mutation."""
    root = SCHEMA.get_root_type(kind)
    assert root is not None, f"the schema has no {kind.value}"  # noqa: S101
    return tuple(root.fields)


def _no(status: int, errors: list[GraphQLError], code: str) -> Response:
    told = [error.formatted | {"extensions": {"code": code}} for error in errors]
    return JSONResponse({"errors": told}, status)
