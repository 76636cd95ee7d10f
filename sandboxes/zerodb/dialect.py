"""Which ZeroDB answers: `strict`, the cloud as its OpenAPI has it, or `compat`, which takes what
the SDKs send besides. The caller picks by the path: `/zerodb/v1/…` (also `/zerodb/api/v1/…`) is
strict, `/zerodb/compat/…` is compat.

ZeroDB's sources contradict each other. The OpenAPI of January 2026 is believed first, then answers
that were recorded, then the documentation. Where they are silent, this is assumed:

- A list of projects is a bare array, as it was recorded; a project is soft-deleted with 204.
- Creating a table that is there is 400 with "already exists"; `table_name` is required, and
  `schema_definition` is also taken as `schema`.
- `GET tables/{table_id}` takes the id and `DELETE tables/{table_name}` the name, strict no other.
- Inserting a row is 200; PUT replaces the whole `row_data`; deleting it is 200 with a message.
- `limit` below 1 or above 1000 is 422. compat takes a limit of 0, which counts only.
- Rows come in no promised order: where `sort` leaves it open they come by their random `row_id`.
- A field is looked for in `row_data`, and `row_id`, `created_at` and `updated_at` then in the row.
- Comparisons hold between values of one type. A missing field is null: `$ne` and `$nin` match it.
- `$contains` is a part of a text, case included, or an element of an array. `$regex` is POSIX.
- An empty filter, an unknown operator or a large operation that is not confirmed is 400.
- Bulk operations read, then write, without locks: of two at once both may claim the same row.
- Vectors of any length are kept, and compared with those of the same length only.
- A search over vectors takes `threshold` or `similarity_threshold`, and finds all without either.
- A filter on metadata is equality in strict, and the operators of rows in compat.
- A batch of vectors is an array or `{"vectors": […]}`, of at most 1000.
- An unknown model is 400. A JWT lasts eight hours.
"""

import re

from sandboxes.kit.sandbox import Call

STRICT = re.compile(r"/(?:api/)?v1(?=/)(?P<rest>.*)")
COMPAT = re.compile(r"/compat(?:/api)?(?:/v1)?(?=/)(?P<rest>.*?)/?")
OLD_LOGINS = dict.fromkeys(("/auth", "/auth/login-json"), "/auth/login")
NO_IDS = "auth|projects|embeddings|settings|memory|mcp|zerodb|health|usage"
OF_A_PROJECT = re.compile(
    rf"(?:/zerodb)?/(?!(?:{NO_IDS})/)(?P<rest>[^/]+/(?:database|embeddings)/.*)"
)


def spelled(path: str) -> str:
    """The path as the operations have it: `/v1/…`, and no slash at its end."""
    if strict := STRICT.fullmatch(path):
        return f"/v1{strict['rest']}"
    if compat := COMPAT.fullmatch(path):
        rest = compat["rest"].removeprefix("/public") or "/"
        rest = OLD_LOGINS.get(rest, rest)
        inside = OF_A_PROJECT.fullmatch(rest)
        return f"/v1/projects/{inside['rest']}" if inside else f"/v1{rest}"
    return path


def is_compat(call: Call) -> bool:
    """Whether this call came by the compat path."""
    scope = call.request.scope
    path: str = scope["path"].removeprefix(scope["root_path"])
    return path.startswith("/compat/")
