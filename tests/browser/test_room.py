"""A member and an instructor in one room talk, raise hands and react, and one of them moderates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import axe
from tests.browser.conftest import Visit
from tests.browser.lessons import Lesson
from tests.browser.looking import AXE, RULES
from tests.browser.pages import Site

MEMBER = "member.standard@staging.wwmaa.example"
TEACHER = "instructor@staging.wwmaa.example"
TEXT = 'Osu! Is the heel <b>always</b> down?\n"Always."'


@dataclass(frozen=True)
class Guest:
    """Somebody in the room, and what they see."""

    page: Page
    complaints: list[str]

    @property
    def log(self) -> Locator:
        """What is said."""
        return self.page.get_by_role("log")

    @property
    def box(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_label("Write to everybody")

    def sees(self, text: str) -> None:
        """Wait for a text in the room."""
        expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()

    def presses(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name).click()

    def says(self, text: str) -> None:
        """Say something by the keyboard alone, and wait until it was heard."""
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.box).to_have_value("")


@pytest.fixture(scope="module")
def lesson(site: Site) -> Iterator[Lesson]:
    """A session whose room is open."""
    with Lesson(site) as lesson:
        yield lesson


@pytest.fixture(scope="module")
def member(browser: Browser, site: Site, lesson: Lesson) -> Iterator[Guest]:
    """A member who is in the room."""
    with site.context(browser) as context:
        yield inside(context.new_page(), site, lesson, MEMBER)


@pytest.fixture(scope="module")
def teacher(browser: Browser, site: Site, lesson: Lesson) -> Iterator[Guest]:
    """The instructor, who is in the room."""
    with site.context(browser) as context:
        yield inside(context.new_page(), site, lesson, TEACHER)


def inside(page: Page, site: Site, lesson: Lesson, who: str) -> Guest:
    """Log in and go in; whatever the browser complains of is kept."""
    guest = Guest(page, [])
    page.on("console", lambda it: guest.complaints.append(it.text) if it.type == "error" else None)
    page.on("pageerror", lambda it: guest.complaints.append(str(it)))
    site.log_in(page, who)
    page.goto(lesson.path)
    guest.presses("Go in")
    page.wait_for_url("**/room")
    guest.sees("Connected")
    return guest


def test_what_one_says_the_other_reads_and_hands_and_reactions_are_seen(
    member: Guest, teacher: Guest, visit: Visit, lesson: Lesson
) -> None:
    member.says(TEXT)
    expect(teacher.log.locator(".said-text")).to_have_text(TEXT)
    assert teacher.log.locator(".said-text b").count() == 0
    member.presses("Raise my hand")
    hands = teacher.page.get_by_role("region", name="Hands")
    expect(hands.get_by_role("listitem")).to_contain_text("Stefan")
    teacher.presses("Take down: Stefan")
    expect(hands).to_contain_text("No hand is up.")
    expect(member.page.get_by_role("button", name="Raise my hand")).to_be_visible()
    for _ in range(2):
        member.presses("Applause")
    expect(teacher.page.get_by_role("button", name="Applause")).to_contain_text("2")
    for guest in (member, teacher):
        guest.page.evaluate(axe())
        for theme in ("light", "dark"):
            guest.page.evaluate("(it) => { document.documentElement.dataset.theme = it }", theme)
            assert guest.page.evaluate(AXE, RULES) == []
        assert guest.complaints == []
    plain = visit(script=False)
    plain.context.add_cookies(member.page.context.cookies())  # type: ignore[arg-type]
    plain.goto(f"{lesson.path}/room")
    expect(plain.locator(".said-text")).to_have_text(TEXT)
    assert "writing, hands and reactions need scripts" in plain.locator("noscript").inner_text()
    expect(plain.get_by_label("Write to everybody")).to_be_hidden()
    expect(plain.get_by_role("button", name="Raise my hand")).to_be_hidden()


def test_the_instructor_removes_a_message_and_mutes_and_somebody_quick_is_told_to_wait(
    member: Guest, teacher: Guest
) -> None:
    member.says("Something unkind.")
    teacher.page.get_by_label("What to do about what Stefan").last.click()
    teacher.presses("Remove it")
    for guest in (member, teacher):
        expect(guest.log.get_by_text("Something unkind.")).to_have_count(0)
    member.says("And again.")
    teacher.page.get_by_label("What to do about what Stefan").last.click()
    teacher.presses("Mute for 10 min")
    member.sees("You are muted for now.")
    member.box.fill("I will be heard!")
    member.box.press("Enter")
    member.sees("You may say nothing in this chat for now.")
    expect(member.box).to_have_value("I will be heard!")
    teacher.presses("Let them speak: Stefan")
    for n in range(5):
        member.box.fill(f"Sorry, {n}.")
        member.box.press("Enter")
        quick = member.page.get_by_text(re.compile(r"That was quick. Go on in \d+ s."))
        expect(member.log.get_by_text(f"Sorry, {n}.").or_(quick).first).to_be_visible()
    expect(quick).to_be_visible()
    expect(member.box).to_have_value("Sorry, 4.")


def test_a_lost_connection_comes_back_with_what_was_said_meanwhile_and_ends_with_the_session(
    member: Guest, teacher: Guest, lesson: Lesson
) -> None:
    member.box.fill("What I began to write")
    member.page.context.set_offline(True)
    member.sees("What you write is kept here.")
    teacher.says("Said meanwhile.")
    expect(member.log.get_by_text("Said meanwhile.")).to_have_count(0)
    member.page.context.set_offline(False)
    member.sees("Connected")
    member.sees("Said meanwhile.")
    expect(member.box).to_have_value("What I began to write")
    lesson.begin()
    lesson.end()
    member.sees("The session is over.")
    expect(member.box).to_have_count(0)


def test_the_instructor_sees_who_came_and_saves_it_as_a_table(
    member: Guest, teacher: Guest, lesson: Lesson
) -> None:
    page = teacher.page
    page.goto("/staff/training")
    page.get_by_role("link", name="Who comes").click()
    row = page.get_by_role("row").filter(has=page.locator(f"a[href*='{lesson.id}']"))
    expect(row.get_by_role("cell")).to_have_text([re.compile(r"\d{4}$"), "0", "1", "1", "0"])
    row.get_by_role("link").click()
    expect(page.get_by_role("rowheader")).to_have_text(["Stefan Birkenhof"])
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a table").click()
    assert "Stefan Birkenhof" in saved.value.path().read_text()
