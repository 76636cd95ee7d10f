"""`staging generate`."""

from typing import Annotated

import typer

from staging import generate as files
from staging.commands.call import new_app
from staging.commands.ending import FINE
from staging.environment import STAGING
from staging.obstacles import Failed
from staging.output import Output
from staging.railway import traps
from staging.tables import ROOT

app = new_app()


@app.command()
def generate(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 1 when something is wrong.")
    ] = False,
) -> int:
    """Write the files that follow from the code.

    .env.staging.example, what Railway reads and the tables of the documentation are read off the
    declarations in backend/settings.py, backend/schema and staging/environment.py, and are not
    edited by hand. The check ends with 1 when one of them is stale, and when Railway would trip
    over them, over a Dockerfile or over the definition: each trap is told with its cure.

    \b
    Example: staging generate --check
    """
    if check:
        if stale := files.stale():
            listed = ", ".join(map(str, stale))
            raise Failed(f"Stale: {listed}.", "`staging generate` writes them anew.")
        if found := traps.of(STAGING, ROOT):
            listed = "\n".join(map(str, found))
            raise Failed(f"Railway would trip {len(found)} times:\n{listed}", found[0].trap.cure)
        untouched = f"none of {len(traps.TRAPS)} traps of Railway is stepped into"
        Output().say(f"Every generated file is fresh, and {untouched}.")
        return FINE
    written = files.write()
    Output().say(f"Written: {', '.join(map(str, written))}." if written else "Nothing was stale.")
    return FINE
