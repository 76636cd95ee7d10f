"""How a vendor is declared: a `Sandbox` is a value that lists what it imitates."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandboxes.kit.records import Records, storable

MIB = 1024 * 1024


class Refused(Exception):
    """A vendor, or the control plane, says no; `response` is how it says so."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"refused with {response.status_code}")
        self.response = response


@dataclass(frozen=True)
class Call:
    """One request to a vendor, read whole, with the records that it may touch."""

    request: Request
    parameters: dict[str, str]
    body: bytes
    records: Records
    now: datetime

    def json(self) -> Any:
        """The body as JSON, in characters that can be kept; raises ValueError where it is none,
        NaN and deep nesting included."""
        try:
            return storable(json.loads(self.body, parse_constant=_no_number))
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True)
class Operation:
    """One thing that the vendor can be asked, under the name that its own contract gives it."""

    name: str
    method: str
    path: str
    handler: Handler
    body_limit: int = MIB


@dataclass(frozen=True)
class Sandbox:
    """One vendor: everything that differs between it and the others.

    `error` gives the vendor's own error for a status and a sentence, `admit` raises Refused for
    a call without the right key, `pages` are what the vendor adds to the control plane.
    """

    name: str
    operations: tuple[Operation, ...]
    error: Callable[[int, str], Response]
    admit: Callable[[Call], None]
    secret_headers: frozenset[str] = frozenset()
    pages: Callable[[Records], Sequence[Route]] = lambda _: ()

    def described(self) -> dict[str, Any]:
        """The vendor as /_sandbox/ lists it."""
        operations = {each.name: f"{each.method} {each.path}" for each in self.operations}
        return {"vendor": self.name, "base_path": f"/{self.name}", "operations": operations}


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
