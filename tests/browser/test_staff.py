"""Staff write articles, teach live, care for accounts and read what was done, without a script."""

from datetime import timedelta

from playwright.sync_api import FilePayload, Page, expect

from backend.clock import now
from tests.browser.conftest import Visit
from tests.browser.pages import ADMIN, Site

TEACHER = "instructor@staging.wwmaa.example"
SOON = f"{now() + timedelta(minutes=5):%Y-%m-%dT%H:%M}"


def press(page: Page, name: str) -> None:
    """Press a button of the page itself."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def says(page: Page, text: str) -> None:
    """See that the page says so."""
    expect(page.get_by_role("main").get_by_text(text).first).to_be_visible()


def test_an_instructor_writes_an_article_and_teaches_a_session(visit: Visit, site: Site) -> None:
    page = visit(script=False)
    site.log_in(page, TEACHER)
    page.goto("/staff/journal/new")
    page.get_by_label("Title").fill("Sit, then stand")
    page.get_by_label("Text").fill("Sit <b>down</b>.")
    press(page, "Keep as a draft")
    says(page, "HTML and links that run are not taken")
    page.get_by_label("Text").fill("Sit **down**.")
    press(page, "Keep as a draft")
    says(page, "only you and the board see it")
    press(page, "Publish it")
    page.get_by_role("link", name="See it as others do").click()
    expect(page.locator(".article strong")).to_have_text("down")

    page.goto("/staff/training/new")
    page.get_by_label("Title").fill("Slow kata")
    page.get_by_label("Begins").fill(SOON)
    press(page, "Put it on the schedule")
    page.get_by_label("Minutes").fill("45")
    press(page, "Save")
    says(page, "Saved.")
    press(page, "Go live")
    says(page, "rtmps://")
    press(page, "End the session")
    says(page, "Over")


def test_an_admin_finds_somebody_suspends_and_restores_them_and_reads_of_it(
    visit: Visit, site: Site
) -> None:
    page = visit(script=False)
    site.log_in(page, ADMIN)
    page.goto("/staff/members")
    page.get_by_role("main").get_by_role("searchbox").fill("petra novo")
    press(page, "Search")
    page.get_by_role("link", name="Petra Novosadova").click()
    page.get_by_text("Suspend the account").click()
    page.get_by_label("Why").fill("You asked us to.")
    press(page, "Suspend it")
    says(page, "Suspended")
    press(page, "Let them log in again")
    says(page, "Active")
    page.get_by_role("link", name="What was done with it").click()
    says(page, "The log is whole")
    rows = page.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("restored")
    expect(rows.nth(2)).to_contain_text("suspended")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a table").click()
    assert "suspended" in saved.value.path().read_text()


def test_an_admin_sees_figures_keeps_the_library_and_changes_the_settings(
    visit: Visit, site: Site
) -> None:
    page = visit(script=False)
    site.log_in(page, ADMIN)
    page.goto("/staff/analytics")
    chart = page.get_by_role("figure").filter(has_text="Readers of the newsletter")
    assert chart.locator("svg rect").count() == 12
    chart.get_by_text("The numbers").click()
    expect(chart.get_by_role("row")).to_have_count(13)
    page.goto("/staff/resources/new")
    page.get_by_label("Title").fill("Ten throws")
    press(page, "Go on to its file")
    throws = FilePayload(name="throws.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4 throws")
    page.get_by_label("A file").set_input_files(throws)
    press(page, "Put it there")
    press(page, "Publish it")
    with page.expect_download() as saved:
        page.get_by_role("link", name="throws.pdf").click()
    assert saved.value.path().read_bytes() == b"%PDF-1.4 throws"
    page.goto("/staff/resources")
    row = page.get_by_role("main").get_by_role("listitem").filter(has_text="Ten throws").first
    expect(row).to_contain_text("Published")
    page.goto("/staff/settings")
    days = page.get_by_label("Days until somebody may apply again")
    before = days.input_value()
    for told in ("45", before):
        days.fill(told)
        press(page, "Save")
        says(page, "Saved.")
        expect(days).to_have_value(told)
