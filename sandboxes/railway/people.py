"""Who asks, as the API tells it: the user, the workspace, and the token's own scope."""

from typing import Any

from sandboxes.kit.records import Document
from sandboxes.railway.access import make_token
from sandboxes.railway.asking import (
    Asked,
    Asking,
    everything,
    needs_account,
    the_environment,
    the_project,
)
from sandboxes.railway.connections import connection
from sandboxes.railway.errors import NotAuthorized, NotFound, Problem
from sandboxes.railway.workspace import ID, USER, the_workspace


async def me(asking: Asking, _asked: Asked) -> Document:
    """The user whose token this is: an account's, and no other."""
    if asking.who.kind != "account":
        raise NotAuthorized
    return USER


async def api_token(asking: Asking, _asked: Asked) -> Document:
    """The workspaces that a token of an account or of a workspace opens."""
    needs_account(asking)
    return {"workspaces": [await the_workspace(asking.records)]}


async def project_token(asking: Asking, _asked: Asked) -> Document:
    """The project's token that asks."""
    if not asking.who.is_bound:
        raise NotAuthorized
    return next(
        token
        for token in await asking.records.find("token", {"id": asking.who.id})
        if token["kind"] == "project"
    )


async def project_tokens(asking: Asking, asked: Asked) -> Document:
    """The tokens of a project, never their words."""
    needs_account(asking)
    project = await the_project(asking, asked["projectId"])
    tokens = await everything(asking.records, "token", kind="project", projectId=project["id"])
    return connection(tokens, asked)


async def create_project_token(asking: Asking, asked: Asked) -> str:
    """A token that is bound to one environment; this answer alone has it in words."""
    needs_account(asking)
    order = asked["input"]
    environment = await the_environment(asking, order["environmentId"], order["projectId"])
    if not order["name"].strip():
        raise Problem("Token name is required")
    return await make_token(
        asking.records, asking.now, "project", order["name"], environment=environment
    )


async def delete_project_token(asking: Asking, asked: Asked) -> bool:
    """End a project's token."""
    needs_account(asking)
    rows = await asking.records.database.fetch(
        "DELETE FROM sandbox.records WHERE (vendor, kind) = ($1, 'token') AND data @> $2"
        " RETURNING id",
        *(asking.records.vendor, {"id": asked["id"], "kind": "project"}),
    )
    if not rows:
        raise NotFound("ProjectToken")
    return True


async def workspace(asking: Asking, asked: Asked) -> Document:
    """The workspace by its id."""
    needs_account(asking)
    if asked["workspaceId"] != ID:
        raise NotFound("Workspace")
    return await the_workspace(asking.records)


async def workspaces_of(asking: Asking, _user: Document, _asked: Asked) -> list[Document]:
    """The workspaces of the user: the one that there is."""
    return [await the_workspace(asking.records)]


async def projects_of(asking: Asking, _workspace: Document, asked: Asked) -> Document:
    """The projects of the workspace."""
    return connection(await everything(asking.records, "project", deletedAt=None), asked)


async def project_count(asking: Asking, _workspace: Document, asked: Asked) -> int:
    """How many projects the workspace has."""
    like: dict[str, Any] = {} if asked.get("includeDeleted") else {"deletedAt": None}
    return await asking.records.count("project", like)


async def project_of(asking: Asking, source: Document, _asked: Asked) -> Document:
    """The project that a thing belongs to."""
    return await the_project(asking, source["projectId"])


async def environment_of(asking: Asking, source: Document, _asked: Asked) -> Document:
    """The environment that a thing belongs to."""
    return await the_environment(asking, source["environmentId"])


async def workspace_of(asking: Asking, _source: Document, _asked: Asked) -> Document:
    """The workspace that a thing belongs to."""
    return await the_workspace(asking.records)


QUERIES = {
    "me": me,
    "apiToken": api_token,
    "projectToken": project_token,
    "projectTokens": project_tokens,
    "workspace": workspace,
}
MUTATIONS = {
    "projectTokenCreate": create_project_token,
    "projectTokenDelete": delete_project_token,
}
FIELDS = {
    ("User", "workspaces"): workspaces_of,
    ("Workspace", "projects"): projects_of,
    ("Workspace", "projectCount"): project_count,
    ("ProjectToken", "project"): project_of,
    ("ProjectToken", "environment"): environment_of,
}
