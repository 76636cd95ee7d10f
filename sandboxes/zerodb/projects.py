"""ZeroDB's projects: each belongs to one user, and everything else belongs to a project."""

from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import BaseModel, BeforeValidator, Field
from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.zerodb.asking import Asked, Page, timestamp
from sandboxes.zerodb.errors import ZeroDBError

SCHEMA = """
CREATE TABLE IF NOT EXISTS sandbox.zerodb_projects (
    id text PRIMARY KEY,
    user_id text NOT NULL,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS zerodb_projects_of ON sandbox.zerodb_projects (user_id);
CREATE TABLE IF NOT EXISTS sandbox.zerodb_environments (project_id text PRIMARY KEY);
CREATE OR REPLACE VIEW sandbox.zerodb_made_projects AS
    SELECT * FROM sandbox.zerodb_projects
    WHERE id NOT IN (SELECT project_id FROM sandbox.zerodb_environments);
"""
FREE_PROJECTS = 3
KEEP = (
    "INSERT INTO sandbox.zerodb_projects (id, user_id, data, created_at) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (id) DO UPDATE SET data = excluded.data, user_id = excluded.user_id"
)
COUNTS = """
SELECT
    (SELECT count(*) FROM sandbox.zerodb_tables WHERE project_id = $1) AS tables_count,
    (SELECT count(*) FROM sandbox.zerodb_vectors WHERE project_id = $1) AS vectors_count
"""
Tier = Literal["free", "pro", "scale", "enterprise"]
Status = Literal["ACTIVE", "SUSPENDED", "DELETED"]


class ProjectToCreate(BaseModel):
    """What is said of a new project."""

    name: str = Field(min_length=2, max_length=100)
    description: str | None = None
    tier: Tier = "free"
    database_enabled: bool = True


class Change(BaseModel):
    """What shall be different about a project."""

    name: str | None = Field(None, min_length=2, max_length=100)
    description: str | None = None
    tier: Tier | None = None
    status: Status | None = None


class StatusChange(BaseModel):
    """What the Python SDK says of a project's status, in small letters."""

    status: Annotated[Status, BeforeValidator(lambda given: str(given).upper())]


class Settings(BaseModel):
    """What can be set about a project's database."""

    vector_dimensions: int | None = Field(None, ge=1, le=4096)
    quantum_enabled: bool | None = None
    mcp_enabled: bool | None = None
    database_config: dict[str, Any] | None = None


class ProjectsAsked(Page):
    """Which projects are listed."""

    status: Status | None = None
    tier: Tier | None = None
    include_deleted: bool = False


def new_project(id: str, user: str, told: ProjectToCreate, now: str) -> Document:  # noqa: A002
    """A project as it begins; `now` as ZeroDB writes it."""
    return {
        "id": id,
        "name": told.name,
        "description": told.description,
        "tier": told.tier,
        "status": "ACTIVE",
        "user_id": user,
        "organization_id": None,
        "database_enabled": told.database_enabled,
        "vector_dimensions": 1536,
        "quantum_enabled": False,
        "mcp_enabled": False,
        "created_at": now,
        "updated_at": now,
    }


async def list_projects(asked: Asked) -> Response:
    """The caller's projects, the newest first, as a bare array."""
    told = asked.query(ProjectsAsked)
    skip, limit = asked.page(told)
    rows = await asked.database.fetch(
        "SELECT data FROM sandbox.zerodb_projects WHERE user_id = $1 AND data @> $2"
        ' AND ($3 OR NOT data @> \'{"status": "DELETED"}\')'
        " ORDER BY created_at DESC, id OFFSET $4 LIMIT $5",
        *(asked.user, told.model_dump(include={"status", "tier"}, exclude_none=True)),
        *(told.include_deleted, skip, limit),
    )
    return JSONResponse([row["data"] for row in rows])


async def create_project(asked: Asked) -> Response:
    """Make a project; a user has three free ones at most."""
    told = asked.body(ProjectToCreate)
    free = await asked.database.fetch(
        "SELECT count(*) FROM sandbox.zerodb_projects WHERE user_id = $1 AND data @> $2",
        *(asked.user, {"tier": "free", "status": "ACTIVE"}),
    )
    if told.tier == "free" and free[0]["count"] >= FREE_PROJECTS:
        raise ZeroDBError(403, f"Project limit reached for free tier ({FREE_PROJECTS} max)")
    project = new_project(str(uuid4()), asked.user, told, timestamp(asked.call.now))
    await asked.database.fetch(KEEP, project["id"], asked.user, project, asked.call.now)
    return JSONResponse(project, 201)


async def get_project(asked: Asked) -> Response:
    """One project."""
    return JSONResponse(asked.project)


async def update_project(asked: Asked) -> Response:
    """Change what is said of a project."""
    told = asked.body(Change)
    return await _change(asked, told.model_dump(exclude_unset=True))


async def delete_project(asked: Asked) -> Response:
    """Take a project out of sight; with `hard_delete` for good, and all that is in it."""
    project = asked.project
    if asked.call.request.query_params.get("hard_delete") == "true":
        gone = "DELETE FROM sandbox.zerodb_projects WHERE id = $1"
        await asked.database.fetch(gone, project["id"])
    else:
        await _change(asked, {"status": "DELETED"})
    return Response(status_code=204)


async def restore_project(asked: Asked) -> Response:
    """Bring a project back that was taken out of sight."""
    if asked.found is None or asked.found["status"] != "DELETED":
        raise ZeroDBError(404, "Project not found or not deleted")
    return await _change(asked, {"status": "ACTIVE"}, asked.found)


async def get_usage(asked: Asked) -> Response:
    """How much is in a project."""
    return JSONResponse({"project_id": asked.project["id"]} | await _counts(asked))


async def get_database(asked: Asked) -> Response:
    """Whether a project has its database, and how much is in it."""
    enabled = {"enabled": asked.project["database_enabled"], "project_id": asked.project["id"]}
    return JSONResponse(enabled | await _counts(asked))


async def enable_database(asked: Asked) -> Response:
    """Give a project its database."""
    await _change(asked, {"database_enabled": True})
    project = asked.project
    names = ("vector_dimensions", "quantum_enabled")
    return JSONResponse(
        {
            "success": True,
            "message": "ZeroDB enabled for project",
            "project_id": project["id"],
            "configuration": {name: project[name] for name in names} | {"collections": []},
        }
    )


async def set_database(asked: Asked) -> Response:
    """Change the settings of a project's database."""
    return await _change(asked, asked.body(Settings).model_dump(exclude_unset=True))


async def disable_database(asked: Asked) -> Response:
    """Say that a project has no database; what is in it stays."""
    await _change(asked, {"database_enabled": False})
    return JSONResponse({"success": True, "message": "ZeroDB disabled for project"})


async def sdk_set_status(asked: Asked) -> Response:
    """What the Python SDK sends to suspend a project or to activate it."""
    return await _change(asked, asked.body(StatusChange).model_dump())


async def sdk_suspend(asked: Asked) -> Response:
    """What the TypeScript SDK asks of a project."""
    return await _change(asked, {"status": "SUSPENDED"})


async def sdk_activate(asked: Asked) -> Response:
    """The same, the other way round."""
    return await _change(asked, {"status": "ACTIVE"})


async def sdk_health(_asked: Asked) -> Response:
    """That all is well, to whoever is let in."""
    return JSONResponse({"status": "healthy"})


async def sdk_usage(asked: Asked) -> Response:
    """How much a user has in all projects."""
    rows = await asked.database.fetch(
        "SELECT count(*) AS projects FROM sandbox.zerodb_projects WHERE user_id = $1", asked.user
    )
    return JSONResponse({"projects_count": rows[0]["projects"]})


async def sdk_list_collections(asked: Asked) -> Response:
    """What the Python SDK asks for; there are none."""
    return JSONResponse({"collections": [], "project_id": asked.project["id"]})


async def _change(asked: Asked, change: Document, held: Document | None = None) -> Response:
    project = (held or asked.project) | change | {"updated_at": timestamp(asked.call.now)}
    await asked.database.fetch(KEEP, project["id"], asked.user, project, asked.call.now)
    return JSONResponse(project)


async def _counts(asked: Asked) -> Document:
    counts = (await asked.database.fetch(COUNTS, asked.project["id"]))[0]
    return {
        **counts,
        "memory_records_count": 0,
        "events_count": 0,
        "files_count": 0,
        "storage_used_mb": 0.0,
        "last_activity": asked.project["updated_at"],
    }
