"""How commands reach Railway and what is deployed there: token, address, and the way to names."""

import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from staging.obstacles import Refused
from staging.railway.client import Railway
from staging.railway.located import Place, locate
from staging.railway.tokens import Token, address, any_token
from staging.verify import Detour, TargetIsRefused, Wire
from staging.waiting import Waits

DETOURS: Final = "STAGING_CONNECT_TO"


@asynccontextmanager
async def asked(
    folder: Path,
    environ: Mapping[str, str],
    environment: str | None = None,
    token: Token | None = None,
    *,
    waits: Waits,
) -> AsyncIterator[Place]:
    """The environment on Railway that is meant, with the connection that it was found by.

    `waits` is told of each pause that Railway asks for, or that comes before a repeated question.
    """
    async with Railway(token or any_token(environ), address(environ), waits=waits) as railway:
        yield await locate(railway, folder, environment)


def wire(environ: Mapping[str, str], detours: Sequence[str], authority: Path | None) -> Wire:
    """How the hosts of a hosted target are reached. Raises `Refused` for what makes no sense."""
    told = [*detours, *environ.get(DETOURS, "").split()]
    try:
        ways = tuple(map(Detour.told, told))
    except TargetIsRefused as refused:
        raise Refused(str(refused), "`staging verify --help` shows an example.") from refused
    return Wire(trust=_trust(authority) if authority else None, detours=ways)


def _trust(authority: Path) -> ssl.SSLContext:
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(authority)
    except (OSError, ssl.SSLError) as damage:
        why = f"{authority} holds no certificate that can be read: {damage}"
        raise Refused(why, "Give the PEM file of the authority to be believed.") from damage
    return context
