"""An environment on this machine: where its services stand, what each is told, what to run."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from secrets import choice, token_hex, token_urlsafe
from typing import Any, Self

from staging import departures, parts
from staging.definition import Environment, Service
from staging.environment import FRONTEND, STAGING
from staging.node import node
from staging.processes import (
    DataFolderIsUnusable,
    HttpProbe,
    Process,
    Restart,
    Task,
    write_private,
)
from staging.seeds import PERSONAS
from staging.values import (
    AddressOf,
    Doors,
    EnvironmentName,
    Literal,
    Reference,
    Secret,
    Shared,
    Value,
)
from staging.website import Build

ROOT = Path(__file__).resolve().parents[1]
LOCK = "staging/requirements.txt"
SECRETS, CHOICES = "secrets.json", "choices.json"
BUILDS = ".website"
"""Where the website is built for all environments of this clone."""
RAILWAYS_PROBE = "healthcheck.railway.app"
"""The host that Railway's health check asks for; whoever answers to own hosts must know it."""

PERSONAS_PASSWORD = "PERSONAS_PASSWORD"  # noqa: S105 -- its name, not its value.
OF_THE_PLATFORM = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", PERSONAS_PASSWORD)
"""Secrets beside those that the services name: what Railway makes itself, and the personas'."""
EASY_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class ValueIsMissing(LookupError):
    """A service is told a value that there is not on one machine."""


@dataclass(frozen=True)
class Local:
    """An environment on this machine; its data lies in `folder`."""

    folder: Path
    ports: Mapping[str, int]
    """By service; the website's is known before it stands."""
    scale: int = 1
    """How many times its seeds are told."""
    store: str = "postgres"
    """What keeps its documents."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    environment: Environment = STAGING

    @classmethod
    def at(cls, folder: Path) -> Self:
        """The environment of this folder as it was raised last; nothing is written."""
        chosen = {"ports": ports_from(None), **_read(folder / CHOICES)}
        return cls(folder, **chosen, secrets=_read(folder / SECRETS))

    def with_secrets(self) -> Self:
        """The same with every secret it needs; those that are missing are made and kept.

        Raises `DataFolderIsUnusable` when the database has a password that is lost.
        """
        wanted = dict.fromkeys(OF_THE_PLATFORM, "") | dict(_named(self.environment))
        missing = wanted.keys() - self.secrets.keys()
        if "POSTGRES_PASSWORD" in missing and (self.folder / "postgres").exists():
            advice = f"Put {SECRETS} back, or throw all data away with `staging down --purge`."
            why = f"{SECRETS} is gone, and with it the password of the database that lies there"
            raise DataFolderIsUnusable(self.folder, why, advice)
        new = {name: _random(name, wanted[name]) for name in sorted(missing)}
        made = {**self.secrets, **new}
        if missing:
            write_private(self.folder / SECRETS, json.dumps(made, indent=1))
        return replace(self, secrets=made)

    def keep(self, *, ports: bool = True) -> None:
        """Write down what was chosen, for the commands that come after."""
        chosen = {"store": self.store, "scale": self.scale}
        chosen |= {"ports": self.ports} if ports else {}
        write_private(self.folder / CHOICES, json.dumps(chosen, indent=1))

    def prepare(self) -> None:
        """Make what PostgreSQL and Valkey need before they start, where it is missing."""
        parts.prepare_postgres(self.folder, self.secrets["POSTGRES_PASSWORD"])
        parts.prepare_valkey(self.folder, self.secrets["REDIS_PASSWORD"])

    @property
    def password(self) -> str:
        """What every persona logs in with."""
        return self.secrets[PERSONAS_PASSWORD]

    @property
    def processes(self) -> tuple[Process, ...]:
        """What to run, in the order in which it rises."""
        return tuple(map(self._process, self.environment.raised))

    def has(self, name: str) -> bool:
        """Whether a service of this name is part of it."""
        return any(each.name == name for each in self.environment.raised)

    @property
    def website(self) -> Build:
        """What its website is built of, and where. Raises `NodeIsMissing`."""
        return Build(ROOT / FRONTEND.name, ROOT / BUILDS, node())

    def url(self, name: str) -> str:
        """The address of a service on this machine."""
        port = self.ports[name]
        if name == "postgres":
            password = self.secrets["POSTGRES_PASSWORD"]
            return f"postgresql://{parts.USER}:{password}@127.0.0.1:{port}/{parts.DATABASE}"
        if name == "redis":
            return f"redis://:{self.secrets['REDIS_PASSWORD']}@127.0.0.1:{port}/0"
        return f"http://{'localhost' if name == 'frontend' else '127.0.0.1'}:{port}"

    def variables(self, service: Service) -> dict[str, str]:
        """The whole environment of a service, as its process gets it."""
        told = {**service.variables, **service.here}
        # A hosting platform tells where to listen and which release this is; we chose the store.
        port = str(self.ports[service.name])
        code = f"local-{self.website.digest}" if service.is_node else release(service)
        own = {"PORT": port, "RELEASE": code, "STORE": self.store}
        return own | {
            name: self._text(name, value) for name, value in told.items() if name not in own
        }

    def _text(self, name: str, value: Value) -> str:
        match value:
            case Literal(text):
                return text
            case EnvironmentName() | Doors():
                return self.environment.name if value == EnvironmentName() else self._doors()
            case Shared(name=shared):
                return self._text(name, self.environment.shared[shared])
            case Secret(name=secret):
                return self.secrets[secret]
            case AddressOf(service, path, user, protocol):
                rest = self.url(service).removeprefix("http")
                before = f"://{user}@" if user else "://"
                return f"{protocol}{rest.replace('://', before)}{path}"
            case Reference(service, "DATABASE_URL" | "REDIS_URL"):
                return self.url(service)
        raise ValueIsMissing(f"Nobody gives {name} on one machine; say in `here` what it is there.")

    def _doors(self) -> str:
        told = ("email", "full_name", "role", "tier", "to_try")
        here = {
            "console": f"{self.url('sandboxes')}/_sandbox/console",
            "inbox": f"{self.url('sandboxes')}/_sandbox/inbox",
            "password": self.password,
            "personas": [
                {name: getattr(each, name) for name in told} for each in PERSONAS if each.may_log_in
            ],
        }
        return json.dumps(here)

    def _process(self, service: Service) -> Process:
        port = self.ports[service.name]
        if service.name == "postgres":
            return parts.postgres(self.folder, port, self.secrets["POSTGRES_PASSWORD"])
        if service.name == "redis":
            return parts.valkey(self.folder, port, self.secrets["REDIS_PASSWORD"])
        env = self.variables(service)
        if service.is_python:
            env |= departures.variables(self.folder, service.name)
        if service.is_node:
            env |= departures.variables_of_node(self.folder, service.name)
        before = Task(" ".join(service.pre_deploy), _argv(service.pre_deploy), env)
        address = f"{self.url(service.name)}{service.health_path}"
        return Process(
            service.name,
            _argv(service.start),
            HttpProbe(address, RAILWAYS_PROBE, window=service.health_timeout_s),
            cwd=str(self.website.folder if service.is_node else ROOT),
            env=env,
            before=(before,) if service.pre_deploy else (),
            restart=Restart(service.restarts_on_failure),
            stop_within=service.draining_s,
            beside=service.beside,
        )


def ports_from(base: int | None, environment: Environment = STAGING) -> dict[str, int]:
    """The port of each service, the website first: the usual ones, or `base` and those after it."""
    # Links in mails lead to the website, and so its port is known where it does not stand.
    usual = {each.name: each.port for each in (FRONTEND, *environment.raised)}
    inorder = sorted(usual, key=usual.__getitem__)
    return {name: usual[name] if base is None else base + n for n, name in enumerate(inorder)}


def release(service: Service, root: Path = ROOT) -> str:
    """A name for the code that a service runs; it changes when that code or a package does."""
    found = sha256((root / LOCK).read_bytes())
    for path in sorted((root / service.room).rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            found.update(f"{path.relative_to(root)}".encode() + path.read_bytes())
    return f"local-{found.hexdigest()[:12]}"


def _argv(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with the programs that they mean here."""
    if words[:1] == ("node",):
        return (str(node().program), *words[1:])
    return tuple(sys.executable if word == "python" else word for word in words)


def _named(environment: Environment) -> Iterator[tuple[str, str]]:
    """The secrets that it and its services name, with their prefixes."""
    services = ({**service.variables, **service.here} for service in environment.raised)
    for values in (environment.shared, *services):
        for value in values.values():
            if isinstance(value, Secret):
                yield value.name, value.prefix


def _random(name: str, prefix: str) -> str:
    """A random value; the personas' password is one that people can type."""
    if name == PERSONAS_PASSWORD:
        return "-".join("".join(choice(EASY_LETTERS) for _ in range(4)) for _ in range(4))
    return f"{prefix}{token_hex(24)}" if prefix else token_urlsafe(32)


def _read(file: Path) -> dict[str, Any]:
    """What a file of ours holds; nothing when there is none. Raises `DataFolderIsUnusable`."""
    try:
        found: dict[str, Any] = json.loads(file.read_text())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as damage:
        advice = "Put it right, or throw everything away with `staging down --purge`."
        why = f"{file.name} can not be read: {damage}"
        raise DataFolderIsUnusable(file.parent, why, advice) from damage
    return found
