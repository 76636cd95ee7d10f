"""What the commands for Railway share: their options, and how a verification is told."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from staging.output import Output
from staging.verify import Report
from staging.verify.page import page

TargetName = Literal["local", "railway"]
TargetOption = Annotated[
    TargetName, typer.Option("--target", help="The environment here, or the one on Railway.")
]
EnvironmentOption = Annotated[
    str | None,
    typer.Option(
        "--environment", metavar="NAME", show_default="staging", help="Another one, as a preview."
    ),
]
ConnectTo = Annotated[
    list[str] | None,
    typer.Option(
        metavar="HOST:PORT:TO_HOST:TO_PORT",
        help="Connect there instead, as curl does; names and certificates stay as asked. Empty"
        " HOST or PORT is any. It stands in for DNS. Also from STAGING_CONNECT_TO.",
    ),
]
Authority = Annotated[
    Path | None,
    typer.Option("--cacert", metavar="FILE", help="Believe certificates of this authority (PEM)."),
]
Junit = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the results as JUnit XML as well.")
]
Html = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the results as one HTML page as well.")
]


def write_reports(output: Output, report: Report, junit: Path | None, html: Path | None) -> None:
    """The report's files, where they were asked for."""
    for file, text in ((junit, report.as_junit), (html, lambda: page(report))):
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text())
            output.say(f"Written: {file}")


def told(report: Report | None) -> Any:
    """A report for a JSON document."""
    return json.loads(report.as_json()) if report else None
