"""Railway on this machine beside the command that raised it, until it is lowered."""

import asyncio
import json
import shutil
import sys
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from secrets import token_urlsafe
from typing import Self

from staging import parts
from staging.hosting.reached import Railway
from staging.obstacles import Failed
from staging.processes import (
    HttpProbe,
    Process,
    Snapshot,
    current,
    lower,
    mend,
    raise_detached,
    require_free_ports,
    require_room,
    watch,
    write_private,
)

ROOT = Path(__file__).resolve().parents[2]
FOLDER, DEPLOYED = "railway", "deployed"
"""Where it lies below an environment's folder, and in that, what is deployed."""
TOKEN, SETTINGS, PASSWORD = "token", "settings.json", "password"
DATABASES_PORT = 4


class RailwayIsDown(Failed):
    """Railway on this machine did not come up."""

    def __init__(self, here: Snapshot | None, folder: Path) -> None:
        failure = here.failure if here else None
        why = f"{failure.name} {failure.why}" if failure else "it was ended meanwhile"
        super().__init__(
            f"Railway on this machine did not come up: {why}",
            f"All that it said is in {folder / 'logs'}. Mend the cause, then try again.",
        )


@dataclass(frozen=True)
class Told:
    """What the process that stands for Railway must know."""

    first_port: int
    database_url: str = field(repr=False)

    def keep(self, folder: Path) -> None:
        """Write it down for that process."""
        write_private(folder / SETTINGS, json.dumps(asdict(self)))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What was written down."""
        return cls(**json.loads((folder / SETTINGS).read_text()))


def standing(folder: Path) -> Railway | None:
    """Railway as it stands in this folder; None when it does not."""
    here = current(folder)
    if here is None or not here.is_whole or not (folder / TOKEN).exists():
        return None
    railway = Railway(folder / DEPLOYED, Told.read(folder).first_port)
    return replace(railway, token=(folder / TOKEN).read_text())


async def raise_railway(folder: Path, first_port: int) -> Railway:
    """Raise it, unless it stands already; what was deployed there before is gone.

    Raises `PortsAreTaken`, `RailwayIsDown`, and what PostgreSQL and the supervisor raise.
    """
    if railway := standing(folder):
        return railway
    await lower_railway(folder)
    require_room(folder)
    require_free_ports({f"railway, {n}": first_port + n for n in (0, 1, 2, 3, DATABASES_PORT)})
    await raise_detached(_processes(folder, first_port), folder, "railway")
    async for _ in watch(folder):
        pass
    # It answers a moment before it has made the token.
    while (here := current(folder)) and here.is_whole:
        if railway := standing(folder):
            return railway
        await asyncio.sleep(0.05)
    await lower_railway(folder)
    raise RailwayIsDown(here, folder)


async def lower_railway(folder: Path, *, purge: bool = False) -> bool:
    """End it and all that is deployed there; whether anything ran. `purge` deletes it, too."""
    ran = current(folder) is not None
    await lower(folder)
    await mend(folder / DEPLOYED)
    if purge:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return ran


def _processes(folder: Path, first_port: int) -> tuple[Process, ...]:
    """PostgreSQL, which the sandboxes remember in, and they with the hosting."""
    password, port = _password(folder), first_port + DATABASES_PORT
    parts.prepare_postgres(folder, password)
    url = f"postgresql://{parts.USER}:{password}@127.0.0.1:{port}/{parts.DATABASE}"
    Told(first_port, url).keep(folder)
    (folder / TOKEN).unlink(missing_ok=True)
    railway = Process(
        "railway",
        (sys.executable, "-m", "staging.hosting", str(folder.resolve())),
        HttpProbe(f"http://127.0.0.1:{first_port}/_sandbox/health"),
        cwd=str(ROOT),
        stop_within=20,
    )
    return parts.postgres(folder, port, password), railway


def _password(folder: Path) -> str:
    file = folder / PASSWORD
    if not file.exists():
        write_private(file, token_urlsafe(32))
    return file.read_text()
