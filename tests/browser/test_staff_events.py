"""Staff plan events, publish them, repeat them, call them off, and let people in at the door."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from backend.clock import now
from tests.browser.conftest import Visit
from tests.browser.pages import Site

TEACHER = "instructor@staging.wwmaa.example"
BOARD = "board.one@staging.wwmaa.example"
STANDARD = "member.standard@staging.wwmaa.example"
SOON = f"{now() + timedelta(days=40):%Y-%m-%d}"

READS_CODES = """
window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(['qr_code']) }
  detect(video) { return Promise.resolve(video.videoWidth ? [{ rawValue: 'a code' }] : []) }
}
"""
"""What phones can and this Chromium can not: it stands for their reading, and for nothing else."""


def planned(page: Page, title: str) -> str:
    """The path of an event that somebody of the staff makes and publishes."""
    page.goto("/staff/events")
    page.get_by_role("link", name="New event").click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Begins").fill(f"{SOON}T18:00")
    page.get_by_label("Ends").fill(f"{SOON}T20:00")
    page.get_by_label("Time zone").fill("Europe/Lisbon")
    page.get_by_label("Where").fill("Porto")
    page.get_by_label("Places").fill("5")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()
    expect(page.get_by_label("Begins")).to_have_value(f"{SOON}T18:00")
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("Published", exact=True)).to_be_visible()
    return page.url


def test_an_instructor_plans_changes_repeats_and_calls_off_where_no_script_runs(
    visit: Visit, site: Site
) -> None:
    page = visit(script=False)
    site.log_in(page, TEACHER)
    page.goto("/dashboard")
    page.get_by_role("main").get_by_role("link", name="For staff").click()
    around = page.get_by_role("navigation", name="For staff")
    expect(around.get_by_role("link", name="Events")).to_be_visible()
    expect(around.get_by_role("link", name="Applications")).to_have_count(0)
    event = planned(page, "Ukemi in the evening")
    page.get_by_label("Ends").fill(f"{SOON}T17:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("ends after it starts")
    page.get_by_label("Ends").fill(f"{SOON}T21:30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("Saved.")
    expect(page.get_by_label("Ends")).to_have_value(f"{SOON}T21:30")
    page.get_by_text("Repeat it").click()
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_text("Draft", exact=True)).to_be_visible()
    assert page.url != event
    page.goto(event)
    page.get_by_text("Call it off").first.click()
    page.get_by_label("Why").fill("The hall is flooded.")
    page.get_by_role("button", name="Call it off and tell everybody").click()
    expect(page.get_by_text("The hall is flooded.")).to_be_visible()
    assert not page.get_by_role("button", name="Save").count()


def test_who_has_a_ticket_is_let_in_once_where_no_script_runs(visit: Visit, site: Site) -> None:
    door, guest = visit(script=False), visit(script=False)
    site.log_in(door, BOARD)
    event = planned(door, "Open mat by the river")
    site.log_in(guest, STANDARD)
    guest.goto(event.replace("/staff", ""))
    guest.get_by_role("button", name="Take a seat").click()
    guest.get_by_role("link", name="Ticket to print").click()
    code = guest.locator("p.code").inner_text()

    door.goto(f"{event}/check-in")
    for typed, said in ((code, "is let in"), (code, "was used"), ("none", "none of ours")):
        door.get_by_label("The code of the ticket").fill(typed)
        door.get_by_role("button", name="Let in").click()
        expect(door.get_by_role("main").get_by_text(said)).to_be_visible()
    expect(door.get_by_text("1 of 1 are there.")).to_be_visible()
    phone = visit()
    phone.context.add_cookies(door.context.cookies())  # type: ignore[arg-type]
    phone.add_init_script(READS_CODES)
    phone.goto(f"{event}/check-in")
    phone.get_by_role("button", name="Read codes with the camera").click()
    expect(phone.get_by_role("main").get_by_text("none of ours")).to_be_visible()
    door.goto(f"{event}/attendees")
    expect(door.get_by_role("row").filter(has_text=STANDARD)).to_contain_text("Confirmed")
    with door.expect_download() as saved:
        door.get_by_role("link", name="Save as a table").click()
    assert STANDARD in saved.value.path().read_text()


def test_who_is_not_of_the_staff_sees_nothing_of_theirs(visit: Visit, site: Site) -> None:
    page = visit(script=False)
    site.log_in(page, STANDARD)
    expect(page.get_by_role("link", name="Staff")).to_have_count(0)
    for path in ("/staff", "/staff/events", "/board/applications"):
        page.goto(path)
        expect(page.get_by_role("main").get_by_role("alert")).to_contain_text("are not yours")
    answer = page.request.get("/staff/events/some/attendees.csv")
    assert answer.status == 403
