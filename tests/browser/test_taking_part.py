"""People take seats and give them back, apply, and are decided on, with a script or without."""

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Mail, Visit
from tests.browser.pages import Site
from tests.browser.test_accounts import open_account
from tests.browser.things import application_of

STANDARD = "member.standard@staging.wwmaa.example"
WHY = "I have trained for a year with books, and would like to be thrown by people who know how."


def event_with_seats(page: Page, *, is_free: bool) -> str:
    """The address of an event at which the member may take a seat."""
    page.goto("/events")
    for link in [it.get_attribute("href") or "" for it in page.locator(".date-row a").all()]:
        page.goto(link)
        fee = page.get_by_role("term").filter(has_text="Fee").locator("+ dd").inner_text()
        if (fee == "Free") is is_free and page.get_by_role("button", name="Take a seat").count():
            return page.url
    raise AssertionError("no event has a seat")


def test_a_member_takes_a_seat_shows_the_ticket_and_gives_it_back_where_no_script_runs(
    visit: Visit, site: Site
) -> None:
    page = visit(script=False)
    site.log_in(page, STANDARD)
    event = event_with_seats(page, is_free=True)
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="Take a seat").click()
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    page.goto("/events/mine")
    row = page.get_by_role("listitem").filter(has_text=title)
    row.get_by_role("link", name="Ticket to print").click()
    code = page.get_by_role("img", name=f"The code of your ticket to {title}")
    assert code.evaluate("it => it.complete && it.naturalWidth > 100")
    page.emulate_media(media="print")
    expect(page.get_by_role("banner")).to_be_hidden()
    page.emulate_media(media="screen")
    page.goto(event)
    page.get_by_role("button", name="Give my seat back").click()
    expect(page.get_by_role("button", name="Take a seat")).to_be_visible()
    page.goto(f"{event}/ticket")
    assert page.url == event


def pay(page: Page, site: Site) -> None:
    """Fill Stripe's page in with a card, and be led back to where the payment began."""
    assert page.url.startswith(site.sandboxes)
    page.get_by_label("Card number").fill("4242 4242 4242 4242")
    page.get_by_label("Expiration").fill("12 / 34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on the card").fill("Zoë Ōta")
    page.locator("button.pay").click()
    page.wait_for_url(f"{site.url}/**")


def seen_in_the_end(page: Page, what: str) -> None:
    """Look again until a page says something that a webhook brings."""
    for _ in range(40):
        if page.get_by_text(what, exact=True).count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(f"{page.url} never said {what!r}")


def test_a_seat_that_costs_money_is_held_paid_for_at_stripe_and_given_back(
    visit: Visit, site: Site
) -> None:
    page = visit(script=False)
    site.log_in(page, STANDARD)
    event = event_with_seats(page, is_free=False)
    page.get_by_role("button", name="Take a seat").click()
    expect(page.get_by_text("Held for you", exact=True)).to_be_visible()
    page.get_by_role("link", name="Pay $").click()
    pay(page, site)
    assert page.url == f"{event}?paid=yes"
    seen_in_the_end(page, "Confirmed")
    page.goto(event)
    page.get_by_role("button", name="Give my seat back").click()
    expect(page.get_by_role("button", name="Take a seat")).to_be_visible()


def fill_in(page: Page) -> None:
    """All that an application asks for."""
    page.get_by_label("Years of training").fill("1")
    page.get_by_label("Judo").check()
    page.get_by_label("Why do you want to join?").fill(WHY)
    for number in (1, 2, 3):
        page.get_by_label(f"Reference {number}: name").fill(f"Noor Haddad {number}")
        page.get_by_label(f"Reference {number}: e-mail").fill(f"noor{number}@references.example")
        page.get_by_label(f"Reference {number}: who they are").fill("My first teacher")


def apply(page: Page) -> None:
    """From no application to one that the board has, by way of one that lacks too much."""
    page.goto("/application")
    page.get_by_role("button", name="Begin my application").click()
    page.get_by_label("Where you train").fill("Judo Club Porto")
    page.get_by_role("button", name="Hand it to the board").click()
    expect(page.get_by_role("alert")).to_contain_text("Before you submit it")
    expect(page.get_by_label("Where you train")).to_have_value("Judo Club Porto")
    page.get_by_label("A file").set_input_files(
        FilePayload(name="grade.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4 grade")
    )
    page.get_by_role("button", name="Hand it in").click()
    expect(page.get_by_text("grade.pdf")).to_be_visible()
    fill_in(page)
    page.get_by_role("button", name="Hand it to the board").click()
    expect(page.get_by_text("Handed in", exact=True)).to_be_visible()


def test_a_visitor_applies_answers_the_board_and_becomes_a_member(
    visit: Visit, site: Site, mail: Mail
) -> None:
    page, one, two = visit(script=False), visit(script=False), visit(script=False)
    address, password = open_account(page, mail)
    site.log_in(page, address, password)
    apply(page)

    theirs = f"/board/applications/{application_of(site, address)}"
    link = mail("board.one@staging.wwmaa.example", theirs)["links"][0]
    site.log_in(one, "board.one@staging.wwmaa.example")
    one.goto(link)
    expect(one.get_by_text(WHY)).to_be_visible()
    with one.expect_download() as saved:
        one.get_by_role("link", name="Save").click()
    assert saved.value.path().read_bytes() == b"%PDF-1.4 grade"
    one.get_by_text("Ask for more").click()
    one.get_by_label("What would you like to know?").fill("Who taught you to fall?")
    one.get_by_role("button", name="Ask the applicant").click()
    one.get_by_role("main").get_by_role("button", name="Approve").click()
    expect(one.get_by_text("It takes one more member")).to_be_visible()

    page.goto(mail(address, "/application")["links"][0])
    page.get_by_label("Your answer").fill("My grandmother.")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("My grandmother.")).to_be_visible()
    site.log_in(two, "board.two@staging.wwmaa.example")
    two.goto(link)
    expect(two.get_by_text("My grandmother.")).to_be_visible()
    two.get_by_role("main").get_by_role("button", name="Approve").click()
    expect(two.get_by_text("It is decided.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Welcome. You are a member")).to_be_visible()

    page.goto("/membership")
    page.get_by_role("button", name="Pay for Standard").click()
    page.get_by_role("link", name="Go on at Stripe").click()
    pay(page, site)
    assert page.url == f"{site.url}/membership?paid=yes"
    seen_in_the_end(page, "Your membership")


def test_an_application_is_kept_as_it_is_typed_and_closed_to_who_is_not_of_the_board(
    page: Page, site: Site, mail: Mail
) -> None:
    address, password = open_account(page, mail)
    site.log_in(page, address, password)
    page.goto("/application")
    page.get_by_role("button", name="Begin my application").click()
    page.get_by_label("Why do you want to join?").fill(WHY)
    expect(page.get_by_text("Your draft is saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Why do you want to join?")).to_have_value(WHY)
    page.goto("/board/applications")
    expect(page.get_by_role("main").get_by_role("alert")).to_be_visible()
    assert not page.locator(".date-row").count()
