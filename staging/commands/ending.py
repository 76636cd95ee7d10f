"""How a command ends: its exit codes, and what is told when something stands in its way."""

from staging.obstacles import Failed
from staging.output import Output
from staging.processes import Obstacle, StillRunning, SupervisorDidNotStart

FINE, FAILED, REFUSED, INTERRUPTED = 0, 1, 3, 130
"""The exit codes beside 2, which is wrong usage; 130 is what shells give for Ctrl-C."""


def told(error: Exception) -> int:
    """Tell people of an error; returns the exit code for it.

    An obstacle is a refusal, except for those that come up when things have begun to change.
    """
    if isinstance(error, Obstacle):
        Output().failure(error.fact, error.advice)
        begun = isinstance(error, Failed | StillRunning | SupervisorDidNotStart)
        return FAILED if begun else REFUSED
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    advice = "Nobody foresaw this. With `--debug` the same command shows where it happened."
    Output().failure(f"The command broke: {what}", advice)
    return FAILED
