"""Writes `.railway/railway.py`: the graph as the Python that Railway's command line reads."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from staging.railway.instances import Json

FILE = '''\
"""The staging environment on Railway, for `railway config plan` and `railway config apply`.

Generated from staging/environment.py by `staging generate`: change the definition, not this file.
What is preserved here, or shared, is made and given by `staging setup`: no secret is in a file.
"""

from railway_sdk import (
{imports})

shared = create_railway_context().shared

{resources}


@define_railway
def main(_=None):
    """The project with every service and its volume, variables and hosts."""
    return {project}
'''
ALWAYS = ("create_railway_context", "define_railway", "project")


class Call(NamedTuple):
    """A call that the file makes, with its arguments."""

    function: str
    positional: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()


class Name(NamedTuple):
    """Something that the file has named before."""

    text: str


def code(graph: Json) -> str:
    """The Python that makes this graph, in the manner of the repository's formatter."""
    project = graph["project"]
    names = {node["address"]: _named(node["name"]) for node in project["resources"]}
    made = (f"{names[n['address']]} = {_written(_call(n, names), 0)}" for n in project["resources"])
    whole = Call("project", (project["name"],), (("resources", [*map(Name, names.values())]),))
    return FILE.format(
        imports="".join(f"    {name},\n" for name in sorted({*ALWAYS, *_functions(graph)})),
        resources="\n".join(made),
        project=_written(whole, 1),
    )


def _named(name: str) -> str:
    return name.replace("-", "_").lower()


def _functions(graph: Json) -> Iterator[str]:
    for node in graph["project"]["resources"]:
        yield node["type"]
        if "source" in node:
            yield "image"
        if {"type": "preserve"} in node.get("variables", {}).values():
            yield "preserve"


def _call(node: Json, names: Mapping[str, str]) -> Call:
    if node["type"] == "volume":
        return Call("volume", (node["name"],), tuple(node["config"].items()))
    given: dict[str, Any] = {name: node[name] for name in ("build", "deploy") if name in node}
    if "source" in node:
        given = {"source": Call("image", (node["source"]["image"],)), **given}
    given |= _hosts(node.get("networking", {}))
    if "volumeAttachments" in node:
        attached = node["volumeAttachments"].values()
        given["volumeMounts"] = {a["mountPath"]: Name(names[a["volume"]]) for a in attached}
    env = {name: _value(value, names) for name, value in node.get("variables", {}).items()}
    return Call("service", (node["name"],), (*given.items(), ("env", env)))


def _hosts(networking: Json) -> Json:
    # Under `networking` the SDK takes no customDomains: it drops them without a word.
    own = [{"domain": d, **port} for d, port in networking.get("customDomains", {}).items()]
    railways = {name: part for name, part in networking.items() if name != "customDomains"}
    return ({"networking": railways} if railways else {}) | ({"domains": own} if own else {})


def _value(variable: Json, names: Mapping[str, str]) -> Any:
    match variable["type"]:
        case "reference":
            return Name(f"{names[variable['resource']]}.env.{variable['output']}")
        case "sharedReference":
            return Name(f"shared.{variable['name']}")
        case "preserve":
            return Call("preserve")
    return variable["value"]


def _written(value: Any, depth: int) -> str:
    """A value as source; whatever has parts takes a line for each."""
    if isinstance(value, Name):
        return value.text
    if isinstance(value, Call):
        named = (f"{name}={_written(part, depth + 1)}" for name, part in value.named)
        parts = [*(_written(part, depth + 1) for part in value.positional), *named]
        inside = _lines(parts, depth) if value.named else ", ".join(parts)
        return f"{value.function}({inside})"
    if isinstance(value, dict):
        pairs = [f"{_text(name)}: {_written(part, depth + 1)}" for name, part in value.items()]
        return f"{{{_lines(pairs, depth)}}}"
    if isinstance(value, list):
        return f"[{_lines([_written(part, depth + 1) for part in value], depth)}]"
    return _text(value) if isinstance(value, str) else repr(value)


def _lines(parts: list[str], depth: int) -> str:
    indent = "    " * (depth + 1)
    return "".join(f"\n{indent}{part}," for part in parts) + f"\n{indent[4:]}" if parts else ""


def _text(text: str) -> str:
    """A string, in the quotes that need fewer backslashes."""
    if text.count('"') > text.count("'"):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return json.dumps(text, ensure_ascii=False)
