"""Images that Railway's services use and that really run here: PostgreSQL and Redis."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from staging import parts
from staging.processes import Process


class ImageIsUnknown(Exception):
    """No program of this machine stands for the image."""

    def __init__(self, image: str) -> None:
        known = ", ".join(f"{name}:…" for name in PROVIDED)
        super().__init__(f"{image} does not run on this machine; those that do: {known}")


class ImageRefuses(Exception):
    """The image would end at once, with this sentence."""


@dataclass(frozen=True)
class Given:
    """What a part is told: its folder for data, its port, its service's variables and command."""

    folder: Path
    port: int
    variables: Mapping[str, str]
    command: str


def _postgres(told: Given) -> Process:
    password = told.variables.get("POSTGRES_PASSWORD")
    if not password:
        raise ImageRefuses(
            "Error: Database is uninitialized and superuser password is not specified."
            " You must specify POSTGRES_PASSWORD to a non-empty value for the superuser."
        )
    user = told.variables.get("POSTGRES_USER") or "postgres"
    database = told.variables.get("POSTGRES_DB") or user
    parts.prepare_postgres(told.folder, password, user)
    return parts.postgres(told.folder, told.port, password, user, database)


def _redis(told: Given) -> Process:
    # The image itself knows no password: the command asks for one, or there is none.
    is_asked = "--requirepass" in told.command
    password = told.variables.get("REDIS_PASSWORD", "") if is_asked else ""
    parts.prepare_valkey(told.folder, password)
    return parts.valkey(told.folder, told.port, password)


PROVIDED: dict[str, Callable[[Given], Process]] = {
    "pgvector/pgvector": _postgres,
    "redis": _redis,
}
"""Each image without its tag; what runs is PostgreSQL 18 and Valkey 9, whatever the tag says."""


async def provided(image: str, told: Given) -> Process:
    """The process that stands for an image. Raises `ImageIsUnknown` and `ImageRefuses`."""
    make = PROVIDED.get(image.partition(":")[0])
    if make is None:
        raise ImageIsUnknown(image)
    told.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return await asyncio.to_thread(make, told)
