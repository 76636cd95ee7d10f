"""The `staging` command: the life of an environment, in order.

A command's module is loaded when the command is called, so that help is quick and `logs` does not
wait for what only `verify` needs.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command

from staging.commands.call import Call, new_app

ROOT = Path(__file__).resolve().parents[1]

COMMANDS = {
    "up": "Raise, fill and verify the environment, and leave it running.",
    "status": "Show what runs where, and who can log in.",
    "logs": "Show what the services say.",
    "down": "End the environment; its data stays unless it is purged.",
    "env": "Show the environment's variables, or check a file of them.",
    "database": "Bring the collections and indexes to their declaration.",
    "seed": "Fill the environment with people, events and articles.",
    "backup": "Save every document of the environment in one file.",
    "restore": "Prove that a backup can be restored, or restore it.",
    "clock": "Show the environment's time, or move it.",
    "fault": "Make a vendor fail for a while, or show what fails.",
    "jobs": "Show what the worker has still to do, and retry what it gave up.",
    "verify": "Check that an environment is what it should be.",
    "rehearse": "Raise Railway on this machine, where deployments really run.",
    "setup": "Make the environment on Railway what the definition says.",
    "deploy": "Deploy to Railway, verify it, and go back when that fails.",
    "rollback": "Let a service on Railway go back to what served before.",
    "preview": "Give a branch an environment of its own on Railway.",
    "diff": "Compare the definition with what stands, there and here.",
    "generate": "Write the files that follow from the code.",
}
"""Each command in one line; the module of its name in `staging/commands` has the rest."""


class Loaded(Mapping[str, Any]):
    """The commands, each loaded from its module when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        if name not in COMMANDS:
            raise KeyError(name)
        return get_command(import_module(f"staging.commands.{name}").app)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Life(TyperGroup):
    """The group of commands, listed without being loaded."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = cast("dict[str, Any]", Loaded())

    def format_commands(self, _: Any, formatter: Any) -> None:
        """List the commands in the order of an environment's life."""
        with formatter.section("Commands, in the order of an environment's life"):
            formatter.write_dl([*COMMANDS.items()])


def end(code: int, **_: object) -> None:
    """End the process with what a command returned."""
    raise typer.Exit(code)


app = new_app(cls=Life, no_args_is_help=True, result_callback=end)


@app.callback()
def staging(
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Option(
            envvar="STAGING_FOLDER",
            show_default=".staging/ of the project",
            help="Where the environment keeps its data.",
        ),
    ] = ROOT / ".staging",
    _: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error; it may stand anywhere.")
    ] = False,
) -> None:
    """A staging environment for the World Wide Martial Arts Association on this machine.

    Real PostgreSQL and Valkey, the real backend, the outside world imitated, data seeded,
    everything verified: `staging up` raises it, `staging down` ends it.

    Exit codes: 0 fine, 1 a check or a step failed, 2 wrong usage, 3 refused, with nothing changed.
    """
    context.obj = Call(folder, os.environ)


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    # `--debug` comes first wherever it was typed; the order of the other words is kept.
    words = sorted(sys.argv[1:] if argv is None else argv, key="--debug".__ne__)
    try:
        get_command(app)(words, prog_name="staging")
    # Whatever it is, people get a sentence; `--debug` gives them the traceback.
    except Exception as error:
        if "--debug" in words:
            raise
        sys.exit(import_module("staging.commands.ending").told(error))
