"""ZeroDB's accounts: logging in, by JSON or by a form, for a token that expires."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from tests.sandboxes.zerodb import KEY, PROJECT, Project, good

ACCOUNT = {"email": "board@wwmaa.example", "password": "a password of this test"}
HOUR_S = 3600


@pytest.fixture
async def board(zerodb: Project) -> AsyncIterator[httpx2.AsyncClient]:
    """A client where the project's account may log in; the clock is set back at the end."""
    told = {"name": "staging", "api_key": KEY, "account": ACCOUNT}
    (await zerodb.client.put(f"/_sandbox/zerodb/projects/{PROJECT}", json=told)).raise_for_status()
    yield zerodb.client
    (await zerodb.client.post("/_sandbox/clock", json={"reset": True})).raise_for_status()


async def log_in(client: httpx2.AsyncClient, **told: Any) -> httpx2.Response:
    return await client.post("/zerodb/v1/auth/login", **(told or {"json": ACCOUNT}))


async def projects(client: httpx2.AsyncClient, token: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return await client.get("/zerodb/v1/projects", headers=headers)


async def test_who_logs_in_reaches_the_project_until_the_token_expires(
    board: httpx2.AsyncClient,
) -> None:
    told = good(await log_in(board))
    assert (told["token_type"], told["expires_in"]) == ("bearer", 8 * HOUR_S)
    token = told["access_token"]
    assert [each["id"] for each in good(await projects(board, token))] == [PROJECT]
    await board.post("/_sandbox/clock", json={"advance_s": 8 * HOUR_S - 60})
    assert (await projects(board, token)).status_code == 200
    await board.post("/_sandbox/clock", json={"advance_s": 120})
    late = await projects(board, token)
    assert (late.status_code, late.json()) == (401, {"detail": "Could not validate credentials"})
    refreshed = await board.post(
        "/zerodb/v1/auth/refresh", json={"refresh_token": told["refresh_token"]}
    )
    assert (await projects(board, good(refreshed)["access_token"])).status_code == 200


@pytest.mark.parametrize(
    "told",
    [
        {"json": ACCOUNT},
        {"json": {"username": ACCOUNT["email"].upper(), "password": ACCOUNT["password"]}},
        {"data": {"username": ACCOUNT["email"], "password": ACCOUNT["password"]}},
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/v1/auth/login",
        "/api/v1/auth/login",
        "/compat/v1/public/auth/login-json",
        "/compat/v1/public/auth/login",
        "/compat/v1/public/auth/",
    ],
)
async def test_there_are_many_ways_to_log_in(
    board: httpx2.AsyncClient, path: str, told: dict[str, Any]
) -> None:
    assert good(await board.post(f"/zerodb{path}", **told))["access_token"]


@pytest.mark.parametrize(
    "wrong", [{"password": "wrong"}, {"email": "nobody@wwmaa.example"}], ids=str
)
async def test_who_says_it_wrong_is_not_let_in(
    board: httpx2.AsyncClient, wrong: dict[str, str]
) -> None:
    answer = await log_in(board, json=ACCOUNT | wrong)
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Incorrect email or password"}


async def test_a_refresh_token_opens_nothing_and_an_access_token_refreshes_nothing(
    board: httpx2.AsyncClient,
) -> None:
    told = good(await log_in(board))
    assert (await projects(board, told["refresh_token"])).status_code == 401
    body = {"refresh_token": told["access_token"]}
    assert (await board.post("/zerodb/v1/auth/refresh", json=body)).status_code == 401
    forged = told["access_token"][:-4] + "AAAA"
    assert (await projects(board, forged)).status_code == 401


async def test_who_registers_has_projects_of_their_own(board: httpx2.AsyncClient) -> None:
    told = {"email": "haruto@wwmaa.example", "password": "hajime", "name": "Haruto"}
    made = await board.post("/zerodb/v1/auth/register", json=told)
    assert (made.status_code, made.json()["email"]) == (201, told["email"])
    assert "password" not in made.json()
    again = await board.post("/zerodb/v1/auth/register", json=told)
    assert (again.status_code, again.json()) == (400, {"detail": "Email already registered"})
    token = good(await log_in(board, json=told))["access_token"]
    assert good(await projects(board, token)) == []
    headers = {"Authorization": f"Bearer {token}"}
    me = good(await board.get("/zerodb/v1/auth/me", headers=headers))
    assert me == made.json()
    assert good(await board.post("/zerodb/v1/auth/logout", headers=headers))
    of_the_key = await board.get("/zerodb/v1/auth/me", headers={"X-API-Key": KEY})
    assert good(of_the_key)["email"] == ACCOUNT["email"]


async def test_a_login_without_a_password_is_refused(board: httpx2.AsyncClient) -> None:
    for told in ({"json": {"email": "a@b.example"}}, {"data": {"username": "a@b.example"}}):
        assert (await log_in(board, **told)).status_code == 422
    assert (await board.post("/zerodb/v1/auth/login")).status_code == 422
