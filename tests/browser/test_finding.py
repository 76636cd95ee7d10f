"""People find articles, training and each other, fetch from the library, and write to us."""

import secrets

import httpx2
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.pages import ADMIN, MEMBER, Site
from tests.browser.things import put_into_library


def ask(page: Page, question: str) -> None:
    """Ask the search."""
    page.goto("/search")
    page.get_by_role("searchbox").fill(question)
    page.get_by_role("main").get_by_role("button", name="Search").click()


def test_a_visitor_finds_people_asks_on_and_says_that_it_helped_where_no_script_runs(
    visit: Visit,
) -> None:
    page = visit(script=False)
    ask(page, "how do I fall safely")
    expect(page.get_by_role("status").first).to_contain_text("answers to")
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("It is counted without your name.")).to_be_visible()
    near = page.get_by_role("paragraph").filter(has_text="Near to it").get_by_role("link").first
    question = near.inner_text()
    near.click()
    expect(page.get_by_role("searchbox")).to_have_value(question)
    ask(page, "judo")
    page.get_by_role("navigation", name="What").get_by_role("link", name="People").click()
    found = page.get_by_role("main").get_by_role("listitem")
    expect(found.first).to_contain_text("Person")
    name = found.first.get_by_role("heading").inner_text()
    found.first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_who_may_fetches_from_the_library_where_no_script_runs(visit: Visit, site: Site) -> None:
    title = f"Ten throws {secrets.token_hex(3)}"
    put_into_library(site, title, access="members_only")
    page = visit(script=False)
    page.goto("/resources")
    expect(page.get_by_text("More lies there for members.")).to_be_visible()
    expect(page.get_by_role("heading", name=title)).to_have_count(0)
    site.log_in(page, MEMBER)
    page.goto("/resources?kind=document")
    with page.expect_download() as saved:
        page.get_by_role("link", name=f"Save {title}").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF-")
    assert saved.value.suggested_filename == "throws.pdf"
    page.goto("/resources?kind=slides")
    expect(page.get_by_role("link", name="Show everything")).to_be_visible()


def test_a_visitor_writes_to_the_association_where_no_script_runs(visit: Visit, site: Site) -> None:
    page = visit(script=False)
    page.goto("/contact")
    contact = page.get_by_role("main").locator("a[href^=mailto]").first.inner_text()
    word = secrets.token_hex(8)
    page.get_by_label("Your name").fill("Ama Owusu")
    page.get_by_label("Your e-mail address").fill("ama@readers.staging.wwmaa.example")
    page.get_by_label("What you would like to say").fill(f"Is there a class on Sundays? {word}")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    for _ in range(100):
        inbox = f"{site.sandboxes}/_sandbox/inbox.json"
        mails = httpx2.get(inbox, params={"to": contact}, trust_env=False).json()
        if any(word in it["text"] for it in mails):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the association got no mail")


def test_an_admin_looks_an_address_up_and_removes_it_where_no_script_runs(
    visit: Visit, site: Site
) -> None:
    address = f"reader+{secrets.token_hex(6)}@readers.staging.wwmaa.example"
    told = {"email": address, "consent": True}
    asked = httpx2.post(f"{site.api}/api/newsletter/subscribe", json=told, trust_env=False)
    assert asked.is_success
    page = visit(script=False)
    site.log_in(page, ADMIN)
    page.goto("/staff/newsletter")
    main = page.get_by_role("main")
    expect(main.get_by_text("Not confirmed").first).to_be_visible()
    main.get_by_role("searchbox").fill(address)
    main.get_by_role("button", name="Search").click()
    row = main.get_by_role("row").filter(has_text=address)
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Ask again").click()
    expect(main.get_by_text("is on its way once more")).to_be_visible()
    row.get_by_text("Remove", exact=False).first.click()
    row.get_by_role("button", name="Remove it for good").click()
    expect(main.get_by_text("Nothing is kept of that address any more")).to_be_visible()
