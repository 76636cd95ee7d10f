"""ZeroDB's projects, and how an environment gets its own."""

from dataclasses import replace
from uuid import uuid4

import httpx2
import pytest

from tests.sandboxes.zerodb import KEY, PROJECT, Project, good, provision

NOWHERE = "b6c3b0f5-7e0f-4a53-8f0e-52a2f1d6a7c9"
"""The id of nothing."""


async def ask(project: Project, method: str, path: str, body: object = None) -> httpx2.Response:
    """A request beside all projects."""
    headers = {"X-API-Key": project.key}
    return await project.client.request(
        method, f"{project.root}/projects{path}", json=body, headers=headers
    )


async def test_a_project_is_provisioned_again_and_again_and_keeps_what_is_in_it(
    sandboxes: httpx2.AsyncClient,
) -> None:
    other = str(uuid4())
    assert [(await provision(sandboxes, other)).status_code for _ in range(2)] == [201, 200]
    zerodb = Project(sandboxes, id=other)
    await zerodb.create("members")
    await provision(sandboxes, other, "another key")
    assert (await zerodb.query("members")).status_code == 404
    assert good(await replace(zerodb, key="another key").query("members"))["total"] == 0


@pytest.mark.parametrize("told", [{}, {"name": "x", "api_key": "k"}, {"name": "staging"}, "no"])
async def test_a_provision_that_says_too_little_is_refused(
    sandboxes: httpx2.AsyncClient, told: object
) -> None:
    answer = await sandboxes.put(f"/_sandbox/zerodb/projects/{PROJECT}", json=told)
    assert (answer.status_code, "no project that can be made" in answer.text) == (422, True)


@pytest.mark.parametrize("prefix", ["/zerodb/v1", "/zerodb/api/v1"])
async def test_both_prefixes_of_the_cloud_reach_the_project(zerodb: Project, prefix: str) -> None:
    assert good(await replace(zerodb, root=prefix).ask("GET", ""))["id"] == PROJECT


@pytest.mark.parametrize(
    "path",
    [
        f"/projects/{PROJECT}/database/tables",
        f"/api/projects/{PROJECT}/database/tables/",
        f"/v1/projects/{PROJECT}/database/tables",
        f"/api/v1/projects/{PROJECT}/database/tables/",
        f"/api/v1/public/projects/{PROJECT}/database/tables",
        f"/v1/public/{PROJECT}/database/tables",
        f"/v1/public/zerodb/{PROJECT}/database/tables",
    ],
)
async def test_compat_takes_every_prefix_that_was_seen_and_strict_does_not(
    zerodb: Project, path: str
) -> None:
    await zerodb.create("members")
    headers = {"X-API-Key": KEY}
    listed = await zerodb.client.get(f"/zerodb/compat{path}", headers=headers)
    assert [table["name"] for table in good(listed)["tables"]] == ["members"]
    if path != f"/v1/projects/{PROJECT}/database/tables":
        refused = await zerodb.client.get(f"/zerodb{path}", headers=headers)
        assert refused.status_code == 501


async def test_a_project_of_nobody_or_of_somebody_else_is_not_found(zerodb: Project) -> None:
    other = str(uuid4())
    await provision(zerodb.client, other, "another key")
    for id_ in (other, str(uuid4()), "no-uuid"):
        answer = await replace(zerodb, id=id_).query("members")
        assert answer.status_code == 404
        assert answer.json() == {"detail": "Project not found or access denied"}


async def test_a_project_is_made_changed_deleted_and_restored(zerodb: Project) -> None:
    made = await ask(zerodb, "POST", "", {"name": "Journal", "description": "of the dojo"})
    assert made.status_code == 201
    journal = made.json()
    assert (journal["status"], journal["tier"]) == ("ACTIVE", "free")
    path = f"/{journal['id']}"
    assert good(await ask(zerodb, "GET", path)) == journal
    changed = good(await ask(zerodb, "PATCH", path, {"description": None}))
    assert (changed["name"], changed["description"]) == ("Journal", None)
    assert (await ask(zerodb, "DELETE", path)).status_code == 204
    assert (await ask(zerodb, "GET", path)).status_code == 404
    assert [each["id"] for each in good(await ask(zerodb, "GET", ""))] == [PROJECT]
    assert good(await ask(zerodb, "POST", f"{path}/restore"))["status"] == "ACTIVE"
    assert (await ask(zerodb, "POST", f"{path}/restore")).status_code == 404
    listed = good(await ask(zerodb, "GET", "?limit=1"))
    assert [each["id"] for each in listed] == [journal["id"]]
    assert (await ask(zerodb, "DELETE", f"{path}?hard_delete=true")).status_code == 204
    assert (await ask(zerodb, "POST", f"{path}/restore")).status_code == 404


async def test_a_reset_forgets_the_projects_that_users_made(zerodb: Project) -> None:
    made = good(await ask(zerodb, "POST", "", {"name": "Journal"}))
    (await zerodb.client.post("/_sandbox/reset")).raise_for_status()
    assert (await ask(zerodb, "GET", f"/{made['id']}")).status_code == 404
    assert (await zerodb.ask("GET", "")).status_code == 200


async def test_a_fourth_free_project_is_one_too_many(zerodb: Project) -> None:
    for number in range(3):
        good(await ask(zerodb, "POST", "", {"name": f"Free {number}"}))
    answer = await ask(zerodb, "POST", "", {"name": "Free 4"})
    assert answer.status_code == 403
    assert answer.json() == {"detail": "Project limit reached for free tier (3 max)"}
    good(await ask(zerodb, "POST", "", {"name": "Paid", "tier": "pro"}))


@pytest.mark.parametrize("told", [{}, {"name": "x"}, {"name": "xy", "tier": "golden"}])
async def test_a_project_of_another_shape_is_refused(zerodb: Project, told: object) -> None:
    assert (await ask(zerodb, "POST", "", told)).status_code == 422


async def test_a_project_tells_how_much_is_in_it(zerodb: Project) -> None:
    await zerodb.create("members")
    told = good(await zerodb.ask("GET", "/database"))
    assert (told["enabled"], told["tables_count"], told["vectors_count"]) == (True, 1, 0)
    assert good(await zerodb.ask("GET", "/usage"))["tables_count"] == 1
    assert good(await zerodb.ask("POST", "/database"))["success"] is True
    changed = good(await zerodb.ask("PUT", "/database", {"vector_dimensions": 384}))
    assert changed["vector_dimensions"] == 384
    good(await zerodb.ask("DELETE", "/database"))
    assert good(await zerodb.ask("GET", "/database"))["enabled"] is False


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({}, "Not authenticated"),
        ({"Authorization": "Basic YTpi"}, "Not authenticated"),
        ({"X-API-Key": ""}, "Not authenticated"),
        ({"X-API-Key": "wrong"}, "Could not validate credentials"),
        ({"Authorization": "Bearer wrong"}, "Could not validate credentials"),
        ({"Authorization": "Bearer a.b.c"}, "Could not validate credentials"),
    ],
)
async def test_who_has_no_good_key_is_not_let_in(
    zerodb: Project, headers: dict[str, str], detail: str
) -> None:
    answer = await zerodb.client.get("/zerodb/v1/projects", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"detail": detail})


@pytest.mark.parametrize("given", [KEY, f"{KEY}:secret"])
async def test_a_key_is_as_good_as_a_bearer(zerodb: Project, given: str) -> None:
    headers = {"Authorization": f"Bearer {given}"}
    assert good(await zerodb.client.get("/zerodb/v1/projects", headers=headers))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/database/tables/members/rows", 405),
        ("DELETE", "/database/tables/members/rows", 405),
        ("PATCH", f"/database/tables/members/rows/{NOWHERE}", 405),
        ("PUT", "", 405),
        ("PUT", "/status", 404),
        ("GET", "/collections", 404),
        ("GET", "/statistics", 404),
    ],
)
async def test_strict_has_no_operation_that_only_an_sdk_knows(
    zerodb: Project, method: str, path: str, status: int
) -> None:
    assert (await zerodb.ask(method, path, {})).status_code == status


async def test_what_the_sandbox_lacks_it_says_aloud(zerodb: Project) -> None:
    answer = await zerodb.ask("GET", "/database/memory")
    assert answer.status_code == 501
    assert "zerodb sandbox does not emulate GET" in answer.json()["detail"]


async def test_a_limit_on_requests_is_met_by_order_alone(zerodb: Project) -> None:
    fault = {"vendor": "zerodb", "kind": "status", "status": 429, "retry_after": 7, "times": 1}
    (await zerodb.client.post("/_sandbox/faults", json=fault)).raise_for_status()
    answer = await zerodb.ask("GET", "")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert "detail" in answer.json()
    good(await zerodb.ask("GET", ""))
