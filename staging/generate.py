"""The files written from code: `GENERATED` lists them, and nobody edits them by hand."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import fill

from backend.app import create_app
from backend.settings import VENDORS
from backend.variables import Group, Variable
from staging.env import ALL_GROUPS
from staging.environment import BACKEND, PROJECT, PYTHON, STAGING
from staging.monitoring import dashboard, rules
from staging.railway import legacy
from staging.railway.code import code
from staging.railway.graph import graph
from staging.tables import ROOT, TABLES, vendor_of

HEADER = """\
# WWMAA's environment variables, with values for staging.
#
# Generated from backend/settings.py by `staging generate`: change the declarations, not this file.
# Copy it, put the real value wherever <...> stands, and check the copy:
#
#     cp .env.staging.example .env.staging
#     staging env check .env.staging
#
# What is commented out may stay so: it shows a default, or what an environment may do without.
# ${{postgres.DATABASE_URL}} is Railway's way to name a variable of another service; elsewhere put
# the value itself.
"""

MARKED = re.compile(r"(?<=<!-- generated: )(?P<name>[\w-]+) -->\n.*?(?=<!-- end -->)", re.DOTALL)


class UnknownTable(Exception):
    """A page asks for a table that nothing renders."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"A page asks for the table {name!r}, which nothing renders. "
            f"Ask for one of {', '.join(TABLES)}, or add it to TABLES in staging/tables.py."
        )


def example(_page: str) -> str:
    """The example of an environment file: every variable, by group and by vendor."""
    return "\n".join((HEADER, *(_group(name, group) for name, group in ALL_GROUPS.items())))


def with_tables(page: str) -> str:
    """A hand-written page with its tables as they are now. Raises `UnknownTable`."""

    def table(marked: re.Match[str]) -> str:
        name = marked["name"]
        if name not in TABLES:
            raise UnknownTable(name)
        return f"{name} -->\n\n{TABLES[name]()}\n"

    return MARKED.sub(table, page)


def description(_page: str) -> str:
    """The API's description, out of which the website's build makes its types."""
    return json.dumps(create_app({}).openapi(), indent=1, ensure_ascii=False) + "\n"


Render = Callable[[str], str]

GENERATED: tuple[tuple[str, Render], ...] = (
    (".env.staging.example", example),
    ("docs/environments.md", with_tables),
    ("docs/sandboxes.md", with_tables),
    ("docs/operations/alerts.yml", rules),
    ("docs/operations/dashboard.json", dashboard),
    (".python-version", lambda _page: f"{PYTHON}\n"),
    (".railway/graph.json", lambda _page: json.dumps(graph(STAGING, PROJECT), indent=2) + "\n"),
    (".railway/railway.py", lambda _page: code(graph(STAGING, PROJECT))),
    ("railway.json", lambda _page: legacy.as_json(BACKEND)),
    ("railway.toml", lambda _page: legacy.as_toml(BACKEND)),
    ("frontend/openapi.json", description),
)
"""Each path, and what renders the file out of the page that stands there."""


def stale(root: Path = ROOT) -> tuple[Path, ...]:
    """The generated files that differ from what would be written, or do not stand at all."""
    return tuple(path for path, _ in _differing(root))


def write(root: Path = ROOT) -> tuple[Path, ...]:
    """Write the files that are stale; which ones these were."""
    differing = tuple(_differing(root))
    for path, text in differing:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tuple(path for path, _ in differing)


def _differing(root: Path) -> Iterator[tuple[Path, str]]:
    for name, render in GENERATED:
        path = root / name
        there = path.read_text(encoding="utf-8") if path.exists() else ""
        text = render(there)
        if text != there:
            yield path, text


def _group(name: str, group: type[Group]) -> str:
    own: dict[str | None, list[Variable]] = {vendor: [] for vendor in (None, *VENDORS)}
    for variable in group.variables():
        own[vendor_of(variable)].append(variable)
    title = f"# ===== {name.capitalize()}: {group.__doc__}\n"
    return "\n".join((title, *(_section(*section) for section in own.items() if section[1])))


def _section(vendor: str | None, variables: list[Variable]) -> str:
    title = f"# --- {vendor}\n\n" if vendor else ""
    return title + "\n".join(map(_variable, variables))


def _variable(variable: Variable) -> str:
    choices = f"One of {', '.join(variable.choices)}. " if variable.choices else ""
    told = f"{variable.meaning} {choices}{_need(variable)}"
    comment = fill(told, 98, initial_indent="# ", subsequent_indent="# ")
    return f"{comment}\n{'' if _is_given(variable) else '# '}{variable.name}={variable.example}\n"


def _need(variable: Variable) -> str:
    need = "Required" if variable.is_required else "Optional"
    need = f"{variable.default} by default" if variable.default else need
    return f"{need}, secret." if variable.is_secret else f"{need}."


def _is_given(variable: Variable) -> bool:
    """Whether staging needs it: it is required, or its default is another environment's."""
    return variable.is_required or variable.default not in ("", variable.example)
