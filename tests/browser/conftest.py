"""A Chromium, and the website of the one environment that all tests share."""

import time
from collections.abc import Callable, Iterator
from subprocess import CompletedProcess
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chromium import started
from tests.browser.pages import Site
from tests.staging.places import Place

Visit = Callable[..., Page]
Mail = Callable[..., dict[str, Any]]
Until = Callable[[Callable[[], bool]], None]


@pytest.fixture(scope="session")
def site(raised: tuple[Place, "CompletedProcess[str]"]) -> Site:
    """The website of the environment that has risen."""
    place, said = raised
    assert "frontend" in said.stdout, said.stderr
    return Site.told(place.status())


@pytest.fixture(scope="session")
def is_long(request: pytest.FixtureRequest) -> None:
    """Skips what takes minutes, unless they were asked for."""
    if not request.config.getoption("--long"):
        pytest.skip("takes minutes: --long")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the tests of a module."""
    with sync_playwright() as playwright:
        yield started(playwright)


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Opens a page for somebody who has never been here, such as one without scripts."""
    contexts: list[BrowserContext] = []

    def begin(**wishes: Any) -> Page:
        contexts.append(site.context(browser, **wishes))
        return contexts[-1].new_page()

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture
def page(visit: Visit) -> Page:
    """A page of somebody who has never been here."""
    return visit()


@pytest.fixture
def until() -> Until:
    """Waits until something is so."""

    def wait(is_so: Callable[[], bool]) -> None:
        for _ in range(300):
            if is_so():
                return
            time.sleep(0.2)
        raise AssertionError(f"it was never so: {is_so}")

    return wait


@pytest.fixture
def mail(site: Site) -> Mail:
    """Waits for the newest mail to an address whose links lead to where a word says."""

    def newest(address: str, word: str = "") -> dict[str, Any]:
        inbox = f"{site.sandboxes}/_sandbox/inbox.json"
        for _ in range(100):
            found = httpx2.get(inbox, params={"to": address}, trust_env=False).json()
            letters: list[dict[str, Any]] = [it for it in found if word in str(it["links"])]
            if letters:
                return letters[0]
            time.sleep(0.1)
        raise AssertionError(f"no mail came to {address}")

    return newest
