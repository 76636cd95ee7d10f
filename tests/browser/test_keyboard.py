"""Somebody without a mouse comes to an event, applies and is voted on, and sees where they are."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.pages import Site
from tests.browser.things import application_of, done, new_account, speaking

BOARD = "board.one@staging.wwmaa.example"
WHY = "I have no mouse, and would like to be thrown by people who do not mind that at all."
FOCUSED = """
() => {
  const it = document.activeElement
  if (it === document.body) return { name: '' }
  const { outlineStyle, outlineWidth } = getComputedStyle(it)
  const { width, height, top, bottom } = it.getBoundingClientRect()
  return {
    name: (it.getAttribute('aria-label') || it.labels?.[0]?.innerText || it.innerText || '').trim(),
    isRinged: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
    isInSight: width > 0 && height > 0 && bottom > 0 && top < innerHeight,
  }
}
"""
"""What has the focus: its name, and whether one sees that it has it (WCAG 2.2: 2.4.7, 2.4.11)."""


def tab_to(page: Page, name: str) -> None:
    """Go on with the Tab key to what has this name; the focus is in sight at each stop."""
    stops = list[str]()
    for _ in range(120):
        page.keyboard.press("Tab")
        found: dict[str, Any] = page.evaluate(FOCUSED)
        stops.append(found["name"])
        if found["name"] and not (found["isRinged"] and found["isInSight"]):
            raise AssertionError(f"{page.url}: the focus on {found} is not seen")
        if found["name"].startswith(name):
            return
    raise AssertionError(f"{page.url}: no Tab leads to {name!r}, but to {stops}")


def skip(page: Page) -> None:
    """Skip what stands around the page."""
    tab_to(page, "Skip to the content")
    page.keyboard.press("Enter")


def press(page: Page, name: str) -> None:
    """Go to a link or a button, and press it."""
    tab_to(page, name)
    page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    """Go to a field, and write into it."""
    tab_to(page, name)
    page.keyboard.insert_text(text)


def log_in(page: Page, email: str, password: str) -> None:
    """Log in with no mouse."""
    page.goto("/login")
    skip(page)
    write(page, "E-mail address", email)
    write(page, "Password", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard")


def test_a_visitor_takes_a_seat_applies_and_is_voted_on_by_keyboard_alone(
    visit: Visit, site: Site
) -> None:
    page, board = visit(), visit()
    email, password = new_account(site)
    log_in(page, email, password)
    press(page, "Events")
    page.wait_for_url("**/events")
    skip(page)
    press(page, free_event(site))
    page.wait_for_url("**/events/*")
    skip(page)
    press(page, "Take a seat")
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    page.goto("/dashboard")
    skip(page)
    press(page, "Apply for membership")
    page.wait_for_url("**/application")
    skip(page)
    press(page, "Begin my application")
    expect(page.get_by_label("Years of training")).to_be_visible()
    write_application(page)
    press(page, "Hand it to the board")
    expect(page.get_by_text("Handed in", exact=True)).to_be_visible()

    log_in(board, BOARD, site.password)
    board.goto(f"/board/applications/{application_of(site, email)}")
    skip(board)
    write(board, "A note for the board", "Yes.")
    press(board, "Approve")
    expect(board.get_by_text("It takes one more member")).to_be_visible()


def write_application(page: Page) -> None:
    """All that an application asks for, in the order in which the fields stand."""
    write(page, "Years of training", "2")
    tab_to(page, "Judo")
    page.keyboard.press("Space")
    write(page, "Why do you want to join?", WHY)
    for number in (1, 2, 3):
        for what, told in (("name", "Noor"), ("e-mail", f"n{number}@x.example"), ("who", "Kin")):
            write(page, f"Reference {number}: {what}", told)


def free_event(site: Site) -> str:
    """The title of an event of the first page that everybody may come to, for nothing."""
    with speaking(site) as nobody:
        events = done(nobody.get("/api/events", params={"limit": 12}))["items"]
    free = (it for it in events if not it["price_cents"] and it["seats_left"] != 0)
    return str(next(it["title"] for it in free if it["access_type"] == "public"))
