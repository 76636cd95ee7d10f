"""What Railway's schema has and our part of it lacks: refused aloud as not emulated, not as wrong.

`outside.txt` has a line for each type of ours that lacks fields, for each field of ours that lacks
arguments, and one for all other types: their names and nothing more.
"""

import re
from pathlib import Path

from graphql import GraphQLError

TYPES = "(types)"
SAYS = (
    re.compile(r"Cannot query field '(?P<name>\w+)' on type '(?P<of>\w+)'"),
    re.compile(r"Unknown argument '(?P<name>\w+)' on field '(?P<of>\w+\.\w+)'"),
    re.compile(r"\w+ value of type '(?P<of>\w+)' not to include unknown field '(?P<name>\w+)'"),
    re.compile(r"Unknown type '(?P<name>\w+)'"),
    re.compile(r"The (?P<name>subscription) operation is not supported by the schema"),
)


def read_outside(text: str) -> dict[str, frozenset[str]]:
    """The names that are lacking, by what they belong to."""
    lines = (line.partition(": ") for line in text.splitlines())
    return {of: frozenset(names.split()) for of, _, names in lines}


OUTSIDE = read_outside((Path(__file__).parent / "outside.txt").read_text())


def is_outside(error: GraphQLError) -> bool:
    """Whether our schema refuses what Railway's would take."""
    for pattern in SAYS:
        if found := pattern.match(error.message):
            of = found.groupdict().get("of", TYPES)
            return found["name"] in OUTSIDE.get(of, frozenset())
    return False
