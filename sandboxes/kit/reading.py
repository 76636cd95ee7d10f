"""What a reader sees in a letter: what it says, where it leads, which codes it carries."""

import re
from contextlib import suppress
from dataclasses import asdict
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from sandboxes.kit.letters import Letter
from sandboxes.kit.records import Document

# As many characters of a mail as are looked through for links and codes, and for a preview.
LOOKED_THROUGH, GLANCED_AT = 256 * 1024, 8 * 1024
URL = re.compile(r"""https?://[^\s<>"'\\^`{|}]{1,2000}""", re.IGNORECASE)
SIX_DIGITS = re.compile(r"(?<![\w#.-])\d{6}(?![\w-])(?!\.\d)")
TOKEN = re.compile(r"[\w.~=-]{16,}", re.ASCII)
TITLE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+(\.[a-z]+)?")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
HIDDEN = frozenset({"head", "script", "style", "template", "title"})
BREAKING = frozenset({"br", "div", "h1", "h2", "h3", "li", "p", "td", "tr"})


class _Reader(HTMLParser):
    """What a person sees of a page, and the addresses behind its links."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._hidden and tag in HIDDEN:
            self._hidden = tag
        if tag in BREAKING:
            self.words.append("\n")
        self.links += [
            value.strip() for name, value in attrs if (tag, name) == ("a", "href") and value
        ]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = ""
        if tag in BREAKING:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def described(letter: Letter) -> Document:
    """The letter in the shape of `/_sandbox/inbox.json`; `at` is in UTC, `to` bare addresses."""
    shown, behind = _read_html(letter.html[:LOOKED_THROUGH])
    links = _links(behind, letter.text or shown)
    # By which one leaves is no code that anybody asks for.
    telling = [link for link in links if link != letter.unsubscribe]
    return outline(letter) | {
        "cc": list(letter.cc),
        "bcc": list(letter.bcc),
        "text": letter.text,
        "html": letter.html,
        "links": links,
        "codes": _codes(f"{letter.subject}\n{letter.text}\n{shown}", telling),
        "tag": letter.tag,
        "stream": letter.stream,
        "metadata": letter.metadata,
        "attachments": list(letter.attachments),
        "unsubscribe": letter.unsubscribe or None,
        "one_click": letter.one_click,
        "events": [asdict(event) for event in letter.events],
    }


def outline(letter: Letter) -> Document:
    """As much of a letter as a list needs, without a long look at it."""
    start = letter.text or _read_html(letter.html[:GLANCED_AT])[0]
    return {
        "id": letter.id,
        "at": letter.at,
        "from": letter.sender,
        "to": list(letter.to),
        "subject": letter.subject,
        "preview": " ".join(start[:GLANCED_AT].split())[:160],
    }


def _read_html(html: str) -> tuple[str, list[str]]:
    reader = _Reader()
    # The parser gives up on declarations that no browser knows; what it has read until then counts.
    with suppress(AssertionError):
        reader.feed(html)
    return "".join(reader.words), reader.links


def _links(behind: list[str], text: str) -> list[str]:
    """Every web address, once, in the order of the mail."""
    written = [url.rstrip(".,;:!?)]*") for url in URL.findall(text[:LOOKED_THROUGH])]
    return list(dict.fromkeys(url for url in [*behind, *written] if URL.fullmatch(url)))


def _codes(words: str, links: list[str]) -> list[str]:
    """Six-digit codes first, as a person would type them; then the tokens in links."""
    typed = SIX_DIGITS.findall(words[: 2 * LOOKED_THROUGH])
    return list(dict.fromkeys([*typed, *(token for link in links for token in _tokens(link))]))


def _tokens(link: str) -> list[str]:
    """The values in a web address that look drawn by lot: of its query, fragment and path."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return []
    values = [value for _, value in parse_qsl(parts.query) + parse_qsl(parts.fragment)]
    return list(filter(_is_drawn, values + parts.path.split("/")))


def _is_drawn(value: str) -> bool:
    """Words joined by hyphens are a title, unless they are a UUID; a token has a digit in it."""
    if SIX_DIGITS.fullmatch(value) or UUID.fullmatch(value):
        return True
    return bool(TOKEN.fullmatch(value) and re.search(r"\d", value)) and not TITLE.fullmatch(value)
