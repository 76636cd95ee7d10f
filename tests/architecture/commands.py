"""The commands that pages and workflows tell people and machines to run."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from staging.cli import COMMANDS, app
from tests.architecture.house import ROOT

FENCED = re.compile(r"^( *)```(?:sh|bash)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:staging|make|scripts/|\.venv/bin/staging)[^`\n]*)`")
TARGETS = set(re.findall(r"^([a-z.%/]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
OURS = re.compile(r"(?:make|(?:\.venv/bin/)?staging|scripts/\S+)(?:\s|$)")
LOADED = get_command(app)


def in_page(page: str) -> Iterator[str]:
    """The command lines of a page: in blocks, and between backticks."""
    for _, block in FENCED.findall(page):
        yield from in_script(block)
    yield from INLINE.findall(page)


def in_script(script: str) -> Iterator[str]:
    """The command lines of a script, each command of a line apart."""
    for line in script.replace("\\\n", " ").splitlines():
        told = re.sub(r"(?:^|\s)#.*", "", line)
        for part in re.split(r"&&|\|\||[|;]|\$\(", told):
            if words := part.strip().rstrip(")"):
                yield words


def fault(line: str) -> str | None:
    """Why a command can not be run as it is written; none when it is not one of ours, or can."""
    bare = re.sub(r"^(?:[A-Z_]+=\S*\s+|sudo\s+|exec\s+)+", "", line)
    if not OURS.match(bare):
        return None
    words = shlex.split(re.sub(r"\s>>?\s*\S+", "", bare))
    if words[0] == "make":
        unknown = [word for word in words[1:] if "=" not in word and word not in known_targets()]
        return f"{line!r}: make knows no {unknown[0]}" if unknown else None
    if words[0].startswith("scripts/"):
        return None if (ROOT / words[0]).exists() else f"{line!r}: there is no {words[0]}"
    return _parsed(line, words[1:])


def known_targets() -> set[str]:
    """What make can be asked for; `.venv/.tests` comes from a pattern."""
    return TARGETS | {f".venv/.{path.parent.name}" for path in ROOT.glob("*/requirements.txt")}


def _parsed(line: str, words: list[str]) -> str | None:
    """Let the command itself read its words, without running it."""
    command: Any = LOADED
    name = "staging"
    try:
        while words and words not in (["--help"], ["-h"]):
            context = command.make_context(name, list(words))
            if not hasattr(command, "resolve_command"):
                break
            rest = [*context._protected_args, *context.args]
            if not rest:
                break
            name, command, words = command.resolve_command(context, rest)
    # Whatever it is that the command says of its words, the test repeats it.
    except Exception as error:  # noqa: BLE001
        return f"{line!r}: {getattr(error, 'message', error)}"
    return None


def named_commands(lines: Iterator[str]) -> set[str]:
    """The commands of the tool that these lines name."""
    found = (re.match(r"(?:\S*/)?staging (?:--\S+ \S+ )*(\w+)", line) for line in lines)
    return {each[1] for each in found if each} & COMMANDS.keys()


def pages() -> tuple[Path, ...]:
    """Every page for people."""
    return tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]))
