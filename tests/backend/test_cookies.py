"""Sessions in cookies: a page of ours works by them, and a stranger's page does nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from backend.app import Backend, create_app
from tests.backend.conftest import BACKEND, SITE, People, running, variables
from tests.backend.people import PASSWORD
from tests.backend.test_accounts import new_address

SESSION = "/api/auth/session"
STRANGER = "https://strangers.example"


@asynccontextmanager
async def page_of(app: Backend, origin: str | None = SITE) -> AsyncIterator[httpx2.AsyncClient]:
    """A page of this origin in a browser, which keeps cookies and sends them along."""
    headers = {} if origin is None else {"Origin": origin}
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url=BACKEND, headers=headers) as page:
        yield page


@pytest.fixture
async def page(backend: Backend) -> AsyncIterator[httpx2.AsyncClient]:
    async with page_of(backend) as page:
        yield page


async def sign_in(page: httpx2.AsyncClient, people: People) -> httpx2.Response:
    somebody = await people.new()
    given = {"email": somebody.profile.email, "password": PASSWORD}
    return await page.post(SESSION, json=given)


async def test_a_page_signs_in_is_known_goes_on_and_signs_out(
    page: httpx2.AsyncClient, people: People
) -> None:
    signed_in = await sign_in(page, people)
    assert signed_in.status_code == 200
    assert "access_token" not in signed_in.text
    assert (await page.get("/api/auth/me")).json() == signed_in.json()["profile"]
    token = {"X-CSRF-Token": signed_in.json()["csrf_token"]}
    renewed = await page.put(SESSION, headers=token)
    assert renewed.status_code == 200
    assert (await page.get("/api/auth/me")).status_code == 200
    token = {"X-CSRF-Token": renewed.json()["csrf_token"]}
    kept = dict(page.cookies)
    assert (await page.delete(SESSION, headers=token)).status_code == 204
    assert not dict(page.cookies)
    again = await page.get(
        "/api/auth/me", headers={"Cookie": f"wwmaa_access={kept['wwmaa_access']}"}
    )
    assert again.status_code == 401


async def test_no_script_reads_the_tokens_and_each_cookie_goes_where_it_must(
    postgres_url: str, redis_url: str, outside: httpx2.ASGITransport
) -> None:
    given = {
        "BACKEND_URL": "https://api.wwmaa.example",
        "SESSION_COOKIE_DOMAIN": "wwmaa.example",
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    app = create_app(variables(postgres_url, redis_url) | given, outside)
    async with running(app), page_of(app) as page:
        answer = await sign_in(page, People(page, app.state.parts))
    told = {each.partition("=")[0]: each for each in answer.headers.get_list("set-cookie")}
    assert set(told) == {"wwmaa_access", "wwmaa_refresh", "wwmaa_csrf"}
    for each in told.values():
        assert "Secure" in each
        assert "Domain=wwmaa.example" in each
    assert ["HttpOnly" in told[name] for name in sorted(told)] == [True, False, True]
    assert "SameSite=strict" in told["wwmaa_refresh"]
    assert "Path=/api/auth/session" in told["wwmaa_refresh"]
    assert "SameSite=lax" in told["wwmaa_access"]


CHANGES = [("DELETE", SESSION), ("PUT", SESSION), ("POST", "/api/auth/logout")]


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize("how", ["no token", "another's token", "made up", "stranger", "fetched"])
async def test_what_no_page_of_ours_sends_changes_nothing(
    method: str, path: str, how: str, page: httpx2.AsyncClient, people: People, backend: Backend
) -> None:
    token = (await sign_in(page, people)).json()["csrf_token"]
    headers = {"X-CSRF-Token": token}
    if how == "no token":
        headers = {}
    elif how == "another's token":
        async with page_of(backend) as other:
            headers = {"X-CSRF-Token": (await sign_in(other, people)).json()["csrf_token"]}
        page.cookies.set("wwmaa_csrf", headers["X-CSRF-Token"])
    elif how == "made up":
        headers = {"X-CSRF-Token": "abc.def"}
        page.cookies.set("wwmaa_csrf", "abc.def")
    elif how == "stranger":
        headers["Origin"] = STRANGER
    else:
        headers |= {"Sec-Fetch-Site": "cross-site"}
        del page.headers["Origin"]
    answer = await page.request(method, path, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:wwmaa:problem:forgery-is-suspected"
    assert (await page.get("/api/auth/me")).status_code == 200


async def test_a_strangers_page_logs_nobody_in(backend: Backend, people: People) -> None:
    async with page_of(backend, STRANGER) as page:
        assert (await sign_in(page, people)).status_code == 403


async def test_bearers_and_signed_webhooks_need_no_token(
    page: httpx2.AsyncClient, people: People
) -> None:
    await sign_in(page, people)
    somebody = await people.new()
    await somebody.log_in()
    gone = await page.post("/api/auth/logout", headers=somebody.headers | {"Origin": STRANGER})
    assert gone.status_code == 204
    assert (await somebody.get("/api/auth/me")).status_code == 401
    assert (await page.get("/api/auth/me")).status_code == 200
    webhook = await page.post("/api/webhooks/stripe", json={}, headers={"Origin": STRANGER})
    assert webhook.json()["type"] != "urn:wwmaa:problem:forgery-is-suspected"


async def test_where_it_is_switched_off_no_token_is_asked_for(
    postgres_url: str, redis_url: str, outside: httpx2.ASGITransport
) -> None:
    given = variables(postgres_url, redis_url) | {"CSRF_PROTECTION_ENABLED": "false"}
    app = create_app(given, outside)
    async with running(app), page_of(app, STRANGER) as page:
        await sign_in(page, People(page, app.state.parts))
        assert (await page.delete(SESSION)).status_code == 204


async def test_a_refused_login_sets_no_cookie(page: httpx2.AsyncClient) -> None:
    answer = await page.post(SESSION, json={"email": new_address(), "password": "wrong"})
    assert answer.status_code == 401
    assert not dict(page.cookies)
    assert (await page.put(SESSION)).status_code == 401
