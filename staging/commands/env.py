"""`staging env` and `staging env check`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from backend.settings import GROUPS
from staging import env as variables
from staging.commands.call import Json, new_app
from staging.commands.ending import FAILED, FINE
from staging.environment import BACKEND
from staging.local import Local
from staging.obstacles import Failed
from staging.output import Output

app = new_app(invoke_without_command=True)


@app.callback()
def env(context: typer.Context, as_json: Json = False) -> int:
    """Show the environment's variables, or check a file of them.

    What the backend on this machine is told: each declared variable, by group, with its value, its
    default, or that it is missing. Secrets are never shown. What each one means stands in
    docs/environments.md.

    \b
    Examples: staging env
              staging env check .env.staging
    """
    if context.invoked_subcommand:
        return FINE
    local, output = Local.at(context.obj.folder), Output(as_json)
    if not local.secrets:
        raise Failed(
            "There is no environment to show: none was raised here yet.", "`staging up` raises one."
        )
    told = variables.describe(local.variables(BACKEND))
    # The website is told its own variables, and there is none yet.
    lines = [line for line in told if line.group in GROUPS]
    if as_json:
        output.document([asdict(line) for line in lines])
        return FINE
    width = max(len(line.name) for line in lines)
    for group in dict.fromkeys(line.group for line in lines):
        output.say(f"\n{group}", "bold")
        own = (line for line in lines if line.group == group)
        output.table((line.name.ljust(width), line.state.ljust(7), line.shown) for line in own)
    return FINE


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="Lines of NAME=value, as for Railway.")],
    as_json: Json = False,
) -> int:
    """Check a file of variables before it is used.

    Names every variable that is missing, malformed, unknown, given twice, or refused, such as a
    live key outside production. Values are not shown. Ends with 0 when there is nothing to mend.

    \b
    Example: staging env check .env.staging
    """
    output = Output(as_json)
    try:
        found = variables.check(file)
    except variables.FileIsUnreadable as unreadable:
        raise typer.BadParameter(str(unreadable), param_hint="FILE") from unreadable
    if as_json:
        output.document({"ok": not found, "problems": [asdict(problem) for problem in found]})
    elif not found:
        output.say(f"{file} is complete and well formed.")
    else:
        listed = "\n".join(map(str, found))
        fact = f"{file} is not usable yet, {len(found)} to mend:\n{listed}"
        output.failure(fact, "docs/environments.md explains each variable.")
    return FAILED if found else FINE
