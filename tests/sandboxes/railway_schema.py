"""Our part of Railway's schema beside the whole of it: what differs, and what ours lacks.

`python -m tests.sandboxes.railway_schema` writes down anew what ours lacks.
"""

from collections.abc import Iterator

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    print_ast,
)

from sandboxes.railway.language import SCHEMA
from sandboxes.railway.outside import TYPES
from tests.architecture.house import ROOT

LACKING = ROOT / "sandboxes" / "railway" / "outside.txt"
CONTRACTS = ROOT.parent / "shared" / "contracts"
WHOLE = CONTRACTS / "railway.graphql"
Given = GraphQLInputField | GraphQLArgument
Fielded = GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType


def the_whole() -> GraphQLSchema:
    """Railway's whole schema, where it lies beside this project."""
    return build_schema(WHOLE.read_text(), assume_valid=True)


def differences(ours: GraphQLSchema, whole: GraphQLSchema) -> Iterator[str]:
    """Each thing of ours that is not the same in the whole schema."""
    for name, kind in _named(ours):
        there = whole.type_map.get(name)
        if there is None or type(there) is not type(kind):
            yield f"{name} is a {type(there).__name__} there, and a {type(kind).__name__} here"
        elif isinstance(kind, GraphQLEnumType) and isinstance(there, GraphQLEnumType):
            if kind.values.keys() != there.values.keys():
                yield f"{name} has other values there"
        elif isinstance(kind, Fielded) and isinstance(there, Fielded):
            yield from _fields(kind, there)


def _fields(ours: Fielded, there: Fielded) -> Iterator[str]:
    if _interfaces(ours) != _interfaces(there):
        yield f"{ours.name} has other interfaces there"
    for name, field in ours.fields.items():
        where, theirs = f"{ours.name}.{name}", there.fields.get(name)
        if theirs is None:
            yield f"{where} is not there"
            continue
        if str(field.type) != str(theirs.type):
            yield f"{where} is {theirs.type} there, and {field.type} here"
        if isinstance(field, GraphQLInputField) and isinstance(theirs, GraphQLInputField):
            yield from _default(where, field, theirs)
        elif not isinstance(field, GraphQLInputField) and not isinstance(theirs, GraphQLInputField):
            yield from _arguments(where, field.args, theirs.args)


def _interfaces(kind: Fielded) -> set[str]:
    return {each.name for each in getattr(kind, "interfaces", ())}


def _arguments(
    where: str, ours: dict[str, GraphQLArgument], there: dict[str, GraphQLArgument]
) -> Iterator[str]:
    for name, argument in ours.items():
        if name not in there:
            yield f"{where}({name}) is not there"
        elif str(argument.type) != str(there[name].type):
            yield f"{where}({name}) is {there[name].type} there, and {argument.type} here"
        else:
            yield from _default(f"{where}({name})", argument, there[name])
    for name in there.keys() - ours.keys():
        if str(there[name].type).endswith("!"):
            yield f"{where}({name}) is needed there, and is not here"


def _default(
    where: str,
    ours: GraphQLInputField | GraphQLArgument,
    there: GraphQLInputField | GraphQLArgument,
) -> Iterator[str]:
    here, theirs = _value(ours), _value(there)
    if here != theirs:
        yield f"{where} is {theirs} by default there, {here} here"


def _value(of: Given) -> str:
    default = of.ast_node and of.ast_node.default_value
    return print_ast(default) if default else "nothing"


def lacking(ours: GraphQLSchema, whole: GraphQLSchema) -> dict[str, frozenset[str]]:
    """The names that ours lacks, by what they belong to, as `outside.txt` has them."""
    found: dict[str, set[str]] = {
        TYPES: {name for name, _ in _named(whole)} - ours.type_map.keys() | {"subscription"}
    }
    for name, kind in _named(ours):
        there = whole.type_map[name]
        if isinstance(kind, Fielded) and isinstance(there, Fielded):
            found[name] = there.fields.keys() - kind.fields.keys()
            for field in kind.fields.keys() & there.fields.keys():
                args = getattr(there.fields[field], "args", {}).keys()
                found[f"{name}.{field}"] = args - getattr(kind.fields[field], "args", {}).keys()
    return {of: frozenset(names) for of, names in found.items() if names}


def as_text(names: dict[str, frozenset[str]]) -> str:
    """The same, as it is written down."""
    return "".join(f"{of}: {' '.join(sorted(names[of]))}\n" for of in sorted(names))


def _named(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLNamedType]]:
    return ((n, kind) for n, kind in schema.type_map.items() if not n.startswith("__"))


if __name__ == "__main__":
    LACKING.write_text(as_text(lacking(SCHEMA, the_whole())))
