"""What a visitor reads: events, articles and answers."""

import re
from collections.abc import Callable

import httpx2
from playwright.sync_api import Browser, Page, expect

from staging.vendors import YEARLY_CENTS
from tests.browser.conftest import Visit
from tests.browser.figures import first_visit
from tests.browser.pages import Site

HEAVIEST = 122_000
"""Bytes of script that a first visit may cost: what React and Next.js need, and a little more."""


def test_a_visitor_filters_events_and_reads_one_where_no_script_runs(visit: Visit) -> None:
    page = visit(script=False)
    page.goto("/events")
    everything = page.locator(".date-row").count()
    page.get_by_role("main").get_by_role("link", name="Tournament").click()
    kinds = page.locator(".date-row .meta").all_inner_texts()
    assert 0 < len(kinds) < everything * 2
    assert {text.split(" · ")[0] for text in kinds if " · " in text} == {"Tournament"}
    page.get_by_role("main").get_by_role("link", name="Past").click()
    title = page.locator(".date-row a").first.inner_text()
    page.locator(".date-row a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_members_see_more_events_than_visitors(page: Page, site: Site) -> None:
    page.goto("/events")
    before = page.locator(".date-row").count()
    site.log_in(page)
    page.goto("/events")
    assert page.locator(".date-row").count() > before
    expect(page.locator(".date-row").get_by_text("Premium members").first).to_be_visible()


def test_a_visitor_asks_in_own_words_and_reads_the_answer_where_no_script_runs(
    visit: Visit,
) -> None:
    page = visit(script=False)
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("what should I eat before a tournament")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.get_by_role("status").first).to_contain_text("answers to")
    page.get_by_role("main").get_by_role("link", name="What to Eat on Tournament Day").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What to Eat on Tournament Day")
    assert page.locator(".article li").count() == 4


def test_the_prices_are_those_of_the_price_book(page: Page) -> None:
    page.goto("/membership")
    shown = page.locator(".price").all_inner_texts()
    assert [text.split()[0] for text in shown] == [f"${it // 100}" for it in YEARLY_CENTS.values()]


def test_a_visitor_who_likes_it_dark_keeps_it_so(visit: Visit) -> None:
    page = visit(script=False)
    page.goto("/about")
    page.get_by_role("contentinfo").get_by_role("button", name="Dark").click()
    assert page.url.endswith("/about")
    page.goto("/")
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_no_link_leads_to_nothing(site: Site) -> None:
    seen = set[str]()
    to_see = ["/"]
    with httpx2.Client(base_url=site.url, trust_env=False, timeout=30) as client:
        while to_see and len(seen) < 60:
            path = to_see.pop(0)
            answer = client.get(path, follow_redirects=True)
            assert answer.status_code == 200, path
            found = set(re.findall(r'<a [^>]*href="(/[^"#]*)', answer.text)) - seen
            seen |= found
            to_see += sorted(it.replace("&amp;", "&") for it in found)
    assert len(seen) > 40


def test_a_first_visit_asks_nobody_else_and_costs_no_more_script_than_it_did(
    browser: Browser, site: Site, record_property: Callable[[str, object], None]
) -> None:
    visit = first_visit(browser, site, "/")
    record_property(
        "ms to the largest paint, kB of script", [visit.largest_ms, visit.scripts // 1000]
    )
    assert 0 < visit.scripts < HEAVIEST
    assert visit.hosts == {"localhost"}
