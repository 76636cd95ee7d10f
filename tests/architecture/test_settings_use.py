"""Every declared variable is explained and read; those that nothing reads yet are listed."""

import ast
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from backend.settings import GROUPS, Website
from backend.variables import Group, ReadBy
from tests.architecture.house import ROOT, Source, Tree, kept, last_name, sources

BRIEF = {
    "core": 18,
    "database": 6,
    "authentication": 8,
    "payment": 7,
    "mail": 6,
    "cloudflare": 6,
    "intelligence": 5,
    "observability": 9,
    "security": 6,
}
"""The nine groups of the brief, which says how many variables each has; the website has six."""

UNREAD = {
    "NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY",
    "STRIPE_PUBLISHABLE_KEY",
}
"""Variables that nothing reads yet. The set only shrinks."""

ALL: tuple[type[Group], ...] = (*GROUPS.values(), Website)
VARIABLES = [variable for group in ALL for variable in group.variables()]


def read(root: Path) -> set[str]:
    """The variables that some code reads: as `settings.<group>.<name>`, or by their own name."""
    ours = sources(root, "backend")
    settings = [source for source in ours if source.path.name == "settings.py"]
    derived = {name for source in settings for name in read_by_properties(source, ours)}
    direct = {
        name for source in ours if source not in settings for name in attributes(source.nodes)
    }
    return direct | derived | named(root)


def attributes(nodes: Iterable[ast.AST]) -> set[str]:
    """Variables read off a settings group: off its attribute, or off what is annotated as one."""
    nodes = tuple(nodes)
    arguments = (node for node in nodes if isinstance(node, ast.arg))
    typed = {a.arg: last_name(a.annotation) for a in arguments if a.annotation}
    return {
        node.attr.upper()
        for node in nodes
        if isinstance(node, ast.Attribute)
        and (group := group_of(last_name(node.value), typed))
        and node.attr in group.model_fields
    }


def group_of(name: str, typed: dict[str, str]) -> type[Group] | None:
    """The settings group that a name stands for: by its own, or by its annotation's."""
    by_class = {group.__name__: group for group in ALL}
    return GROUPS.get(name) or by_class.get(typed.get(name, ""))


def read_by_properties(settings: Source, ours: tuple[Source, ...]) -> set[str]:
    """Fields read by those properties of Settings that somebody else reads."""
    elsewhere = "\n".join(source.text for source in ours if source is not settings)
    return {
        name
        for function in settings.functions()
        if re.search(rf"settings\.{function.name}\b", elsewhere)
        for name in attributes(ast.walk(function))
    }


def named(root: Path) -> set[str]:
    """Variables that are read by name: in the backend as text, in the website's code anyhow."""
    constants = {
        str(node.value)
        for source in sources(root, "backend")
        for node in source.walk(ast.Constant)
        if isinstance(node.value, str)
    }
    website = [path for path in kept(root) if path.parts[0] == "frontend"]
    code = "".join((root / p).read_text() for p in website if p.suffix in (".ts", ".tsx", ".mjs"))
    return {v.name for v in VARIABLES if v.name in constants or re.search(rf"\b{v.name}\b", code)}


def test_the_groups_have_as_many_variables_as_the_brief_says() -> None:
    assert {name: len(group.model_fields) for name, group in GROUPS.items()} == BRIEF
    assert len(Website.model_fields) == 6
    assert len(VARIABLES) == 77


def test_every_name_is_declared_once() -> None:
    assert not [name for name, n in Counter(v.name for v in VARIABLES).items() if n > 1]


def test_every_variable_has_a_meaning_and_an_example() -> None:
    assert not [v.name for v in VARIABLES if not re.fullmatch(r"[A-Z].*\w.*\.", v.meaning)]
    assert not [v.name for v in VARIABLES if not v.example]


def test_what_nothing_reads_yet_is_listed_and_only_that() -> None:
    by_others = {v.name for v in VARIABLES if v.mark(ReadBy)}
    unread = {v.name for v in VARIABLES} - read(ROOT) - by_others
    assert sorted(unread) == sorted(UNREAD), "take what is read now out of UNREAD"


def test_reading_is_seen(tree: Tree) -> None:
    root = tree(
        {
            "backend/a.py": "def run(settings): return settings.core.port",
            "backend/b.py": "def run(limits: Security): return limits.rate_limit_per_minute",
            "backend/c.py": "level = environ.get('LOG_LEVEL')",
            "backend/d.py": "def run(settings): return settings.prefix",
            "backend/settings.py": "class Settings:\n"
            " def prefix(self): return self.core.environment_name\n"
            " def origins(self): return self.security.cors_origins\n",
            "frontend/lib/api.ts": "const api = process.env.NEXT_PUBLIC_API_URL",
        }
    )
    assert read(root) == {
        "PORT",
        "RATE_LIMIT_PER_MINUTE",
        "LOG_LEVEL",
        "ENVIRONMENT_NAME",
        "NEXT_PUBLIC_API_URL",
    }


def test_an_attribute_of_something_else_is_no_reading(tree: Tree) -> None:
    root = tree({"backend/a.py": "def run(url, app): return url.port, app.state.store, app.debug"})
    assert not read(root)
