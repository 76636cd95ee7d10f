"""What every command is called with, and the options that several of them share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from staging import spans

Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON document for programs; people read stderr.")
]


@dataclass(frozen=True)
class Call:
    """What stands before a command's name: `folder` keeps the data, `environ` is the process's."""

    folder: Path
    environ: Mapping[str, str]


def new_app(**attributes: Any) -> typer.Typer:
    """An application whose help is plain text, in the words of its docstrings."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **attributes,
    )


def span(text: str) -> timedelta:
    """A length of time that was typed, such as `1d12h`. Raises `BadParameter`."""
    try:
        return spans.span(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
