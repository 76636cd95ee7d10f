"""Every page of the website: who sees it, and where it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from playwright.sync_api import Browser, BrowserContext, Page

Theme = Literal["light", "dark"]
MEMBER = "member.premium@staging.wwmaa.example"


@dataclass(frozen=True)
class Site:
    """A website that runs, and the password of its personas."""

    url: str
    password: str
    sandboxes: str
    api: str

    @classmethod
    def told(cls, status: Mapping[str, Any]) -> Self:
        """The website of an environment that tells its status so."""
        urls = status["urls"]
        return cls(
            urls["frontend"], status["personas"][0]["password"], urls["sandboxes"], urls["backend"]
        )

    def context(
        self, browser: Browser, *, theme: Theme = "light", script: bool = True
    ) -> BrowserContext:
        """A visitor who has never been here."""
        return browser.new_context(
            base_url=self.url,
            color_scheme=theme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )

    def log_in(self, page: Page, email: str = MEMBER, password: str | None = None) -> None:
        """Log in by the form, as a persona or as somebody else, and wait for what comes after."""
        page.goto("/login")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password").fill(password or self.password)
        page.get_by_role("main").get_by_role("button", name="Log in").click()
        page.wait_for_url("**/dashboard")


PUBLIC = (
    "/",
    "/about",
    "/programs",
    "/membership",
    "/events",
    "/events?when=past&kind=camp",
    "/events?kind=meeting",
    "/events/{event}",
    "/blog",
    "/blog/what-to-eat-on-tournament-day",
    "/search",
    "/search?q=how+to+fall",
    "/search?q=qqqqqqqq",
    "/training",
    "/training?when=past&art=judo",
    "/training/{session}",
    "/people",
    "/people/{person}",
    "/newsletter",
    "/newsletter/sent",
    "/newsletter/confirm?token=x",
    "/newsletter/confirm/done",
    "/newsletter/preferences?token=x",
    "/account-closed",
    "/contact",
    "/privacy",
    "/terms",
    "/status",
    "/login",
    "/register",
    "/register/sent",
    "/verify-email",
    "/verify-email?token=x",
    "/verify-email/done",
    "/forgot-password",
    "/forgot-password/sent",
    "/reset-password?token=x",
    "/reset-password/done",
    "/there-is-no-such-page",
)
MEMBERS = (
    "/dashboard",
    "/profile",
    "/profile/edit",
    "/profile/privacy",
    "/events/mine",
    "/application",
)

ADMIN = "admin@staging.wwmaa.example"
STAFF = (
    "/staff",
    "/staff/events",
    "/staff/events/new",
    "/staff/journal",
    "/staff/journal/new",
    "/staff/training",
    "/staff/training/figures",
    "/staff/training/new",
    "/board/applications",
    "/staff/members",
    "/staff/analytics",
    "/staff/resources",
    "/staff/audit",
    "/staff/settings",
)


LISTS = {
    "/events/{event}": "/events",
    "/training/{session}": "/training",
    "/people/{person}": "/people",
}
"""Pages about one of many, and the list whose first link leads to one."""


def paths(page: Page) -> list[str]:
    """The public pages, with what there is in this environment."""
    found = {path: first(page, listed) for path, listed in LISTS.items()}
    return [found.get(path, path) for path in PUBLIC]


def first(page: Page, listed: str) -> str:
    """The path of the first thing that a list shows."""
    page.goto(listed)
    link = page.get_by_role("main").get_by_role("listitem").get_by_role("heading").locator("a")
    return link.first.get_attribute("href") or ""
