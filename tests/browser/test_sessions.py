"""Sessions live in cookies that no script reads, renew themselves, and end everywhere."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
from playwright.sync_api import Page, expect

from tests.browser.pages import Site

WHO = "Good to see you, Priya"


def cookies(page: Page) -> dict[str, str]:
    """The cookies of a session by what they are for, whatever the port in their names."""
    return {
        it["name"].split("-")[1]: it["value"] for it in page.context.cookies() if "theme" not in it
    }


def forget(page: Page, what: str) -> None:
    """Lose one of them."""
    name = next(it["name"] for it in page.context.cookies() if f"-{what}-" in it["name"])
    page.context.clear_cookies(name=name)


def test_no_script_reads_a_session_and_no_other_site_sends_it(page: Page, site: Site) -> None:
    site.log_in(page)
    kept = page.context.cookies()
    assert {it["name"].split("-")[1] for it in kept} == {"access", "refresh"}
    assert all(it["httpOnly"] and it["sameSite"] == "Lax" and it["path"] == "/" for it in kept)
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})") == "{}"


def test_a_session_whose_access_has_run_out_goes_on_unnoticed(page: Page, site: Site) -> None:
    site.log_in(page)
    before = cookies(page)
    forget(page, "access")
    page.goto("/dashboard")
    expect(page.get_by_role("heading", name=WHO)).to_be_visible()
    # Two access tokens of one second are alike; a refresh token is another one each time.
    assert cookies(page)["refresh"] != before["refresh"]
    assert cookies(page)["access"]


def test_many_requests_at_once_renew_a_session_once(page: Page, site: Site) -> None:
    site.log_in(page)
    name = next(it["name"] for it in page.context.cookies() if "-refresh" in it["name"])
    held = {name: cookies(page)["refresh"]}

    def ask(_: int) -> tuple[int, str]:
        answer = httpx2.get(f"{site.url}/dashboard", cookies=held, trust_env=False, timeout=30)
        return answer.status_code, answer.headers["set-cookie"].partition(f"{name}=")[2][:60]

    with ThreadPoolExecutor(8) as pool:
        seen = set(pool.map(ask, range(8)))
    assert len(seen) == 1
    assert next(iter(seen))[0] == 200


def test_an_access_that_the_service_no_longer_takes_is_renewed(page: Page, site: Site) -> None:
    site.log_in(page)
    name = next(it["name"] for it in page.context.cookies() if "-access-" in it["name"])
    page.context.add_cookies([{"name": name, "value": "stale", "url": site.url}])
    page.goto("/profile")
    assert page.url == f"{site.url}/profile"
    expect(page.get_by_role("main").get_by_text("Priya Venkatagiri")).to_be_visible()


def test_a_session_that_was_ended_elsewhere_is_over_here(page: Page, site: Site) -> None:
    site.log_in(page)
    kept = page.context.cookies()
    page.get_by_role("banner").get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{site.url}/")
    page.context.add_cookies(kept)  # type: ignore[arg-type]
    page.goto("/dashboard")
    assert "/login" in page.url
    assert not cookies(page)


def test_no_link_leads_away_after_the_login(page: Page, site: Site) -> None:
    for next_ in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        page.context.clear_cookies()
        page.goto("/login?next=" + next_)
        page.get_by_label("E-mail address").fill("member.basic@staging.wwmaa.example")
        page.get_by_label("Password").fill(site.password)
        page.get_by_role("main").get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{site.url}/dashboard")


def test_a_form_that_another_site_sends_is_refused(page: Page, site: Site) -> None:
    page.goto("/login")
    fields = {
        str(it.get_attribute("name")): str(it.get_attribute("value") or "")
        for it in page.locator("main form input").all()
    }
    known = {"email": "member.basic@staging.wwmaa.example", "password": site.password}
    sent = {name: (None, value) for name, value in {**fields, **known}.items()}
    for origin, is_let_in in ((site.url, True), ("https://evil.example", False)):
        answer = httpx2.post(
            f"{site.url}/login", files=sent, headers={"origin": origin}, trust_env=False
        )
        assert ("set-cookie" in answer.headers and answer.status_code == 303) is is_let_in
