"""A reader asks for the newsletter, says what it is to be about, and leaves it, by mail."""

import secrets

from playwright.sync_api import expect

from tests.browser.conftest import Mail, Visit


def test_a_reader_comes_chooses_and_goes_where_no_script_runs(visit: Visit, mail: Mail) -> None:
    page = visit(script=False)
    address = f"reader+{secrets.token_hex(6)}@readers.staging.wwmaa.example"
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Newsletter").click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("The association").uncheck()
    page.get_by_label("Write to me.").check()
    page.get_by_role("button", name="Send it to me").click()
    expect(page.get_by_role("heading", name="Look into your inbox")).to_be_visible()
    page.goto(mail(address, "/newsletter/confirm")["links"][0])
    page.get_by_role("button", name="Yes, write to me").click()
    expect(page.get_by_role("heading", name="You are on the list")).to_be_visible()

    link = mail(address, "/newsletter/preferences")["links"][0]
    page.goto(link)
    expect(page.get_by_text(address)).to_be_visible()
    expect(page.get_by_label("The association")).not_to_be_checked()
    page.get_by_label("Events").uncheck()
    page.get_by_role("button", name="Keep my choice").click()
    expect(page.get_by_text("Your choice is kept.")).to_be_visible()
    expect(page.get_by_label("Events")).not_to_be_checked()
    expect(page.get_by_label("Live training")).to_be_checked()
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_text("No more letters come to this address.")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("link", name="Ask for it again")).to_be_visible()


def test_a_link_that_was_cut_off_leads_to_a_way_on(visit: Visit) -> None:
    page = visit(script=False)
    page.goto("/newsletter/preferences?token=x")
    expect(page.get_by_role("alert").first).to_contain_text("Take it whole from the mail")
    page.get_by_role("main").get_by_role("link", name="The newsletter").click()
    expect(page.get_by_role("heading", name="The newsletter")).to_be_visible()
