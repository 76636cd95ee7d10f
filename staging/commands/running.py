"""The environment that a command needs running."""

from pathlib import Path

from staging.local import Local
from staging.obstacles import Failed
from staging.processes import Snapshot, current


def running(folder: Path) -> tuple[Local, Snapshot]:
    """The environment of this folder, and how it stands. Raises `Failed` when nothing runs."""
    here = current(folder)
    if here is None or not here.is_held:
        raise _nothing_runs(here)
    return Local.at(folder), here


def _nothing_runs(here: Snapshot | None) -> Failed:
    if here is None:
        return Failed("Nothing runs.", "`staging up` raises the environment.")
    if failure := here.failure:
        advice = "Mend the cause, then run `staging up` again."
        return Failed(f"Nothing runs: {failure.name} did not start. {failure.why}", advice)
    left = f" It left processes behind: {', '.join(map(str, here.leftovers))}."
    return Failed(
        f"Nothing runs as it should: it was killed, or the machine was restarted."
        f"{left if here.leftovers else ''}",
        "`staging up` mends that and raises it again; `staging down` only cleans up.",
    )
