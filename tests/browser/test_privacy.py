"""People show who they are, take along what is kept about them, and have it forgotten."""

import secrets
import struct
import zlib

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Mail, Visit
from tests.browser.pages import Site
from tests.browser.test_accounts import open_account


def chunk(kind: bytes, data: bytes) -> bytes:
    """A piece of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture() -> bytes:
    """A red square, as PNG."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress((b"\0" + b"\xa0\x20\x20" * 8) * 8))
    return b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b"")


def width_of_photo(page: Page) -> int:
    """How wide the photo on this page is, in its own pixels; one where there is none."""
    photo = page.locator(".portrait.large img")
    return int(photo.evaluate("async it => (await it.decode().catch(() => 0), it.naturalWidth)"))


def show_oneself(page: Page, name: str) -> None:
    """Be in the directory, by this name and with a photo."""
    page.goto("/profile/edit")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Judo").check()
    page.get_by_label("Show me in the directory").check()
    page.get_by_role("button", name="Keep my profile").click()
    expect(page.get_by_text("Your profile is kept.")).to_be_visible()
    expect(page.get_by_label("Judo")).to_be_checked()
    assert width_of_photo(page) == 1
    file = FilePayload(name="me.png", mimeType="image/png", buffer=picture())
    page.get_by_label("A picture").set_input_files(file)
    page.get_by_role("button", name="Use this picture").click()
    page.wait_for_url("**/profile/edit*")
    assert width_of_photo(page) == 8


def test_a_member_is_in_the_directory_with_a_photo_and_then_is_forgotten(
    visit: Visit, site: Site, mail: Mail
) -> None:
    page, visitor = visit(script=False), visit(script=False)
    name = f"Nia Newcomer {secrets.token_hex(3)}"
    address, password = open_account(page, mail)
    site.log_in(page, address, password)
    show_oneself(page, name)

    visitor.goto("/people?role=visitor")
    found = visitor.get_by_role("link", name=name)
    while not found.count():
        visitor.get_by_role("link", name="More people").click()
    found.click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(name)
    assert not visitor.locator(".portrait img").count()

    page.goto("/profile/privacy")
    page.get_by_role("button", name="Export my data").click()
    expect(page.get_by_text("will write to you when it is there")).to_be_visible()
    with page.expect_download() as saved:
        page.evaluate("href => { location.href = href }", mail(address, "/exports/")["links"][0])
    assert name in saved.value.path().read_text()
    page.get_by_text("Delete my account").first.click()
    page.get_by_label("Password").fill(password)
    page.get_by_label("Write DELETE").fill("DELETE")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", name="Your account is closed")).to_be_visible()
    page.goto("/dashboard")
    assert "/login" in page.url
    assert visitor.reload().status == 404  # type: ignore[union-attr]
