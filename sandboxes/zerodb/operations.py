"""All that ZeroDB can be asked, in the order in which paths are tried."""

from sandboxes.kit.sandbox import MIB
from sandboxes.zerodb import (
    accounts,
    embeddings,
    projects,
    querying,
    rows,
    sdk_vectors,
    searching,
    tables,
    vectors,
)
from sandboxes.zerodb.asking import operation

PROJECT = "/projects/{project_id}"
DATABASE = f"{PROJECT}/database"
TABLES = f"{DATABASE}/tables"
ROWS = f"{TABLES}/{{table_name}}/rows"
ROW = f"{ROWS}/{{row_id}}"
VECTORS = f"{DATABASE}/vectors"
VECTOR = f"{VECTORS}/{{vector_id}}"
EMBEDDINGS = f"{PROJECT}/embeddings"
MANY = 32 * MIB

OF_ACCOUNTS = (
    *accounts.open_operations(),
    operation("get_me", "GET", "/auth/me", accounts.who_am_i),
    operation("logout", "POST", "/auth/logout", accounts.log_out),
)
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
    operation(
        *("create_row", "POST", ROWS, rows.create_row),
        compat=rows.sdk_create_rows,
        body_limit=MANY,
    ),
    operation("list_rows", "GET", ROWS, rows.list_rows),
    operation("bulk_update_rows", "PUT", f"{ROWS}/bulk", querying.bulk_update_rows),
    operation("bulk_delete_rows", "DELETE", f"{ROWS}/bulk", querying.bulk_delete_rows),
    operation("get_row", "GET", ROW, rows.get_row),
    operation("update_row", "PUT", ROW, rows.update_row),
    operation("delete_row", "DELETE", ROW, rows.delete_row),
    operation("query_rows", "POST", f"{TABLES}/{{table_name}}/query", querying.query_rows),
)
OF_VECTORS = (
    operation(
        *("upsert_vector", "POST", f"{VECTORS}/upsert", vectors.upsert_vector),
        compat=sdk_vectors.upsert,
    ),
    operation(
        *("upsert_vectors_batch", "POST", f"{VECTORS}/upsert-batch", vectors.upsert_vectors),
        compat=sdk_vectors.upsert_many,
        body_limit=MANY,
    ),
    operation(
        *("search_vectors", "POST", f"{VECTORS}/search", searching.search_vectors),
        compat=sdk_vectors.search,
    ),
    operation(
        *("list_vectors", "GET", VECTORS, vectors.list_vectors), compat=sdk_vectors.list_or_get
    ),
    operation("get_vector_stats", "GET", f"{VECTORS}/stats", vectors.count_vectors),
    operation("get_vector", "GET", VECTOR, vectors.get_vector),
    operation("delete_vector", "DELETE", VECTOR, vectors.delete_vector),
)
OF_EMBEDDINGS = (
    operation("generate_embeddings", "POST", f"{EMBEDDINGS}/generate", embeddings.generate),
    operation(
        *("embed_and_store", "POST", f"{EMBEDDINGS}/embed-and-store", embeddings.embed_and_store),
        compat=embeddings.sdk_embed_and_store,
    ),
    operation("semantic_search", "POST", f"{EMBEDDINGS}/search", embeddings.search_embeddings),
    operation("list_models", "GET", f"{EMBEDDINGS}/models", embeddings.list_models),
)
OF_SDKS = (
    operation("sdk_update_rows", "PUT", ROWS, querying.sdk_update_rows, strict=405),
    operation("sdk_delete_rows", "DELETE", ROWS, querying.sdk_delete_rows, strict=405),
    operation("sdk_patch_row", "PATCH", ROW, rows.update_row, strict=405),
    operation("sdk_put_project", "PUT", PROJECT, projects.update_project, strict=405),
    operation("sdk_set_status", "PUT", f"{PROJECT}/status", projects.sdk_set_status, strict=404),
    operation("sdk_suspend", "POST", f"{PROJECT}/suspend", projects.sdk_suspend, strict=404),
    operation("sdk_activate", "POST", f"{PROJECT}/activate", projects.sdk_activate, strict=404),
    operation("sdk_statistics", "GET", f"{PROJECT}/statistics", projects.get_usage, strict=404),
    operation("sdk_stats", "GET", f"{PROJECT}/stats", projects.get_usage, strict=404),
    operation(
        *("sdk_list_collections", "GET", f"{PROJECT}/collections", projects.sdk_list_collections),
        strict=404,
    ),
    operation(
        *("sdk_upsert_vectors", "PUT", VECTORS, sdk_vectors.upsert_many),
        strict=405,
        body_limit=MANY,
    ),
    operation("sdk_delete_vectors", "DELETE", VECTORS, sdk_vectors.delete_many, strict=405),
    operation(
        *("sdk_set_metadata", "PATCH", f"{VECTOR}/metadata", sdk_vectors.set_metadata), strict=404
    ),
    operation(
        *("sdk_list_namespaces", "GET", f"{DATABASE}/namespaces", sdk_vectors.list_namespaces),
        strict=404,
    ),
    operation(
        *("sdk_semantic_search", "POST", f"{EMBEDDINGS}/semantic-search"),
        embeddings.search_embeddings,
        strict=404,
    ),
    operation("sdk_generate", "POST", "/embeddings/generate", embeddings.sdk_generate, strict=404),
    operation("sdk_models", "GET", "/embeddings/models", embeddings.list_models, strict=404),
    operation("sdk_health", "GET", "/health", projects.sdk_health, strict=404),
    operation("sdk_zerodb_health", "GET", "/zerodb/health", projects.sdk_health, strict=404),
    operation("sdk_usage", "GET", "/zerodb/usage", projects.sdk_usage, strict=404),
)
ALL = (
    *OF_ACCOUNTS,
    *OF_PROJECTS,
    *OF_TABLES,
    *OF_ROWS,
    *OF_VECTORS,
    *OF_EMBEDDINGS,
    *OF_SDKS,
)
