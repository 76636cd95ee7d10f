"""`staging status`."""

import asyncio
from contextlib import suppress

import typer

from staging.clock import ask
from staging.commands.call import Json, new_app
from staging.commands.ending import FAILED, FINE
from staging.commands.hosted import EnvironmentOption, TargetOption
from staging.commands.hosted_status import show_railway
from staging.commands.running import running
from staging.commands.shown import (
    document,
    show_attempts,
    show_doors,
    show_personas,
    show_services,
    show_time,
)
from staging.obstacles import Failed
from staging.output import Output

app = new_app()


@app.command()
def status(
    context: typer.Context,
    *,
    target: TargetOption = "local",
    environment: EnvironmentOption = None,
    as_json: Json = False,
) -> int:
    """Show what runs where, and who can log in.

    Each service with its state, address and process, then the addresses to open, the time where
    it was moved, the personas: people of the seeds whom you can be, and what each is good for,
    and whether something tried to leave this machine. On Railway: the deployment of each service,
    its host, and what it costs. Ends with 0 when everything runs, with 1 when something does not.

    \b
    Examples: staging status --json | jq -r .urls.backend
              staging status --target railway
    """
    if target == "railway":
        return show_railway(context.obj, environment, Output(as_json), as_json=as_json)
    local, here = running(context.obj.folder)
    output = Output(as_json)
    if as_json:
        output.document(document(local, here))
    else:
        show_services(output, local, here)
        output.say()
        show_doors(output, local)
        # What does not answer is in the table already.
        with suppress(Failed):
            show_time(output, asyncio.run(ask(local)))
        output.say()
        show_personas(output, local.password, to_try=True)
        show_attempts(output, local)
    return FINE if here.is_whole else FAILED
