"""`staging generate`."""

from typing import Annotated

import typer

from staging import generate as files
from staging.commands.call import new_app
from staging.commands.ending import FINE
from staging.obstacles import Failed
from staging.output import Output

app = new_app()


@app.command()
def generate(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 1 when a file is stale.")
    ] = False,
) -> int:
    """Write the files that follow from the code.

    .env.staging.example and the tables of the documentation are read off the declarations in
    backend/settings.py, backend/schema and staging/environment.py, and are not edited by hand.

    \b
    Example: staging generate --check
    """
    if check:
        if stale := files.stale():
            listed = ", ".join(map(str, stale))
            raise Failed(f"Stale: {listed}.", "`staging generate` writes them anew.")
        Output().say("Every generated file is fresh.")
        return FINE
    written = files.write()
    Output().say(f"Written: {', '.join(map(str, written))}." if written else "Nothing was stale.")
    return FINE
