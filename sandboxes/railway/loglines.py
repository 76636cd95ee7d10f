"""Lines of logs and requests: a table of their own, since they come in numbers."""

import json
from dataclasses import dataclass
from datetime import datetime

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Vendor
from sandboxes.railway.asking import written

TABLE = "railway_lines"
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS sandbox.{TABLE} (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    deployment text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    data jsonb NOT NULL
);
CREATE INDEX IF NOT EXISTS {TABLE}_of ON sandbox.{TABLE} (deployment, kind, sequence);
"""


@dataclass(frozen=True)
class Line:
    """One line: `kind` is build, deploy or http; its data are message and severity, or a request's
    fields."""

    deployment_id: str
    kind: str
    at: datetime
    data: Document


async def keep(vendor: Vendor, lines: list[Line]) -> None:
    """Keep lines in their order."""
    if lines:
        await vendor.records.database.fetch(
            f"INSERT INTO sandbox.{TABLE} (deployment, kind, at, data)"  # noqa: S608
            " SELECT deployment, kind, at, data::jsonb FROM unnest($1::text[], $2::text[],"
            " $3::timestamptz[], $4::text[]) WITH ORDINALITY AS told (deployment, kind, at, data,"
            " place) ORDER BY place",
            [line.deployment_id for line in lines],
            [line.kind for line in lines],
            [line.at for line in lines],
            [json.dumps(line.data) for line in lines],
        )


@dataclass(frozen=True)
class Wanted:
    """Which lines: of some deployments and kinds, within a time, the newest or the oldest."""

    deployments: list[str]
    kinds: list[str]
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 500
    is_newest: bool = True


async def find(records: Records, wanted: Wanted) -> list[Line]:
    """The lines, the oldest first."""
    order = "DESC" if wanted.is_newest else "ASC"
    rows = await records.database.fetch(
        f"SELECT deployment, kind, at, data FROM sandbox.{TABLE}"  # noqa: S608
        " WHERE deployment = ANY($1::text[]) AND kind = ANY($2::text[])"
        " AND ($3::timestamptz IS NULL OR at >= $3) AND ($4::timestamptz IS NULL OR at <= $4)"
        f" ORDER BY sequence {order} LIMIT $5",
        *(wanted.deployments, wanted.kinds, wanted.since, wanted.until, wanted.limit),
    )
    found = [Line(row["deployment"], row["kind"], row["at"], row["data"]) for row in rows]
    return found[::-1] if wanted.is_newest else found


async def forget(vendor: Vendor, deployment_id: str) -> None:
    """Forget the lines of a deployment."""
    statement = f"DELETE FROM sandbox.{TABLE} WHERE deployment = $1"  # noqa: S608
    await vendor.records.database.fetch(statement, deployment_id)


def as_log(line: Line, of: Document) -> Document:
    """A line as `Log` has it."""
    return {
        "timestamp": written(line.at),
        "message": line.data["m"],
        "severity": line.data["s"],
        "attributes": [{"key": "level", "value": json.dumps(line.data["s"])}],
        "tags": {
            "deploymentId": of["id"],
            "environmentId": of["environmentId"],
            "projectId": of["projectId"],
            "serviceId": of["serviceId"],
            "snapshotId": of["snapshotId"],
        },
    }
