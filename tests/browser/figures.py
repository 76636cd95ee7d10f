"""How heavy and how quick the main pages are, of what runs here: `make figures`."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final
from urllib.parse import urlsplit

import httpx2
from playwright.sync_api import Browser, Request, sync_playwright

from staging.output import Output
from tests.browser.chromium import started
from tests.browser.pages import Site
from tests.browser.pictures import running

PAGES: Final = ("/", "/events", "/blog", "/membership", "/training")
ASKED: Final = 100
VISITS: Final = 5
LARGEST: Final = """
() => new Promise((done) => new PerformanceObserver((list) =>
  done(list.getEntries().at(-1).startTime)
).observe({type: 'largest-contentful-paint', buffered: true}))
"""
HEAD: Final = ("page", "first byte, p95", "largest paint", "scripts", "everything")
LINES: Final = ("to hold", "< 100 ms", "< 1000 ms", "", "")


@dataclass(frozen=True)
class FirstVisit:
    """What a page costs somebody who has never been here."""

    scripts: int
    """Bytes of scripts, as they were transferred."""
    everything: int
    """Bytes of all that the page asked for."""
    largest_ms: float
    """When the largest thing stood."""
    hosts: frozenset[str | None]
    """Whom the page asked."""


def first_visit(browser: Browser, site: Site, path: str) -> FirstVisit:
    """Open a page with an empty cache, and let it come to rest."""
    asked: list[Request] = []
    with site.context(browser) as context:
        page = context.new_page()
        page.on("requestfinished", lambda it: asked.extend([it]))
        page.goto(path, wait_until="networkidle")
        largest = float(page.evaluate(LARGEST))
        sizes = [(each.resource_type, each.sizes()["responseBodySize"]) for each in asked]
    scripts = sum(size for kind, size in sizes if kind == "script")
    hosts = frozenset(urlsplit(each.url).hostname for each in asked)
    return FirstVisit(scripts, sum(size for _, size in sizes), largest, hosts)


def first_byte_ms(site: Site, path: str) -> float:
    """The 95th percentile of the times to a page's first byte, one request after the other."""
    return quantiles(_first_bytes(site, path), n=20)[-1] * 1000


def _first_bytes(site: Site, path: str) -> Iterator[float]:
    with httpx2.Client(base_url=site.url, trust_env=False) as client:
        for _ in range(ASKED):
            began = time.perf_counter()
            with client.stream("GET", path):
                yield time.perf_counter() - began


def _row(browser: Browser, site: Site, path: str) -> tuple[str, ...]:
    byte = first_byte_ms(site, path)
    visits = [first_visit(browser, site, path) for _ in range(VISITS)]
    largest = median(each.largest_ms for each in visits)
    sizes = (f"{size / 1000:.1f} kB" for size in (visits[0].scripts, visits[0].everything))
    return path, f"{byte:.0f} ms", f"{largest:.0f} ms", *sizes


def main() -> None:
    """Measure the main pages; half a minute."""
    site = running()
    with sync_playwright() as playwright:
        browser = started(playwright)
        rows = [_row(browser, site, path) for path in PAGES]
    Output().table([*rows, LINES], HEAD)


if __name__ == "__main__":
    main()
