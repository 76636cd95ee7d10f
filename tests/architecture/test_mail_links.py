"""Every path that a mail links to is a page of the website."""

import re
from pathlib import Path

from staging.local import ROOT

LINK = re.compile(r'"(?:\{(?:site|[\w.]*frontend_url)\})?(/[a-z][^"?#]*)')
APP = ROOT / "frontend" / "app"


def pages() -> set[str]:
    """The paths of the website's pages; what differs from one to the next is `*`."""
    found = (path.parent.relative_to(APP).parts for path in APP.rglob("page.tsx"))
    return {shape("/" + "/".join(it for it in parts if it[0] != "(")) for parts in found}


def shape(path: str) -> str:
    """A path without what differs: `[id]` in a folder's name, `{event.id}` in a mail."""
    return re.sub(r"\[[^]]+\]|\{[^}]+\}", "*", path)


def linked(mails: Path) -> set[str]:
    """The paths that a module of mails leads to."""
    return {shape(path) for path in LINK.findall(mails.read_text())}


def test_every_path_that_a_mail_links_to_is_a_page_of_the_website() -> None:
    found = {path for mails in (ROOT / "backend").rglob("mails.py") for path in linked(mails)}
    assert {"/events/*", "/application", "/board/applications/*", "/verify-email"} <= found
    assert not found - pages()
