"""People register for training, are in the room while it is on air, and watch what was recorded."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Until, Visit
from tests.browser.lessons import TITLE, Lesson
from tests.browser.pages import Site

STANDARD = "member.standard@staging.wwmaa.example"
PLAYS = "seconds => document.querySelector('video').currentTime > seconds"
WITHOUT_HLS = "HTMLMediaElement.prototype.canPlayType = () => ''"
"""A browser that can not play HLS by itself, such as Firefox."""


@pytest.fixture(scope="module")
def recorded(site: Site) -> Iterator[Lesson]:
    """A session that was on air; some seconds pass until its recording is there."""
    with Lesson(site) as lesson:
        lesson.begin()
        lesson.end()
        yield lesson


def play(page: Page, beyond: float) -> None:
    """Let the video play until it is beyond a moment."""
    page.evaluate("() => Object.assign(document.querySelector('video'), {muted: true}).play()")
    page.wait_for_function(PLAYS, arg=beyond, timeout=60_000)


def test_a_member_is_reminded_of_a_session_or_not_where_no_script_runs(
    visit: Visit, site: Site, recorded: Lesson
) -> None:
    page = visit(script=False)
    page.goto("/training")
    page.get_by_role("link", name="Your First Hour on the Mat").click()
    page.get_by_role("main").get_by_role("link", name="Log in").click()
    page.get_by_label("E-mail address").fill(STANDARD)
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_text("The room opens on")).to_be_visible()
    page.get_by_role("button", name="Remind me").click()
    expect(page.get_by_text("You are registered.")).to_be_visible()
    page.get_by_role("button", name="I can not come").click()
    expect(page.get_by_role("button", name="Remind me")).to_be_visible()


def test_a_member_sees_what_is_on_air_and_leaves(page: Page, site: Site, recorded: Lesson) -> None:
    site.log_in(page, STANDARD)
    with Lesson(site) as lesson:
        page.goto(lesson.path)
        page.get_by_role("button", name="Go in").click()
        page.wait_for_url("**/room")
        expect(page.get_by_text("Nothing is on air yet.")).to_be_visible()
        lesson.begin()
        page.reload()
        play(page, beyond=0)
        expect(page.get_by_text("Nothing is on air yet.")).to_be_hidden()
        page.get_by_role("button", name="Leave the room").click()
        page.wait_for_url(f"**{lesson.path}")
        expect(page.get_by_text("Live now")).to_be_visible()
        page.goto(f"{lesson.path}/room")
        assert page.url == f"{site.url}{lesson.path}"
        lesson.end()
        page.reload()
        expect(page.get_by_text("You were there for")).to_be_visible()


@pytest.mark.parametrize("browser_of", ["", WITHOUT_HLS], ids=["plays-hls", "does-not"])
def test_a_recording_goes_on_where_its_viewer_was_and_keeps_bookmarks(
    page: Page,
    site: Site,
    recorded: Lesson,
    until: Until,
    browser_of: str,
) -> None:
    page.add_init_script(browser_of)
    until(recorded.is_recorded)
    site.log_in(page, STANDARD)
    page.goto(recorded.path)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    play(page, beyond=2.5)
    page.evaluate("document.querySelector('video').pause()")
    page.get_by_label("Moment").fill("0:04")
    page.get_by_label("A note").fill("The turn of the hip")
    page.get_by_role("button", name="Mark it").click()
    mark = page.locator(".marks li")
    expect(mark).to_contain_text("The turn of the hip")
    page.reload()
    page.wait_for_function(PLAYS, arg=1.5)
    mark.get_by_role("button", name="0:04").click()
    page.wait_for_function(PLAYS, arg=3.5)
    mark.get_by_role("button", name="Remove").click()
    expect(mark).to_have_count(0)
