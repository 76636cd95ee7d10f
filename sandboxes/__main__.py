"""`python -m sandboxes`: the outside world on a port of this machine, until SIGTERM."""

import asyncio
import os
import sys

import uvicorn

from sandboxes.app import create_app, schemas
from sandboxes.kit.records import Database, DatabaseIsAway
from sandboxes.kit.server import DroppableProtocol
from sandboxes.settings import Settings, SettingsAreWrong


def main() -> int:
    """Serve until told to stop; 2 for a wrong environment, 1 for a database that is away."""
    try:
        settings = Settings.from_environment(os.environ)
        asyncio.run(_prepare(settings))
    except SettingsAreWrong as error:
        return _complain(str(error), 2)
    except DatabaseIsAway as error:
        return _complain(f"{error}; start it and try again", 1)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=3,
        http=DroppableProtocol,
        ws="none",
    )
    return 0


async def _prepare(settings: Settings) -> None:
    database = Database(settings.database_url, schemas())
    await database.open()
    await database.close()


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(f"sandboxes: {sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
