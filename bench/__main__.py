"""`make bench`: raises an environment of its own, measures, prints a table. It judges nothing.

A line that is not held is marked, and the exit code stays 0: machines differ, and a bench is read
by people.
"""

from bench.api import events, health, logins
from bench.edge import edge
from bench.grounds import Grounds, raised
from bench.hooks import hooks
from bench.kept import kept
from bench.line import Line, show
from bench.seats import seats


def _raising(here: Grounds) -> list[Line]:
    return [
        Line(
            "cold `staging up`, packages present, verified",
            f"{here.cold:.1f} s",
            "",
            "",
            "≤ 20 s",
            here.cold <= 20,
        ),
        Line(
            "warm `staging up`, verified",
            f"{here.warm:.1f} s",
            "",
            "",
            "≤ 3 s",
            here.warm <= 3,
        ),
    ]


def main() -> None:
    """Measure everything; about two minutes."""
    with raised() as here:
        lines = _raising(here)
        lines += kept(here)
        lines += [health(here), events(here), *logins(here), seats(here), hooks(here), edge()]
    show(lines)


if __name__ == "__main__":
    main()
