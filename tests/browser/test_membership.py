"""A member begins to pay for a membership, and sees how theirs stands, where no script runs."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.pages import MEMBER, Site


def test_who_is_approved_is_led_to_the_page_for_paying(visit: Visit, site: Site) -> None:
    page = visit(script=False)
    site.log_in(page, "member.canceled@staging.wwmaa.example")
    page.goto("/membership")
    page.get_by_role("button", name="Pay for Premium").click()
    page.get_by_role("link", name="Go on at Stripe").click()
    assert page.url.startswith(site.sandboxes)
    expect(page.get_by_text("$149").first).to_be_visible()


def test_a_member_sees_how_the_membership_stands_and_a_visitor_applies_first(
    visit: Visit, site: Site
) -> None:
    page, visitor = visit(script=False), visit(script=False)
    site.log_in(page, MEMBER)
    page.goto("/membership")
    expect(page.get_by_role("heading", name="Your membership")).to_be_visible()
    expect(page.get_by_text("This is yours.")).to_have_count(1)
    page.goto("/membership?paid=yes")
    expect(page.get_by_role("status").filter(has_text="Thank you")).to_be_visible()
    site.log_in(visitor, "visitor@staging.wwmaa.example")
    visitor.goto("/membership")
    visitor.get_by_role("link", name="Apply for it").first.click()
    assert visitor.url == f"{site.url}/application"
