"""A browser without a script: it reads a page's forms, fills them in, and goes where they lead."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self
from urllib.parse import urljoin

import httpx2

ARROW = "\N{LEFTWARDS ARROW}"
ELSEWHERE = ("http://shop.test", "https://shop.test")


class _Reader(HTMLParser):
    """The forms, links, alerts and words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str | dict[str, str]]] = []
        self.links: dict[str, str] = {}
        self.described: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.words: list[str] = []
        self.focus = ""
        self._inside: list[str] = []
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({"action": told.get("action", ""), "id": told.get("id", "")})
            self.forms[-1]["fields"] = {}
        if tag == "input" and self.forms:
            fields = self.forms[-1]["fields"]
            assert isinstance(fields, dict)
            if told.get("type") != "radio":
                fields[told["name"]] = told.get("value", "")
            if "autofocus" in told:
                self.focus = told["name"]
            if "aria-describedby" in told:
                self.described[told["name"]] = told["aria-describedby"]
        if tag == "a":
            self._link = told.get("href", "")
        if tag not in {"input", "meta", "link", "br"}:
            self._inside.append(told.get("id", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"input", "meta", "link", "br"} and self._inside:
            self._inside.pop()
        if tag == "a":
            self._link = ""

    def handle_data(self, data: str) -> None:
        said = " ".join(data.split())
        if not said:
            return
        self.words.append(said)
        if self._link and said != ARROW:
            self.links[said] = self._link
        for id_ in filter(None, self._inside):
            self.texts[id_] = f"{self.texts.get(id_, '')} {said}".strip()


@dataclass
class Tab:
    """A page that is open; `url` is where it is, elsewhere included."""

    client: httpx2.Client
    url: str
    status: int = 0
    text: str = ""
    policy: str = ""
    reader: _Reader = field(default_factory=_Reader)

    @classmethod
    def open(cls, client: httpx2.Client, url: str) -> Self:
        """A tab at an address."""
        tab = cls(client, url)
        tab._follow(client.get(url))
        return tab

    def submit(self, **filled: str) -> Self:
        """Send the page's first form, with what is filled in besides what stands there."""
        found = self.reader.forms[0]
        fields = found["fields"]
        assert isinstance(fields, dict)
        target = urljoin(self.url, str(found["action"]) or self.url)
        self._follow(self.client.post(target, data=fields | filled), from_form=True)
        return self

    def go(self, link: str) -> Self:
        """Follow a link by its words."""
        self._follow(self.client.get(urljoin(self.url, self.reader.links[link])))
        return self

    def wrong(self) -> dict[str, str]:
        """What is said to be wrong, by field."""
        return {name: self.reader.texts[id_] for name, id_ in self.reader.described.items()}

    def says(self) -> str:
        """All that the page says."""
        return " ".join(self.reader.words)

    def _follow(self, answer: httpx2.Response, *, from_form: bool = False) -> None:
        """Go where an answer leads, as far as the policy of the page allows, and read."""
        while answer.is_redirect:
            target = urljoin(str(answer.url), answer.headers["location"])
            if target.startswith(ELSEWHERE):
                scheme_and_host = "/".join(target.split("/")[:3])
                allowed = self.policy.partition("form-action ")[2].partition(";")[0].split()
                assert not from_form or scheme_and_host in allowed
                self.url = target
                return
            answer = self.client.get(target)
        self.url, self.status, self.text = str(answer.url), answer.status_code, answer.text
        self.policy = answer.headers["content-security-policy"]
        self.reader = _Reader()
        self.reader.feed(answer.text)
