"""What the edge costs: the bare floor through it, against the same floor without it."""

import asyncio
import tempfile
from pathlib import Path

from bench.grounds import PORT_BASE, server
from bench.line import Line
from bench.load import press, request_for
from staging.hosting.edge import Edge
from staging.hosting.routes import Doors, Site

DOORS = Doors(http=PORT_BASE + 20, admin=PORT_BASE + 21)


async def _open(folder: Path, port: int) -> Edge:
    edge = await Edge.open(folder, DOORS, lambda _request: None)
    await edge.show([Site("floor", ("127.0.0.1",), PORT_BASE + 22, (port,))])
    return edge


def edge() -> Line:
    """Bare FastAPI behind the edge, and without it."""
    request = request_for("/api/health", {})
    with (
        server("bench.bare:app", 1, "/api/health", {}) as port,
        tempfile.TemporaryDirectory() as at,
    ):
        alone = press(port, request)
        with asyncio.Runner() as runner:
            opened = runner.run(_open(Path(at), port))
            behind = press(DOORS.http, request)
            runner.run(opened.close())
    ratio = behind.rate / alone.rate
    return Line(
        "bare FastAPI behind the edge / without it",
        f"{behind.rate:.0f}/s, p99 {behind.p99:.1f} ms",
        f"{alone.rate:.0f}/s, p99 {alone.p99:.1f} ms",
        f"{ratio:.2f} of its rate",
        "≥ 0.50",
        ratio >= 0.5 and not behind.failed,
    )
