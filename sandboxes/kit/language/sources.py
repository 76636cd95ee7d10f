"""The sources that a prompt carries: passages under a title or an id, however they are marked."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

BODIES = ("content", "text", "snippet", "excerpt", "body", "description", "summary")
ELEMENT = re.compile(
    r"<(source|document|doc|article|post|result|item|event)\b([^>]*)>(.*?)</\1>",
    re.DOTALL | re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*["']([^"']*)["']""")
INNER = re.compile(r"<(title|id)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
NUMBERED = re.compile(
    r"^(?:\[(?P<mark>[^\]\n]{1,80})\]|(?:source|document|result)\s+(?P<number>\d+)\b[:.)]?)"
    r"[ \t]*(?P<title>[^\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
LABELLED = re.compile(r"^(title|id|url)\s*:\s*(.+)$", re.MULTILINE | re.IGNORECASE)
LABEL = re.compile(rf"^(?:{'|'.join(BODIES)})\s*:\s*", re.MULTILINE | re.IGNORECASE)
BETWEEN = re.compile(r"\n\s*(?:---+\s*)?\n")


@dataclass(frozen=True)
class Source:
    """A passage that may be cited: by its mark, which is the id or number that it bears."""

    mark: str
    title: str
    text: str


def read_sources(prompt: str) -> tuple[list[Source], str]:
    """The sources in a prompt, in their order, and what of the prompt is left without them.

    A source is an object in JSON with a title or id and a text, an element such as
    `<source id="…">`, a paragraph under `[1] A title` or `Source 1: A title`, or a paragraph with
    the lines `Title: …` or `ID: …`.
    """
    for reader in (_objects, _elements, _numbered, _labelled):
        if found := list(reader(prompt)):
            rest = prompt
            for _, whole in found:
                rest = rest.replace(whole, "")
            return [source for source, _ in found], rest
    return [], prompt


Found = Iterator[tuple[Source, str]]


def _objects(prompt: str) -> Found:
    decoder, at = json.JSONDecoder(), 0
    while start := re.compile(r"[\[{]").search(prompt, at):
        try:
            value, at = decoder.raw_decode(prompt, start.start())
        except (ValueError, RecursionError):
            at = start.end()
            continue
        whole = prompt[start.start() : at]
        for number, each in enumerate(_dictionaries(value), 1):
            text = next((each[name] for name in BODIES if isinstance(each.get(name), str)), "")
            if text and ("title" in each or "id" in each):
                yield Source(str(each.get("id", number)), str(each.get("title", "")), text), whole


def _dictionaries(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; of an object, those of the lists in it, or itself."""
    if isinstance(value, list):
        return [each for each in value if isinstance(each, dict)]
    if not isinstance(value, dict):
        return []
    inside = [each for part in value.values() for each in _dictionaries_of_list(part)]
    return inside or [value]


def _dictionaries_of_list(value: Any) -> list[dict[str, Any]]:
    return _dictionaries(value) if isinstance(value, list) else []


def _elements(prompt: str) -> Found:
    for number, match in enumerate(ELEMENT.finditer(prompt), 1):
        named = dict(ATTRIBUTE.findall(match[2])) | dict(INNER.findall(match[3]))
        text = re.sub(r"<[^>]*>", " ", INNER.sub("", match[3])).strip()
        yield Source(named.get("id", str(number)), named.get("title", "").strip(), text), match[0]


def _numbered(prompt: str) -> Found:
    heads = list(NUMBERED.finditer(prompt))
    ends = [head.start() for head in heads[1:]] + [len(prompt)]
    for head, end in zip(heads, ends, strict=False):
        block = BETWEEN.split(prompt[head.end() : end].lstrip("\n"), maxsplit=1)[0]
        mark, title = head["mark"] or head["number"], head["title"].strip(" :*-")
        text = LABEL.sub("", LABELLED.sub("", block)).strip() or title
        if text:
            yield Source(mark, title, text), head[0] + "\n" + block


def _labelled(prompt: str) -> Found:
    for number, block in enumerate(BETWEEN.split(prompt), 1):
        named = {name.lower(): value.strip() for name, value in LABELLED.findall(block)}
        text = LABEL.sub("", LABELLED.sub("", block)).strip()
        if named and text:
            yield Source(named.get("id", str(number)), named.get("title", ""), text), block
