"""ZeroDB, imitated from its OpenAPI as far as that is public: `dialect` tells what is assumed."""

from sandboxes.kit.sandbox import MIB, Sandbox
from sandboxes.zerodb import access, projects, querying, rows, tables, vectors
from sandboxes.zerodb.access import admit
from sandboxes.zerodb.asking import operation
from sandboxes.zerodb.dialect import spelled
from sandboxes.zerodb.errors import as_status
from sandboxes.zerodb.provisioning import provisioning

PROJECT = "/projects/{project_id}"
DATABASE = f"{PROJECT}/database"
TABLES = f"{DATABASE}/tables"
ROWS = f"{TABLES}/{{table_name}}/rows"
ROW = f"{ROWS}/{{row_id}}"

OF_PROJECTS = (
    operation("list_projects", "GET", "/projects", projects.list_projects),
    operation("create_project", "POST", "/projects", projects.create_project),
    operation("get_project", "GET", PROJECT, projects.get_project),
    operation("update_project", "PATCH", PROJECT, projects.update_project),
    operation("delete_project", "DELETE", PROJECT, projects.delete_project),
    operation("restore_project", "POST", f"{PROJECT}/restore", projects.restore_project),
    operation("get_project_usage", "GET", f"{PROJECT}/usage", projects.get_usage),
    operation("get_database_status", "GET", DATABASE, projects.get_database),
    operation("enable_database", "POST", DATABASE, projects.enable_database),
    operation("update_database", "PUT", DATABASE, projects.set_database),
    operation("disable_database", "DELETE", DATABASE, projects.disable_database),
)
OF_TABLES = (
    operation("create_table", "POST", TABLES, tables.create_table),
    operation("list_tables", "GET", TABLES, tables.list_tables),
    operation("get_table", "GET", f"{TABLES}/{{table}}", tables.get_table),
    operation("delete_table", "DELETE", f"{TABLES}/{{table}}", tables.delete_table),
)
OF_ROWS = (
    operation("create_row", "POST", ROWS, rows.create_row, body_limit=10 * MIB),
    operation("list_rows", "GET", ROWS, rows.list_rows),
    operation("bulk_update_rows", "PUT", f"{ROWS}/bulk", querying.bulk_update_rows),
    operation("bulk_delete_rows", "DELETE", f"{ROWS}/bulk", querying.bulk_delete_rows),
    operation("get_row", "GET", ROW, rows.get_row),
    operation("update_row", "PUT", ROW, rows.update_row),
    operation("delete_row", "DELETE", ROW, rows.delete_row),
    operation("query_rows", "POST", f"{TABLES}/{{table_name}}/query", querying.query_rows),
)
OF_SDKS = (
    operation("sdk_update_rows", "PUT", ROWS, querying.sdk_update_rows, strict=405),
    operation("sdk_delete_rows", "DELETE", ROWS, querying.sdk_delete_rows, strict=405),
    operation("sdk_patch_row", "PATCH", ROW, rows.update_row, strict=405),
    operation("sdk_put_project", "PUT", PROJECT, projects.update_project, strict=405),
    operation("sdk_set_status", "PUT", f"{PROJECT}/status", projects.sdk_set_status, strict=404),
    operation(
        "sdk_list_collections",
        "GET",
        f"{PROJECT}/collections",
        projects.sdk_list_collections,
        strict=404,
    ),
    operation("sdk_statistics", "GET", f"{PROJECT}/statistics", projects.get_usage, strict=404),
)

ZERODB = Sandbox(
    name="zerodb",
    operations=(*OF_PROJECTS, *OF_TABLES, *OF_ROWS, *OF_SDKS),
    about="Keeps projects, tables and rows in PostgreSQL. `/zerodb/v1`, or `/zerodb/api/v1`, is"
    " strict: the cloud's own routes and fields, and no more. `/zerodb/compat`, with any of the"
    " prefixes that clients use behind it, takes what the SDKs send besides; an operation whose"
    " name begins with `sdk_` answers only there, and strict says 404 or 405 as the cloud does."
    " A project and its key are made by `PUT /_sandbox/zerodb/projects/{id}` with `name` and"
    " `api_key`; no other key is let in. As with the real one, nothing is unique, there are no"
    " transactions, and of two bulk updates at once both may claim the same row.",
    does_not=(
        "vectors, embeddings and login, which come next",
        "memory, events, files, RLHF, the batch query, and a dedicated PostgreSQL",
        "rate limits and the limits of tiers, but for three free projects a user",
    ),
    error=as_status,
    admit=admit,
    pages=provisioning,
    spelled=spelled,
    schema="\n".join((projects.SCHEMA, access.SCHEMA, tables.SCHEMA, vectors.SCHEMA)),
    tables=tuple(f"zerodb_{what}" for what in ("rows", "tables", "vectors", "projects", "keys")),
)
