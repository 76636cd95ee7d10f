"""People get in and out: with scripts and without, by keyboard alone, and with a mail's link."""

import secrets

from playwright.sync_api import Page, expect

from tests.browser.conftest import Mail, Visit
from tests.browser.pages import MEMBER, Site


def test_a_member_logs_in_and_out_where_no_script_runs(visit: Visit, site: Site) -> None:
    page = visit(script=False)
    page.goto("/profile")
    assert page.url == f"{site.url}/login?next=%2Fprofile"
    page.get_by_label("E-mail address").fill(MEMBER)
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    assert page.url == f"{site.url}/profile"
    expect(page.get_by_role("main").get_by_text("Priya Venkatagiri")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Log out", exact=True).click()
    assert page.url == f"{site.url}/"
    page.goto("/dashboard")
    assert "/login" in page.url


def test_a_member_logs_in_by_keyboard_alone(page: Page, site: Site) -> None:
    page.goto("/login")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(MEMBER)
    page.keyboard.press("Tab")
    page.keyboard.type(site.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard")
    expect(page.get_by_role("heading", name="Good to see you, Priya")).to_be_visible()


def test_a_wrong_password_is_said_in_the_services_words_and_the_address_stays(page: Page) -> None:
    page.goto("/login")
    address = f"nobody+{secrets.token_hex(4)}@members.staging.wwmaa.example"
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill("not the right one")
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("password")
    expect(page.get_by_label("E-mail address")).to_have_value(address)
    expect(page.get_by_label("Password")).to_have_value("")


def open_account(page: Page, mail: Mail) -> tuple[str, str]:
    """Register, and open the account with the link in the mail; the address and the password."""
    password = secrets.token_urlsafe(16)
    address = f"new+{secrets.token_hex(6)}@members.staging.wwmaa.example"
    page.goto("/register")
    page.get_by_label("Your name").fill("Nia Newcomer")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_label("I accept the terms").check()
    page.get_by_role("main").get_by_role("button", name="Open my account").click()
    expect(page.get_by_role("heading", name="Look into your inbox")).to_be_visible()
    page.goto(next(link for link in mail(address)["links"] if "/verify-email?token=" in link))
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    return address, password


def test_a_visitor_registers_and_opens_the_account_with_the_link_in_the_mail(
    visit: Visit, site: Site, mail: Mail
) -> None:
    page = visit(script=False)
    address, password = open_account(page, mail)
    site.log_in(page, address, password)
    expect(page.get_by_role("heading", name="Good to see you, Nia")).to_be_visible()


def test_a_common_password_is_refused_before_there_is_an_account(visit: Visit) -> None:
    page = visit(script=False)
    page.goto("/register")
    page.get_by_label("Your name").fill("Nia Newcomer")
    page.get_by_label("E-mail address").fill("nia@members.staging.wwmaa.example")
    page.get_by_label("Password").fill("1234567890")
    page.get_by_label("I accept the terms").check()
    page.get_by_role("main").get_by_role("button", name="Open my account").click()
    expect(page.get_by_role("alert")).to_contain_text("guessed first")
    expect(page.get_by_label("Your name")).to_have_value("Nia Newcomer")


def test_somebody_becomes_a_persona_with_one_click_on_the_ribbon(visit: Visit, site: Site) -> None:
    page = visit(script=False)
    page.goto("/events")
    ribbon = page.get_by_role("complementary", name="staging")
    expect(ribbon.get_by_text("STAGING", exact=True)).to_be_visible()
    expect(ribbon.get_by_text("local-")).to_be_visible()
    inbox = ribbon.get_by_role("link", name="Inbox")
    assert inbox.get_attribute("href") == f"{site.sandboxes}/_sandbox/inbox"
    ribbon.get_by_text("Be somebody").click()
    ribbon.get_by_role("button", name="Ingrid Tveitvik").click()
    assert page.url == f"{site.url}/events"
    page.goto("/profile")
    expect(page.get_by_role("main").get_by_text("Member of the board")).to_be_visible()


def test_who_forgot_the_password_chooses_a_new_one_and_is_logged_out_elsewhere(
    visit: Visit, site: Site, mail: Mail
) -> None:
    elsewhere, page = visit(script=False), visit(script=False)
    address, password = open_account(elsewhere, mail)
    site.log_in(elsewhere, address, password)
    page.goto("/login")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_text("a link is on its way")).to_be_visible()
    page.goto(next(link for link in mail(address, "reset")["links"] if "/reset-password?" in link))
    new = secrets.token_urlsafe(16)
    page.get_by_label("Password").fill(new)
    page.get_by_role("button", name="Keep this password").click()
    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    elsewhere.goto("/dashboard")
    assert "/login" in elsewhere.url
    site.log_in(page, address, new)


def test_a_member_sees_the_sessions_and_ends_one_that_is_elsewhere(
    visit: Visit, site: Site
) -> None:
    address = "member.trialing@staging.wwmaa.example"
    elsewhere, page = visit(script=False), visit(script=False)
    for each in (elsewhere, page):
        site.log_in(each, address)
    page.goto("/profile")
    rows = page.locator(".lights li")
    before = rows.count()
    expect(rows.filter(has_text="this device")).to_have_count(1)
    expect(rows.first).to_contain_text("Chrome")
    page.get_by_role("main").get_by_role("button", name="Log out everywhere else").click()
    expect(rows).to_have_count(1)
    assert before > 1
    elsewhere.goto("/dashboard")
    assert "/login" in elsewhere.url
