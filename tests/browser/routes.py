"""Every page of the website, read from the folders that Next makes them of, and who may see it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from staging.local import ROOT

APP = ROOT / "frontend" / "app"
SECTIONS = ROOT / "frontend" / "components" / "staff.tsx"
SECTION = re.compile(r"section\('([^']+)', [\w.]+, '(\w+)'\)")
LINK = re.compile(r'href="(/[^"?#]*)"')

ROLES = ("nobody", "visitor", "member", "instructor", "board_member", "admin")
"""Who somebody can be, each of whom may see what those before may; nobody is not logged in."""

FROM = {
    "(public)": "nobody",
    "(auth)": "nobody",
    "(members)": "visitor",
    "(staff)": "instructor",
    "(board)": "board_member",
}
"""From which role on the pages of a group are shown."""

Read = Callable[[str], str]


@dataclass(frozen=True, order=True)
class Route:
    """A page, or many: `/events/[id]`."""

    pattern: str
    role: str
    """From which role on it is shown."""

    @property
    def is_one(self) -> bool:
        """Whether nothing of its path differs."""
        return "[" not in self.pattern

    @property
    def parents(self) -> tuple[str, ...]:
        """The paths above it, from the nearest on: of `/a/[id]/b`, `/a/[id]` and `/a`."""
        parts = self.pattern.split("/")
        return tuple("/".join(parts[:n]) for n in range(len(parts) - 1, 1, -1))

    def is_for(self, role: str) -> bool:
        """Whether somebody with this role may see it."""
        return ROLES.index(role) >= ROLES.index(self.role)

    def fits(self, path: str) -> bool:
        """Whether a path is one of its pages."""
        pattern = re.sub(r"\\\[[^]]+\\\]", "[^/]+", re.escape(self.pattern))
        return re.fullmatch(pattern, path) is not None


def routes() -> tuple[Route, ...]:
    """All of them; a page that somebody adds is among them by itself."""
    sections = dict(SECTION.findall(SECTIONS.read_text()))
    found = []
    for page in APP.rglob("page.tsx"):
        parts = page.parent.relative_to(APP).parts
        group = next((it for it in parts if it in FROM), "(public)")
        pattern = "/" + "/".join(it for it in parts if it not in FROM)
        own = [role for href, role in sections.items() if f"{pattern}/".startswith(f"{href}/")]
        found.append(Route(pattern, max([FROM[group], *own], key=ROLES.index)))
    return tuple(sorted(found))


def filled(read: Read, wanted: Iterable[Route]) -> dict[Route, str]:
    """The path of a page of each route, as links of the pages above and beside it lead there.

    A route to which nothing leads is not among them.
    """
    ones = {it.pattern: it for it in routes() if it.is_one}
    texts: dict[str, set[str]] = {}
    paths: dict[Route, str] = {}
    for each in sorted(wanted, key=lambda it: it.pattern.count("/")):
        if each.is_one:
            paths[each] = each.pattern
        for parent in () if each.is_one else each.parents:
            near = {path for it, path in paths.items() if _is_near(it, parent)}
            near |= {path for path, it in ones.items() if _is_near(it, parent)}
            for path in near - texts.keys():
                texts[path] = set(LINK.findall(read(path)))
            links = {link for path in near for link in texts[path] if each.fits(link)}
            if leads := sorted(links - ones.keys()):
                paths[each] = leads[0]
                break
    return paths


def _is_near(route: Route, parent: str) -> bool:
    """Whether a route is this path, or one directly below it."""
    return route.pattern == parent or route.pattern.rpartition("/")[0] == parent


STATES = tuple(
    Route(path, role)
    for role, paths in {
        "nobody": (
            "/there-is-no-such-page",
            "/events?when=past&kind=camp",
            "/events?kind=meeting",
            "/search?q=how+to+fall",
            "/search?q=qqqqqqqq",
            "/search?q=nage&kind=person",
            "/training?when=past&art=judo",
            "/resources?kind=slides",
            "/newsletter/confirm?token=x",
            "/newsletter/preferences?token=x",
            "/verify-email?token=x",
            "/reset-password?token=x",
        ),
        "visitor": ("/membership?paid=no", "/profile/edit?then=kept"),
        "admin": (
            "/staff/members?search=nobody+at+all",
            "/staff/audit?action=nothing.at.all",
            "/staff/newsletter?status=bounced",
        ),
    }.items()
    for path in paths
)
"""Pages as they are when something was asked of them: with nothing in them, or with a word more."""
