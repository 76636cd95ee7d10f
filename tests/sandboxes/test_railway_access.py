"""Whom Railway lets in and to what: accounts, workspaces, projects; how often; a second factor."""

import httpx2
import pytest

from tests.sandboxes.railway import API, Rails, Refused, a_token, rails

ME = "{ me { id name email workspaces { id name } } }"
SCOPE = "{ projectToken { id name projectId environmentId project { name } environment { name } } }"


async def test_an_account_is_told_who_it_is(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    me = await account.ask(ME)
    assert me["email"] == "developer@wwmaa.example"
    opens = await account.ask("{ apiToken { workspaces { id name } } }")
    assert opens["workspaces"] == me["workspaces"]
    with pytest.raises(Refused, match=r"^Not Authorized$"):
        await account.ask(SCOPE)


async def test_a_workspace_has_no_person_behind_it(sandboxes: httpx2.AsyncClient) -> None:
    workspace = await rails(sandboxes, "workspace")
    assert await workspace.ask("{ apiToken { workspaces { id } } }")
    with pytest.raises(Refused, match=r"^Not Authorized$"):
        await workspace.ask(ME)


async def test_a_projects_token_is_bound_to_its_environment(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place()
    other = await account.environment(place.project, "production")
    bound = await account.bound(place)
    scope = await bound.ask(SCOPE)
    assert (scope["projectId"], scope["environmentId"]) == (place.project, place.environment)
    assert (scope["project"]["name"], scope["environment"]["name"]) == ("wwmaa", "staging")
    seen = await bound.ask(
        "query See($id: String!) { project(id: $id)"
        " { environments { edges { node { id } } } services { edges { node { name } } } } }",
        id=place.project,
    )
    assert [edge["node"]["id"] for edge in seen["environments"]["edges"]] == [place.environment]
    for field in ("me { id }", "apiToken { workspaces { id } }", "projects { edges { cursor } }"):
        with pytest.raises(Refused, match=r"^Not Authorized$"):
            await bound.ask(f"{{ {field} }}")
    with pytest.raises(Refused, match=r"^Not Authorized$"):
        await bound.ask("query See($id: String!) { environment(id: $id) { id } }", id=other)
    with pytest.raises(Refused, match=r"^Not Authorized$"):
        await bound.environment(place.project, "pr-7")
    with pytest.raises(Refused, match=r"^Not Authorized$"):
        await bound.project()


async def test_a_token_opens_by_its_own_header_alone(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    bound = await account.bound(await account.place())
    with pytest.raises(Refused, match=r"^Not Authorized$"):
        await Rails(sandboxes, bound.token).ask("{ apiToken { workspaces { id } } }")
    for stranger in (account.token, "nobody-knows-me"):
        with pytest.raises(Refused, match=r"^Project Token not found$"):
            await Rails(sandboxes, stranger, is_project=True).ask(SCOPE)
    for nobody in (Rails(sandboxes, None), Rails(sandboxes, "nobody-knows-me")):
        answer = await nobody.post(ME)
        assert (answer.status_code, answer.json()["data"]) == (200, None)
        assert answer.json()["errors"][0]["message"] == "Not Authorized"
    assert await Rails(sandboxes, None).ask("{ platformStatus { isStable } }")


async def test_a_token_ends_by_the_clock_and_by_its_deletion(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes, expires_in_s=3600)
    bound = await account.bound(await account.place())
    (token,) = (
        await account.ask(
            "query See($p: String!) { projectTokens(projectId: $p)"
            " { edges { node { id displayToken } } } }",
            p=(await bound.ask(SCOPE))["projectId"],
        )
    )["edges"]
    assert bound.token is not None
    assert token["node"]["displayToken"] == f"{bound.token[:4]}****"
    gone = "mutation End($id: String!) { projectTokenDelete(id: $id) }"
    assert await account.ask(gone, id=token["node"]["id"])
    with pytest.raises(Refused, match=r"^Project Token not found$"):
        await bound.ask(SCOPE)
    try:
        await sandboxes.post("/_sandbox/clock", json={"advance_s": 3601})
        with pytest.raises(Refused, match=r"^Not Authorized$"):
            await account.ask(ME)
    finally:
        await sandboxes.post("/_sandbox/clock", json={"reset": True})


async def test_one_asks_as_often_as_the_plan_allows(sandboxes: httpx2.AsyncClient) -> None:
    await sandboxes.put("/_sandbox/railway/workspace", json={"plan": "FREE"})
    account = await rails(sandboxes)
    for left in range(99, -1, -1):
        answer = await account.post("{ platformStatus { isStable } }")
        assert answer.headers["x-ratelimit-remaining"] == str(left)
    refused = await account.post(ME)
    assert (refused.status_code, refused.headers["x-ratelimit-limit"]) == (429, "100")
    assert 1 <= int(refused.headers["retry-after"]) <= 3600
    assert "Rate limit" in refused.json()["errors"][0]["message"]
    try:
        wait = {"advance_s": int(refused.headers["retry-after"])}
        await sandboxes.post("/_sandbox/clock", json=wait)
        assert await account.ask(ME)
    finally:
        await sandboxes.post("/_sandbox/clock", json={"reset": True})


async def test_a_second_is_limited_where_the_control_plane_says_so(
    sandboxes: httpx2.AsyncClient,
) -> None:
    setting = {"plan": "HOBBY", "limits_each_second": True}
    await sandboxes.put("/_sandbox/railway/workspace", json=setting)
    account = await rails(sandboxes)
    answers = [await account.post("{ platformStatus { isStable } }") for _ in range(40)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].headers["retry-after"] == "1"


async def test_a_second_factor_can_be_asked_for(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    project, _ = await account.project()
    preview = await account.environment(project, "pr-7", ephemeral=True)
    await sandboxes.put("/_sandbox/railway/workspace", json={"two_factor": True})
    delete = "mutation Delete($id: String!) { environmentDelete(id: $id) }"
    with pytest.raises(Refused, match=r"^Two Factor Authentication Required$"):
        await account.ask(delete, id=preview)
    with pytest.raises(Refused, match=r"^Two Factor Authentication Required$"):
        await account.ask("mutation Delete($id: String!) { projectDelete(id: $id) }", id=project)
    await sandboxes.put("/_sandbox/railway/workspace", json={"two_factor": False})
    assert await account.ask(delete, id=preview)


async def test_what_no_token_can_be_is_refused(sandboxes: httpx2.AsyncClient) -> None:
    for order in (
        {"kind": "project"},
        {"kind": "account", "environment_id": "x"},
        {"kind": "king"},
    ):
        answer = await sandboxes.post("/_sandbox/railway/tokens", json=order)
        assert answer.status_code == 422
    order = {"kind": "project", "environment_id": "nowhere"}
    assert (await sandboxes.post("/_sandbox/railway/tokens", json=order)).status_code == 404
    assert await a_token(sandboxes, token="a-word-of-mine") == "a-word-of-mine"
    assert await Rails(sandboxes, "a-word-of-mine").ask(ME)


async def test_secrets_are_not_in_what_was_seen(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place()
    bound = await account.bound(place)
    await bound.set(place, variables={"JWT_SECRET": "very-secret-word"})
    seen = await sandboxes.get("/_sandbox/requests", params={"vendor": "railway"})
    assert {each["path"] for each in seen.json()} == {API}
    assert seen.json()[0]["operation"] == "variableCollectionUpsert"
    assert "JWT_SECRET" in seen.text
    assert "very-secret-word" not in seen.text
    assert bound.token is not None
    assert bound.token not in seen.text
    assert str(account.token) not in seen.text
