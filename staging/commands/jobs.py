"""`staging jobs`."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import typer

from backend.schema.jobs import Job, JobState
from backend.store import HasChanged, Store
from staging import clock as clocks
from staging.commands.call import Json, new_app
from staging.commands.ending import FAILED, FINE
from staging.commands.running import running
from staging.filling import opened
from staging.local import Local
from staging.obstacles import Refused
from staging.output import Output

app = new_app()

LATE: Final = timedelta(seconds=30)
"""How long after its time a job is overdue: by then the worker should have begun it."""
Retry = Annotated[
    str | None,
    typer.Option("--retry", metavar="ID", help="Let a dead job be tried anew, or `all` of them."),
]


@app.command()
def jobs(context: typer.Context, retry: Retry = None, as_json: Json = False) -> int:
    """Show what the worker has still to do, and retry what it gave up.

    A job is what the worker does after the answer, such as a mail. It is overdue when it waits for
    more than half a minute after its time, and dead when it was tried as often as it may be; what
    failed the last time is shown. A retried job is due at once, with all of its tries before it.
    Ends with 1 while one is overdue or dead, and with 3 when there is no such dead job.

    \b
    Examples: staging jobs
              staging jobs --retry all
    """
    local, _ = running(context.obj.folder)
    output = Output(as_json)
    now, found, retried = asyncio.run(_looked(local, retry))
    rows = [_told(job, now) for job in found]
    if as_json:
        output.document({"now": now.isoformat(), "jobs": rows, "retried": retried})
    else:
        _show(rows, retried, output)
    return FAILED if any(row["state"] != "waiting" for row in rows) else FINE


async def _looked(local: Local, retry: str | None) -> tuple[datetime, list[Job], list[str]]:
    """The environment's time, its jobs that are not done, and the ids of those tried anew."""
    now = (await clocks.ask(local)).now
    async with opened(local) as store:
        retried = await _retry(store, retry, now) if retry else []
        states = (JobState.dead, JobState.waiting)
        found = [job for state in states async for job in store.every(Job, {"state": state.value})]
    return now, sorted(found, key=lambda job: job.due_at), retried


async def _retry(store: Store, which: str, now: datetime) -> list[str]:
    """Let dead jobs be due at once, as if they were new. Raises `Refused` for no such job."""
    dead = [job async for job in store.every(Job, {"state": JobState.dead.value})]
    chosen = [job for job in dead if which in ("all", job.id)]
    if not chosen and which != "all":
        raise Refused(f"No dead job has the id {which}.", "`staging jobs` lists them.")
    done = []
    for job in chosen:
        again = job.changed(state=JobState.waiting, attempts=0, due_at=now)
        try:
            done.append((await store.update(again)).id)
        except HasChanged:
            # Somebody else has just taken it up again; that is what was asked for.
            continue
    return done


def _told(job: Job, now: datetime) -> dict[str, Any]:
    """A job for programs; never its arguments, for links that open accounts are among them."""
    is_late = job.state is JobState.waiting and job.due_at < now - LATE
    return {
        "id": job.id,
        "task": job.task,
        "state": "overdue" if is_late else job.state.value,
        "due_at": job.due_at.isoformat(),
        "attempts": job.attempts,
        "why": job.why,
    }


def _show(rows: Sequence[dict[str, Any]], retried: Sequence[str], output: Output) -> None:
    """The jobs as a table, under how many there are of each kind."""
    if retried:
        output.say(f"Tried anew: {', '.join(retried)}.")
    if not rows:
        output.say("No job waits, and none was given up.")
        return
    kinds = ("waiting", "overdue", "dead")
    counts = (f"{sum(row['state'] == kind for row in rows)} {kind}" for kind in kinds)
    output.say(f"{', '.join(counts)}:\n")
    cells = (
        (row["id"], row["task"], row["state"], row["due_at"][:19], str(row["attempts"]), row["why"])
        for row in rows
    )
    output.table(cells, ("ID", "TASK", "STATE", "DUE (UTC)", "TRIES", "WHY"))
