"""The backend has one notion of the present: `backend.clock` alone reads the machine's clock."""

import ast
from collections.abc import Iterator

from tests.architecture.house import Source, Tree, findings, hold, last_name

ONE_CLOCK = "backend/clock.py"
WALL_TIME = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("time.time", "time.time_ns", "time.gmtime", "time.localtime", "time.ctime"),
}
"""What tells the machine's time of day. Durations are for monotonic() and perf_counter()."""


def reads_wall_time(source: Source) -> Iterator[tuple[int, str]]:
    """Places that ask the machine what time it is."""
    if str(source.path) == ONE_CLOCK:
        return
    for node in source.walk(ast.Attribute):
        if (name := f"{last_name(node.value)}.{node.attr}") in WALL_TIME:
            yield node.lineno, f"reads {name}; backend.clock.now is the present"
    for found in source.imported():
        if found.name in WALL_TIME:
            yield found.line, f"imports {found.name}; backend.clock.now is the present"


def test_the_backend_reads_the_present_in_one_place() -> None:
    hold(reads_wall_time, "backend")


def test_a_second_clock_is_seen(tree: Tree) -> None:
    source = """
import datetime, time
from time import time_ns
from datetime import datetime as moments
a = datetime.datetime.now(datetime.UTC)
b = time.time()
c = time.monotonic() + time.perf_counter()
d = clock.now()
"""
    found = findings(reads_wall_time, tree({"backend/a.py": source, ONE_CLOCK: source}))
    assert [line.split(";")[0] for line in found] == [
        "backend/a.py:5: reads datetime.now",
        "backend/a.py:6: reads time.time",
        "backend/a.py:3: imports time.time_ns",
    ]
