"""The website that runs, and who can be there."""

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
    personas: Mapping[str, str]
    """The role of each persona, by its address."""

    @classmethod
    def told(cls, status: Mapping[str, Any]) -> Self:
        """The website of an environment that tells its status so."""
        urls = status["urls"]
        personas = {each["email"]: each["role"] for each in status["personas"]}
        password = status["personas"][0]["password"]
        return cls(urls["frontend"], password, urls["sandboxes"], urls["backend"], personas)

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


ADMIN = "admin@staging.wwmaa.example"
