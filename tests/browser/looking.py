"""Looking at pages with axe, in several tabs at once: what it finds, and what the browser minds."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from tests.browser.chromium import axe, launching
from tests.browser.pages import Site, Theme

TABS = 3
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("color-contrast", "link-in-text-block")
"""What may differ from one theme to the other, where all else is the same."""
NOWHERE = "/there-is-no-such-page"

AXE = """
(rules) => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})
  .then(({violations}) => violations.map(({id, nodes}) => `${id}: ${nodes[0].html}`))
"""
FITS = "document.documentElement.scrollWidth <= innerWidth"
MADE_OF = """
() => [...new Set([...document.querySelectorAll('body *')].map(
  ({tagName, className}) => `${tagName} ${className}`
))]
"""
"""What a page's colours follow from, in the main: each kind of element."""
UNSAID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What is another at each visit: the key of a form that has its effect once."""


@dataclass(frozen=True)
class Look:
    """How a page is looked at: by all rules in light, and by those about colours in dark."""

    is_long: bool = False
    """Whether it is looked at in dark even where nothing new can be seen there."""
    size: tuple[int, int] = (1280, 900)

    @property
    def viewport(self) -> ViewportSize:
        """The size for Playwright."""
        return {"width": self.size[0], "height": self.size[1]}


@dataclass
class Eyes:
    """A Chromium that looks at a website, and what it has found."""

    browser: Browser
    site: Site
    faults: list[str] = field(default_factory=list)
    seen: int = 0
    """How many times axe has looked."""
    made_of: set[str] = field(default_factory=set)
    """What was looked at in dark."""

    @asynccontextmanager
    async def of(
        self, email: str | None, password: str | None = None, look: Look | None = None
    ) -> AsyncIterator[BrowserContext]:
        """A context of somebody who is logged in, or of nobody."""
        context = await self.browser.new_context(
            base_url=self.site.url, reduced_motion="reduce", viewport=(look or Look()).viewport
        )
        async with context:
            if email:
                await self._log_in(context, email, password or self.site.password)
            await context.add_init_script(axe())
            yield context

    async def _log_in(self, context: BrowserContext, email: str, password: str) -> None:
        page = await context.new_page()
        await page.goto("/login")
        await page.get_by_label("E-mail address").fill(email)
        await page.get_by_label("Password").fill(password)
        await page.get_by_role("main").get_by_role("button", name="Log in").click()
        await page.wait_for_url("**/dashboard")
        await page.close()

    async def look(
        self, context: BrowserContext, paths: Iterable[str], who: str, look: Look | None = None
    ) -> None:
        """Look at these pages, a few at a time."""
        to_see = list(paths)
        tabs = (self._tab(context, to_see, who, look or Look()) for _ in range(TABS))
        await asyncio.gather(*tabs)

    async def _tab(self, context: BrowserContext, to_see: list[str], who: str, look: Look) -> None:
        page = await context.new_page()
        where = [""]
        page.on("console", lambda it: self._mind(where[0], it.text) if it.type == "error" else None)
        page.on("pageerror", lambda it: self._mind(where[0], str(it)))
        while to_see:
            path = to_see.pop(0)
            where[0] = f"{path}, {who}, {look.size[0]}"
            await self._look(page, path, where[0], look)
        await page.close()

    async def _look(self, page: Page, path: str, where: str, look: Look) -> None:
        await page.emulate_media(color_scheme="light")
        answer = await page.goto(path)
        status = answer.status if answer else 0
        if status != (404 if path == NOWHERE else 200):
            self.faults.append(f"{where}: is answered with {status}")
        if await page.locator("h1").count() != 1:
            self.faults.append(f"{where}: has no heading, or several")
        if not await page.evaluate(FITS):
            self.faults.append(f"{where}: is wider than the window")
        await self._ask(page, where, "light", RULES)
        made_of = set(await page.evaluate(MADE_OF))
        if look.is_long or made_of - self.made_of:
            self.made_of |= made_of
            await self._ask(page, where, "dark", COLOURS)

    async def _ask(self, page: Page, where: str, theme: Theme, rules: tuple[str, ...]) -> None:
        await page.emulate_media(color_scheme=theme)
        found = await page.evaluate(AXE, rules)
        self.seen += 1
        self.faults += [f"{where}, {theme}: {each}" for each in found]

    def _mind(self, where: str, said: str) -> None:
        # The browser says of a missing page that it is missing.
        if "status of 404" not in said:
            self.faults.append(f"{where}: {said}")


@asynccontextmanager
async def eyes(site: Site) -> AsyncIterator[Eyes]:
    """A Chromium of its own for a website."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**launching())
        try:
            yield Eyes(browser, site)
        finally:
            await browser.close()


def looks_of(html: str) -> set[str]:
    """By what a page's content, and what stands around it, is known to be the same again."""
    text = UNSAID.sub("", html)
    found = [re.search(rf"<{it}\b.*?</{it}>", text, re.DOTALL) for it in ("header", "main")]
    return {sha256(it[0].encode()).hexdigest() for it in found if it}
