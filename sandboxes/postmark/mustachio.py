"""Mustachio, the language of Postmark's templates: Mustache with `#each`, and scopes that are left
only by `../`. See https://github.com/ActiveCampaign/mustachio and
https://postmarkapp.com/support/article/1077-template-syntax.

No library of Python speaks it; those for Mustache look for a name in every outer scope.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal, NamedTuple

TOKEN = re.compile(r"\{{3}[^{}]+?\}{3}|\{{2}[^{}]+?\}{2}")
PARTS = re.compile(r"\.\./|[^.]+")
# Combinations that are no path, and characters that are in none.
NO_PATH = re.compile(r"\.{3,}|[^\w./]+|(?<!\.\.)/|\.{2,}(?:$|[^/])")
KEPT = re.compile(r"pm:unsubscribe(_url)?")
"""Placeholders that are filled later, when the mail is sent."""
CONTENT = "@content"
DEEPEST = 50
Kind = Literal["text", "value", "raw", "scope", "inverted", "each", "content"]


class TemplateIsBroken(Exception):
    """A model does not fit its template, and nothing can be rendered."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a template, and where; both numbers count from 1."""

    message: str
    line: int
    character: int


@dataclass
class Node:
    """A part of a template: a text, a value at a path, or a section with what is inside."""

    kind: Kind
    text: str = ""
    children: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Template:
    """A template that was read, with the mistakes that were found."""

    nodes: list[Node]
    mistakes: list[Mistake]

    @property
    def placeholders(self) -> int:
        """How many places it has for the content of a layout."""
        return sum(node.kind == "content" for node in _walk(self.nodes))


class Scope(NamedTuple):
    """A value, and the scope around it."""

    value: Any
    outer: "Scope | None" = None

    def at(self, path: str) -> "Scope":
        """The scope at a path; its value is None where there is nothing."""
        scope = self
        for part in PARTS.findall(path):
            if part == "../":
                scope = scope.outer or scope
            else:
                inside = scope.value.get(part) if isinstance(scope.value, dict) else None
                scope = Scope(inside, scope)
        return scope


def read_template(source: str) -> Template:
    """Read a template; what is wrong with it is told, not raised."""
    root = Node("scope")
    open_: list[tuple[Node, str, int]] = [(root, "", 0)]
    mistakes: list[Mistake] = []
    end = 0
    for found in TOKEN.finditer(source):
        open_[-1][0].children.append(Node("text", source[end : found.start()]))
        end = found.end()
        wrong = _take(found[0], found.start(), open_)
        if wrong:
            mistakes.append(_mistake(source, found.start(), wrong))
    open_[-1][0].children.append(Node("text", source[end:]))
    for _, name, at in open_[1:]:
        words = "A scope block to the following path was opened but not closed: '{}', please"
        words += " close it using the appropriate syntax."
        mistakes.append(_mistake(source, at, words.format(name)))
    return Template(root.children, mistakes)


def render(template: Template, model: Any, content: str = "", *, as_html: bool) -> str:
    """The template filled from a model; raises TemplateIsBroken. `content` is what a layout is
    laid around; values are escaped as HTML unless they are asked for raw."""
    return "".join(_render(template.nodes, Scope(model), content, as_html))


def suggest(templates: Iterable[Template]) -> dict[str, Any]:
    """A model that has every name that the templates ask for."""
    wanted = _Wanted()
    for template in templates:
        _infer(template.nodes, wanted)
    shown = wanted.shown()
    return shown if isinstance(shown, dict) else {}


def _take(token: str, at: int, open_: list[tuple[Node, str, int]]) -> str:
    """Add what a token stands for to the innermost open section; what is wrong with it, if
    anything is."""
    is_raw = token.startswith("{{{") or token.startswith("{{&")
    inside = token.strip("{}").strip()
    if is_raw and inside == CONTENT:
        open_[-1][0].children.append(Node("content"))
        return ""
    if is_raw and KEPT.fullmatch(inside):
        open_[-1][0].children.append(Node("text", token))
        return ""
    match "" if is_raw else inside[0]:
        case "!":
            return ""
        case "#" | "^" as sign:
            return _open(sign, inside[1:].strip(), at, open_)
        case "/":
            return _close(inside[1:].strip(), open_)
    path = inside.removeprefix("&").strip()
    open_[-1][0].children.append(Node("raw" if is_raw else "value", path))
    return _path_mistake(path)


def _open(sign: str, name: str, at: int, open_: list[tuple[Node, str, int]]) -> str:
    each = name.split(maxsplit=1)
    kind: Kind = "inverted" if sign == "^" else "scope"
    if sign == "#" and each[:1] == ["each"]:
        kind, name = "each", each[1] if each[1:] else ""
    if len(open_) > DEEPEST:
        return "The sections are nested too deeply."
    node = Node(kind, name)
    open_[-1][0].children.append(node)
    open_.append((node, name, at))
    if kind == "each" and not name:
        return (
            "The 'each' block being opened requires a model path to be specified in the form"
            " '{{#each <name>}}'."
        )
    return _path_mistake(name)


def _close(name: str, open_: list[tuple[Node, str, int]]) -> str:
    node, opened, _ = open_[-1]
    if len(open_) > 1 and name == ("each" if node.kind == "each" else opened):
        open_.pop()
        return ""
    if name == "each":
        return (
            "An 'each' block is being closed, but no corresponding opening element"
            " ('{{#each <name>}}') was detected."
        )
    return "It appears that open and closing elements are mismatched."


def _path_mistake(path: str) -> str:
    if not NO_PATH.search(path):
        return ""
    return f"The path '{path}' is not valid. Please see documentation for examples of valid paths."


def _mistake(source: str, at: int, words: str) -> Mistake:
    before = source[:at]
    return Mistake(words, before.count("\n") + 1, at - before.rfind("\n"))


def _render(nodes: list[Node], scope: Scope, content: str, as_html: bool) -> Iterator[str]:
    for node in nodes:
        if node.kind == "text":
            yield node.text
            continue
        if node.kind == "content":
            yield content
            continue
        found = scope.at(node.text)
        match node.kind:
            case "value" if as_html:
                yield escape(_printed(found.value)).replace("&#x27;", "&#39;")
            case "value" | "raw":
                yield _printed(found.value)
            case "each" if found.value:
                yield from _render_each(node, found, content, as_html)
            case "scope" if found.value:
                yield from _render(node.children, found, content, as_html)
            case "inverted" if not found.value:
                yield from _render(node.children, found, content, as_html)


def _render_each(node: Node, scope: Scope, content: str, as_html: bool) -> Iterator[str]:
    if not isinstance(scope.value, list):
        words = "is used like an array by the template, but is a scalar value or object"
        raise TemplateIsBroken(f"'{node.text}' {words} in your model.")
    for item in scope.value:
        yield from _render(node.children, Scope(item, scope), content, as_html)


def _printed(value: Any) -> str:
    """A value as it stands in a text; what is not one value has no text."""
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _walk(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


class _Wanted:
    """What the templates want at one place of the model."""

    def __init__(self, key: str = "", outer: "_Wanted | None" = None) -> None:
        self.key = key
        self.outer = outer
        self.kinds: set[Kind] = set()
        self.inside: dict[str, _Wanted] = {}

    def at(self, path: str) -> "_Wanted":
        place = self
        for part in PARTS.findall(path):
            if part == "../":
                place = place.outer or place
            else:
                place = place.inside.setdefault(part, _Wanted(part, place))
        return place

    def shown(self) -> Any:
        """An example of what would do: a list for `each`, an object around names, else a value."""
        inside = {key: place.shown() for key, place in self.inside.items()}
        if "each" in self.kinds:
            return [inside] if inside else [f"{self.key}_{number}" for number in (1, 2, 3)]
        return inside if inside or not self.kinds else f"{self.key}_Value"


def _infer(nodes: list[Node], wanted: _Wanted) -> None:
    for node in nodes:
        if node.kind in {"text", "content"}:
            continue
        place = wanted.at(node.text)
        place.kinds.add(node.kind)
        _infer(node.children, place)
