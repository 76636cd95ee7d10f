"""The tables of the documentation, in Markdown, read off the declarations.

`TABLES` lists them; a page takes one in between `<!-- generated: NAME -->` and `<!-- end -->`.
"""

from collections.abc import Callable, Iterable
from inspect import getdoc
from pathlib import Path
from textwrap import fill
from typing import Any

from backend.schema import KEPT, Document
from backend.settings import VENDORS, Website
from backend.variables import Group, ReadBy, Variable
from sandboxes.app import SANDBOXES
from sandboxes.kit.sandbox import Sandbox
from staging import service_tables
from staging.check_tables import checks
from staging.env import ALL_GROUPS
from staging.markdown import code, codes, table
from staging.outages import NEEDS, WAYS, Need, outcome

ROOT = Path(__file__).resolve().parents[1]
IDENTIFIER = Document.model_json_schema()["properties"]["id"]["pattern"]


def vendor_of(variable: Variable) -> str | None:
    """The vendor whose name the variable bears, if it bears one."""
    return next((v for v in VENDORS if variable.name.startswith(f"{v.upper()}_")), None)


def variables() -> str:
    """Every variable by group: its meaning, default and example, and who reads it."""
    return "\n".join(_group(name, group) for name, group in ALL_GROUPS.items())


def vendors() -> str:
    """The vendors: whether the backend calls them and a sandbox stands in, and their variables."""
    return table(("Vendor", "Called", "Sandbox", "Variables"), map(_vendor, VENDORS))


def collections() -> str:
    """What is kept: what every document has, then each collection's own fields."""
    every = f"### Every document\n\n{_fields(Document, Document.model_fields)}"
    return "\n".join((every, *(_collection(kind) for kind in KEPT)))


def sandboxes() -> str:
    """What each sandbox does, by the names that the vendor's own contract gives, and does not."""
    return "\n".join(map(_sandbox, SANDBOXES))


def outages() -> str:
    """What the backend answers while a vendor fails, for every vendor and every way to fail."""
    head = ("Vendor", "Needed for", "Within", *(way.name for way in WAYS))
    return table(head, map(_outages, NEEDS))


TABLES: dict[str, Callable[[], str]] = {
    each.__name__: each
    for each in (
        variables,
        vendors,
        collections,
        *service_tables.TABLES,
        checks,
        sandboxes,
        outages,
    )
}


def _group(name: str, group: type[Group]) -> str:
    head = ("Variable", "Meaning", "Default", "Example for staging", "Read by")
    default_reader = "the website" if group is Website else "the backend"
    rows = (_variable(variable, default_reader) for variable in group.variables())
    return f"### {name.capitalize()}\n\n{getdoc(group)}\n\n{table(head, rows)}"


def _vendor(vendor: str) -> tuple[str, ...]:
    every = (variable for group in ALL_GROUPS.values() for variable in group.variables())
    called = (ROOT / "backend" / "providers" / f"{vendor}.py").exists()
    imitated = (ROOT / "sandboxes" / vendor).is_dir()
    there = tuple("yes" if stands else "not yet" for stands in (called, imitated))
    return vendor, *there, codes(v.name for v in every if vendor_of(v) == vendor)


def _variable(variable: Variable, default_reader: str) -> tuple[str, ...]:
    choices = f" One of {codes(variable.choices)}." if variable.choices else ""
    default = "**required**" if variable.is_required else code(variable.default) or "none"
    mark = variable.mark(ReadBy)
    meaning = variable.meaning + choices + (" Secret." if variable.is_secret else "")
    reader = mark.program if mark else default_reader
    return code(variable.name), meaning, default, code(variable.example), reader


def _collection(kind: type[Document]) -> str:
    own = [name for name in kind.model_fields if name not in Document.model_fields]
    several = (i for i in kind.declared_indexes() if len(i.fields) > 1)
    told = [f"{'Unique' if i.unique else 'Indexed'} together: {codes(i.fields)}." for i in several]
    told += [f"Searched, the weightiest first: {codes(kind.searched)}."] if kind.searched else []
    after = f"\n{' '.join(told)}\n" if told else ""
    return f"### {kind.collection}\n\n{getdoc(kind)}\n\n{_fields(kind, own)}{after}"


def _fields(kind: type[Document], names: Iterable[str]) -> str:
    schema = kind.model_json_schema()
    single = (index for index in kind.declared_indexes() if len(index.fields) == 1)
    indexed = {index.fields[0]: "unique" if index.unique else "yes" for index in single}
    rows = (
        (
            code(name),
            _type(schema["properties"][name], schema.get("$defs", {})),
            _default(kind, name),
            indexed.get(name, ""),
            kind.references().get(name, ""),
            schema["properties"][name].get("description", ""),
        )
        for name in names
    )
    return table(("Field", "Type", "Default", "Index", "Refers to", "Meaning"), rows)


def _default(kind: type[Document], name: str) -> str:
    field = kind.model_fields[name]
    if field.is_required():
        return "**required**"
    if field.default_factory:
        return "made with the document"
    default = field.get_default()
    words = {"": "empty", "[]": "empty", "None": "none", "False": "no", "True": "yes"}
    return words.get(str(default), code(str(default)))


def _type(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    """A JSON schema in a few words."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        whole = definitions[name]
        return codes(whole["enum"]) if "enum" in whole else f"{name} ({codes(whole['properties'])})"
    if "anyOf" in schema:
        kinds = (s for s in schema["anyOf"] if s.get("type") != "null")
        return f"{' or '.join(_type(s, definitions) for s in kinds)}, or none"
    if schema["type"] == "array":
        return f"list of {_type(schema['items'], definitions)}"
    return _plain(schema)


def _plain(schema: dict[str, Any]) -> str:
    if schema["type"] == "string":
        return _text(schema)
    if schema["type"] in ("boolean", "object"):
        return {"boolean": "yes or no", "object": "values by name"}[schema["type"]]
    bounds = (("minimum", "from"), ("maximum", "to"))
    return " ".join(["whole number", *(f"{w} {schema[k]:,}" for k, w in bounds if k in schema)])


def _text(schema: dict[str, Any]) -> str:
    if schema.get("format"):
        return {"date-time": "moment", "email": "e-mail address"}[schema["format"]]
    if schema.get("pattern") == IDENTIFIER:
        return "id"
    like = f" like {code(schema['pattern'])}" if "pattern" in schema else ""
    return "text" + like + (f" up to {schema['maxLength']:,}" if "maxLength" in schema else "")


def _sandbox(sandbox: Sandbox) -> str:
    rows = (
        (each.name, code(f"{each.method} /{sandbox.name}{each.path}"))
        for each in sandbox.operations
    )
    parts = [f"### {sandbox.name}\n", f"{fill(sandbox.about, 98)}\n"]
    parts += [table(("Operation", "Asked by"), rows)]
    if sandbox.does_not:
        parts += ["It does not:\n", *(f"- {each}" for each in sandbox.does_not), ""]
    return "\n".join(parts)


def _outages(need: Need) -> tuple[str, ...]:
    cells = (str(outcome(need, way)) for way in WAYS)
    return need.vendor, need.asked, f"{need.seconds} s", *cells
