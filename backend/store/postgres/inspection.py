"""What PostgreSQL says is there: extension, columns and indexes, in words that compare."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from backend.store.postgres.connections import Connection
from backend.store.postgres.layout import Layout

EXTENSIONS: Final = """
SELECT installed_version IS NOT NULL FROM pg_available_extensions WHERE name = 'vector'
"""

COLUMNS: Final = """
SELECT class.relname, attname,
       concat_ws(' ', format_type(atttypid, atttypmod),
                 CASE WHEN attcollation <> typcollation THEN format('COLLATE %I', collname) END,
                 CASE WHEN attnotnull AND NOT attgenerated = 's' THEN 'NOT NULL' END,
                 'from ' || pg_get_expr(adbin, adrelid)) AS description
FROM pg_class class
JOIN pg_attribute ON attrelid = class.oid AND attnum > 0 AND NOT attisdropped
JOIN pg_type type ON type.oid = atttypid
LEFT JOIN pg_collation ON pg_collation.oid = attcollation
LEFT JOIN pg_attrdef ON adrelid = class.oid AND adnum = attnum
WHERE class.relname = ANY ($1) AND pg_table_is_visible(class.oid)
"""

INDEXES: Final = """
SELECT class.relname, index.relname AS name, pg_get_indexdef(indexrelid) AS definition, indisvalid
FROM pg_index
JOIN pg_class class ON class.oid = indrelid
JOIN pg_class index ON index.oid = indexrelid
WHERE class.relname = ANY ($1) AND pg_table_is_visible(class.oid)
"""


@dataclass(frozen=True)
class Structure:
    """What is there for the tables of a layout."""

    vectors: bool | None
    """Whether pgvector is installed; none when this server does not have it at all."""
    columns: dict[str, dict[str, str]]
    """A description of each column by its name, by table; no table, no entry."""
    indexes: dict[str, dict[str, str]]
    """A description of each index by its name, by table."""


async def structure(connection: Connection, layout: Layout) -> Structure:
    """What is there now."""
    names = [table.name for table in layout.tables.values()]
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    for table, column, description in await connection.fetch(COLUMNS, names):
        columns[table][column] = description
    indexes: dict[str, dict[str, str]] = defaultdict(dict)
    for table, name, definition, valid in await connection.fetch(INDEXES, names):
        indexes[table][name] = _described(definition) + ("" if valid else ", half built")
    return Structure(await connection.fetchval(EXTENSIONS), dict(columns), dict(indexes))


def same(one: str, other: str) -> bool:
    """Whether two descriptions say the same, however PostgreSQL spells it back."""
    return _plain(one) == _plain(other)


def _described(definition: str) -> str:
    """`UNIQUE USING btree (...)` of the whole `CREATE UNIQUE INDEX name ON table ...`."""
    head, _, tail = definition.partition(" USING ")
    return f"{'UNIQUE ' if head.startswith('CREATE UNIQUE') else ''}USING {tail}"


def _plain(description: str) -> str:
    """Without what PostgreSQL adds when it writes back: types of literals, brackets, spaces."""
    without_types = re.sub(r"('(?:[^']|'')*')::(?:\"char\"|\w+)", r"\1", description)
    return re.sub(r"[\s()']", "", without_types).lower()
