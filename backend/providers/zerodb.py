"""ZeroDB keeps documents and vectors (https://api.ainative.studio/docs), one project for us.

It promises no transactions, no unique values and no stable order without `sort`.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote

import httpx2
from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, RootModel

from backend.providers import VendorRefused
from backend.providers.calls import Call
from backend.providers.http import VendorClient
from backend.settings import Database

MOST_ROWS: Final = 1000
"""How many rows one query answers with at most."""
MOST_VECTORS: Final = 100
"""How many vectors one call takes."""

Document = dict[str, Any]


class TableExists(Exception):
    """A table of this name stands already."""


class Table(BaseModel):
    """A table, as a listing names it."""

    name: str = Field(validation_alias=AliasChoices("table_name", "name"))


class Row(BaseModel):
    """A document in its envelope."""

    row_id: str
    document: Document = Field(validation_alias="row_data")


class Page(BaseModel):
    """A part of the rows that a query found, and how many it found in all."""

    total: int
    rows: tuple[Row, ...] = Field(validation_alias="data")


class Updated(BaseModel):
    """How many rows a filter met, and how many of them are not as they were."""

    matched: int = Field(validation_alias="matched_count")
    modified: int = Field(validation_alias="modified_count")


class Match(BaseModel):
    """A vector that lies near, from 1 (the same direction) downwards."""

    vector_id: str = Field(validation_alias=AliasChoices("vector_id", "id"))
    similarity: float = Field(
        validation_alias=AliasChoices("similarity", "similarity_score", "score")
    )
    metadata: Document = Field(
        default={}, validation_alias=AliasChoices("vector_metadata", "metadata")
    )


class Vector(BaseModel):
    """A vector of 384, 768, 1024 or 1536 dimensions, under a name of its namespace."""

    vector_id: str
    vector_embedding: list[float]
    namespace: str = "default"
    metadata: Document = {}
    document: str = ""


def _listed(answer: Any) -> Any:
    # It has answered with the bare list, and with the list under either name.
    return answer if isinstance(answer, list) else answer.get("data", answer.get("tables"))


class _Tables(RootModel[Annotated[tuple[Table, ...], BeforeValidator(_listed)]]):
    pass


class _Deleted(BaseModel):
    deleted_count: int


class _Matches(BaseModel):
    matches: tuple[Match, ...] = Field(validation_alias=AliasChoices("vectors", "results"))


class ZeroDB:
    """The provider `zerodb`."""

    def __init__(
        self, settings: Database, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        key, project = settings.zerodb_api_key, settings.zerodb_project_id
        self._project = f"/projects/{project}"
        self._tables = f"{self._project}/database/tables"
        self._vectors = f"{self._project}/database/vectors"
        self._http = VendorClient(
            "zerodb",
            settings.zerodb_api_base_url,
            {"ZERODB_API_KEY": key, "ZERODB_PROJECT_ID": project},
            {"X-API-Key": key.get_secret_value() if key else ""},
            transport,
        )

    async def ping(self) -> None:
        """Ask for our project's own description."""
        await self._http.require("id", Call("ping", "GET", self._project, attempts=1))

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    async def create_table(self, name: str, schema: Mapping[str, str] | None = None) -> None:
        """Make a table; the schema is a note for people, and not enforced. Raises `TableExists`."""
        # Its own documents and clients disagree on the names of both fields.
        body = {"table_name": name, "name": name, "description": ""}
        shape = {"schema": dict(schema or {}), "schema_definition": dict(schema or {})}
        try:
            await self._http.send(
                Call("create_table", "POST", self._tables, json={**body, **shape})
            )
        except VendorRefused as refusal:
            if "already exists" in detail_of(refusal):
                raise TableExists(name) from refusal
            raise

    async def list_tables(self) -> tuple[str, ...]:
        """The names of all tables."""
        names: list[str] = []
        while True:
            page = {"skip": len(names), "limit": MOST_ROWS}
            call = Call("list_tables", "GET", self._tables, params=page)
            found = (await self._http.read(_Tables, call)).root
            names += [table.name for table in found]
            if len(found) < MOST_ROWS:
                return tuple(names)

    async def delete_table(self, name: str) -> bool:
        """Delete a table with its rows; whether there was one."""
        return await self._http.delete(Call("delete_table", "DELETE", self._table(name)))

    async def insert_row(self, table: str, document: Document) -> Row:
        """Keep a document, under an id that ZeroDB chooses. Two of the same are two rows."""
        body = {"row_data": document}
        call = Call("insert_row", "POST", f"{self._table(table)}/rows", json=body)
        return await self._http.read(Row, call)

    async def get_row(self, table: str, row_id: str) -> Row | None:
        """The row of this id, if there is one."""
        return await self._http.find(Row, Call("get_row", "GET", self._row(table, row_id)))

    async def put_row(self, table: str, row_id: str, document: Document) -> Row:
        """Replace the whole document of a row, whatever it holds by now."""
        body = {"row_data": document}
        call = Call("put_row", "PUT", self._row(table, row_id), json=body)
        return await self._http.read(Row, call)

    async def delete_row(self, table: str, row_id: str) -> bool:
        """Delete a row; whether there was one."""
        return await self._http.delete(Call("delete_row", "DELETE", self._row(table, row_id)))

    async def query(
        self,
        table: str,
        where: Document | None = None,
        *,
        sort: Mapping[str, int] | None = None,
        limit: int = 100,
        skip: int = 0,
    ) -> Page:
        """The rows that a filter meets, by `$eq $ne $gt $gte $lt $lte $in $nin $contains $regex`.

        `sort` maps a field to 1 or -1; at most `MOST_ROWS` come at once.
        """
        body = {"filter": where or {}, "sort": dict(sort or {}), "limit": limit, "skip": skip}
        # It changes nothing, so asking again is safe though it is a POST.
        call = Call("query", "POST", f"{self._table(table)}/query", json=body, repeatable=True)
        return await self._http.read(Page, call)

    async def update_rows(self, table: str, where: Document, update: Document) -> Updated:
        """Change all rows that a filter meets, by `$set $inc $push $pull $unset`.

        The nearest thing to a conditional update: put the version into the filter, and look
        whether one row was matched. An answer that is lost is not asked for again, since a second
        time nothing would match.
        """
        body = {"filter": where, "update": update, "confirm_large_operation": True}
        path = f"{self._table(table)}/rows/bulk"
        call = Call("update_rows", "PUT", path, json=body, repeatable=False)
        return await self._http.read(Updated, call)

    async def delete_rows(self, table: str, where: Document) -> int:
        """Delete all rows that a filter meets; how many there were."""
        body = {"filter": where, "confirm_large_operation": True}
        path = f"{self._table(table)}/rows/bulk"
        call = Call("delete_rows", "DELETE", path, json=body, repeatable=False)
        return (await self._http.read(_Deleted, call)).deleted_count

    async def upsert_vector(self, vector: Vector) -> None:
        """Keep a vector, instead of the one of the same name."""
        body = vector.model_dump()
        path = f"{self._vectors}/upsert"
        await self._http.send(Call("upsert_vector", "POST", path, json=body, repeatable=True))

    async def upsert_vectors(self, vectors: Sequence[Vector]) -> None:
        """Keep vectors, each instead of the one of the same name."""
        for start in range(0, len(vectors), MOST_VECTORS):
            body = [each.model_dump() for each in vectors[start : start + MOST_VECTORS]]
            path = f"{self._vectors}/upsert-batch"
            await self._http.send(Call("upsert_vectors", "POST", path, json=body, repeatable=True))

    async def search_vectors(
        self,
        near: Sequence[float],
        where: Document | None = None,
        *,
        namespace: str = "default",
        limit: int = 10,
    ) -> tuple[Match, ...]:
        """The vectors of a namespace that lie nearest by cosine, the nearest first.

        `where` names values that their metadata must have.
        """
        # Its documents and clients disagree on the names, and some versions leave out what is
        # less similar than 0.7 unless told otherwise.
        body = {"query_vector": list(near), "namespace": namespace, "top_k": limit, "limit": limit}
        body |= {"similarity_threshold": 0.0, "threshold": 0.0}
        body |= {"filter": where, "metadata_filter": where} if where else {}
        path = f"{self._vectors}/search"
        call = Call("search_vectors", "POST", path, json=body, repeatable=True)
        return (await self._http.read(_Matches, call)).matches

    async def delete_vector(self, vector_id: str, *, namespace: str = "default") -> bool:
        """Delete a vector; whether there was one."""
        path = f"{self._vectors}/{quote(vector_id, safe='')}"
        where = {"namespace": namespace}
        return await self._http.delete(Call("delete_vector", "DELETE", path, params=where))

    def _table(self, name: str) -> str:
        return f"{self._tables}/{quote(name, safe='')}"

    def _row(self, table: str, row_id: str) -> str:
        return f"{self._table(table)}/rows/{quote(row_id, safe='')}"


def detail_of(refusal: VendorRefused) -> str:
    """What ZeroDB said: a sentence, or a list of what is wrong with each field."""
    told = refusal.told if isinstance(refusal.told, dict) else {}
    return str(told.get("detail") or told.get("message") or "")
