"""A picture of every page, on a desk and on a phone, of what runs here: `make pictures`."""

import json
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from staging.local import BUILDS, ROOT
from staging.output import Output
from tests.browser.chromium import started
from tests.browser.pages import ADMIN, MEMBER, Site, Theme
from tests.browser.routes import STATES, filled, routes

SIZES: dict[str, ViewportSize] = {
    "desk": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}
THEMES: tuple[Theme, ...] = ("light", "dark")


def running() -> Site:
    """The website of the environment that runs here."""
    staging = [sys.executable, "-c", "from staging.cli import main; main()", "status", "--json"]
    said = subprocess.run(staging, capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit(said.stderr)
    return Site.told(json.loads(said.stdout))


def take(page: Page, path: str, folder: Path) -> None:
    """One picture, of the whole page."""
    page.goto(path)
    name = re.sub(r"\W+", "-", path).strip("-") or "home"
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def paths(page: Page, role: str, but: str | None = None) -> list[str]:
    """The pages that this role may see, with what there is, but for those that another may too."""
    every = (*routes(), *STATES)
    wanted = [it for it in every if it.is_for(role) and not (but and it.is_for(but))]
    return list(filled(lambda path: page.request.get(path).text(), wanted).values())


def main() -> None:
    """Take all of them: as nobody what everybody sees, as a member theirs, as an admin the rest."""
    site, folder = running(), ROOT / BUILDS / "pictures"
    seen = ((None, "nobody", None), (MEMBER, "member", "nobody"), (ADMIN, "admin", "member"))
    with sync_playwright() as playwright:
        browser = started(playwright)
        for theme, (name, size) in product(THEMES, SIZES.items()):
            there = folder / f"{name}-{theme}"
            there.mkdir(parents=True, exist_ok=True)
            for who, role, but in seen:
                with site.context(browser, theme=theme) as context:
                    page = context.new_page()
                    page.set_viewport_size(size)
                    if who:
                        site.log_in(page, who)
                    for path in paths(page, role, but):
                        take(page, path, there)
    Output().say(f"The pictures are below {folder.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
