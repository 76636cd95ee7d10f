"""What the sandboxes need to know, read from an environment that is handed in."""

from collections.abc import Mapping
from dataclasses import dataclass


class SettingsAreWrong(Exception):
    """The environment does not say, or says wrongly, what the sandboxes need."""


@dataclass(frozen=True)
class Settings:
    """Where the sandboxes listen and which PostgreSQL remembers for them.

    The host is the loopback by default: the control plane and the inbox ask nobody who they are.
    """

    database_url: str
    host: str = "127.0.0.1"
    port: int = 8100
    pause_s: float = 0.2
    """How long it is rested between two looks at what has fallen due."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read DATABASE_URL, HOST and PORT; raises SettingsAreWrong naming all that is wrong."""
        url = environment.get("DATABASE_URL", "")
        port = environment.get("PORT", str(cls.port))
        wrong = []
        if not url.startswith(("postgresql://", "postgres://")):
            wrong.append("DATABASE_URL must be set, as postgresql://user@host:port/name")
        if not (port.isascii() and port.isdigit() and int(port) < 65536):
            wrong.append(f"PORT must be a number from 0 to 65535, not {port!r}")
        if wrong:
            raise SettingsAreWrong("; ".join(wrong))
        return cls(url, environment.get("HOST", cls.host), int(port))
