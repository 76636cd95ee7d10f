"""No page has a fault that axe knows, for anybody who may see it, in either theme.

The pages are those of the website's own folders: a new one is looked at by itself. `--long` looks
at every page as every persona, on a desk and on a phone; without it each is looked at once.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import httpx2
import pytest
from playwright.async_api import BrowserContext

from tests.browser.lessons import Lesson
from tests.browser.looking import NOWHERE, Eyes, Look, eyes, looks_of
from tests.browser.pages import ADMIN, MEMBER, Site
from tests.browser.routes import STATES, Route, filled, routes
from tests.browser.things import TEACHER, put_into_library, who_has_paid

ROOM = "/training/[id]/room"
"""No link leads into the room of a session: one goes in by a button, once it is open."""
TAUGHT = "/staff/training/[id]"
"""Instructors alone are led to these, each to their own."""
AROUND = ("/", "/login", "/membership")
"""What is looked at as nobody too: the way in, and what stands around it."""
LESS = {it.pattern for it in STATES} - {NOWHERE, "/search?q=how+to+fall"}
"""What is much like another page, and is looked at by `--long` alone."""
PHONE = Look(is_long=True, size=(390, 844))


@dataclass(frozen=True)
class Made:
    """What was made so that each page has something to show."""

    room: str
    payer: tuple[str, str]


@pytest.fixture(scope="module")
def made(site: Site) -> Iterator[Made]:
    """A session whose room is open, something in the library, and somebody with an invoice."""
    put_into_library(site, "Ten throws of the first degree")
    with Lesson(site) as lesson:
        yield Made(f"{lesson.path}/room", who_has_paid(site))


async def client_of(context: BrowserContext, site: Site) -> httpx2.Client:
    """A client that is whoever the context is."""
    known = {str(it["name"]): str(it["value"]) for it in await context.cookies()}
    return httpx2.Client(base_url=site.url, cookies=known, trust_env=False, timeout=60)


async def paths_of(
    context: BrowserContext, site: Site, wanted: Iterable[Route]
) -> dict[Route, str]:
    """The path of a page of each route, for whoever the context is."""
    with await client_of(context, site) as client:
        return filled(lambda path: client.get(path).text, wanted)


def for_(role: str, *, but: str | None = None) -> list[Route]:
    """The routes that this role may see, but for those that another may see too."""
    every = [it for it in (*routes(), *STATES) if it.pattern != ROOM]
    return [it for it in every if it.is_for(role) and not (but and it.is_for(but))]


def test_axe_finds_no_fault_on_any_page(
    site: Site, made: Made, record_property: Callable[[str, object], None]
) -> None:
    looked: set[str] = {ROOM}

    async def look() -> Eyes:
        async with eyes(site) as they:
            payer, password = made.payer
            invoices = [it for it in routes() if it.pattern.startswith("/membership")]
            for who, word, wanted in (
                (MEMBER, None, [it for it in for_("member") if it.pattern not in LESS]),
                (payer, password, invoices),
                (ADMIN, None, for_("admin", but="member")),
                (TEACHER, None, [it for it in routes() if it.pattern.startswith(TAUGHT)]),
            ):
                async with they.of(who, word) as context:
                    paths = await paths_of(context, site, wanted)
                    room = [made.room] if who == TEACHER else []
                    await they.look(context, [*paths.values(), *room], who)
                    looked.update(it.pattern for it in paths)
            async with they.of(None) as context:
                await they.look(context, AROUND, "nobody")
            return they

    found = asyncio.run(look())
    record_property("looks", found.seen)
    assert not found.faults, "\n".join(["", *found.faults])
    assert {it.pattern for it in routes()} <= looked, "no link leads to a page of the others"


def test_axe_finds_no_fault_on_any_page_for_anybody(
    is_long: None, site: Site, made: Made, record_property: Callable[[str, object], None]
) -> None:
    payer, password = made.payer
    everybody: list[tuple[str | None, str | None, str]] = [
        (None, None, "nobody"),
        (payer, password, "member"),
        *((email, None, role) for email, role in site.personas.items()),
    ]
    shown = list[str]()

    async def look() -> Eyes:
        async with eyes(site) as they:
            for how in (Look(is_long=True), PHONE):
                known = set[str]()
                for who, word, role in everybody:
                    async with they.of(who, word, how) as context:
                        pages = await pages_of(context, site, role)
                        if who == TEACHER:
                            pages[made.room] = {made.room}
                        shown.extend(pages)
                        new = [path for path, looks in pages.items() if looks - known]
                        known.update(*pages.values())
                        await they.look(context, new, who or "nobody", how)
            return they

    found = asyncio.run(look())
    record_property("pages as people see them, in two themes each", len(shown))
    record_property("looks", found.seen)
    assert not found.faults, "\n".join(["", *found.faults])


async def pages_of(context: BrowserContext, site: Site, role: str) -> dict[str, set[str]]:
    """The pages that somebody may see, each with what it looks like.

    What looks to the byte as it did to somebody else needs no second look.
    """
    with await client_of(context, site) as client:
        paths = filled(lambda path: client.get(path).text, for_(role))
        return {path: looks_of(client.get(path).text) for path in paths.values()}
