"""The real PostgreSQL and Valkey: prepared once, raised, killed, mended and lowered."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis

from staging import parts
from staging.processes import (
    DataFolderIsUnusable,
    Process,
    Snapshot,
    current,
    lower,
    mend,
    raise_detached,
    watch,
)
from staging.processes.ours import belongings
from tests.staging.processes_actors import free_port, until

PASSWORD = "open sesame"  # A space, so that quoting is tried as well.


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, prepared, at the end of a path too long for a Unix socket."""
    folder = tmp_path_factory.mktemp("parts") / ("a deep clone " * 8).strip() / ".staging"
    folder.mkdir(parents=True, mode=0o700)
    assert parts.prepare_postgres(folder, PASSWORD) == "the database was made"
    parts.prepare_valkey(folder, PASSWORD)
    return folder


@pytest.fixture
def ports() -> tuple[int, int]:
    """Where PostgreSQL and Valkey listen."""
    return free_port(), free_port()


def pair(folder: Path, ports: tuple[int, int], password: str = PASSWORD) -> list[Process]:
    """Both, as an environment would name them."""
    return [parts.postgres(folder, ports[0], password), parts.valkey(folder, ports[1], password)]


async def raised(folder: Path, processes: Sequence[Process]) -> Snapshot:
    """Raise them, which must succeed."""
    await raise_detached(processes, folder, "staging")
    here = [snapshot async for snapshot in watch(folder)][-1]
    assert here.is_whole, here
    return here


@asynccontextmanager
async def standing(folder: Path, ports: tuple[int, int]) -> AsyncIterator[Snapshot]:
    """Both up, and lowered again."""
    try:
        yield await raised(folder, pair(folder, ports))
    finally:
        assert await lower(folder) == ()
        assert not belongings(folder)


@asynccontextmanager
async def database(
    port: int, name: str = parts.DATABASE, password: str = PASSWORD
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection as the application has it."""
    there = await asyncpg.connect(
        host="127.0.0.1", port=port, user=parts.USER, password=password, database=name
    )
    try:
        yield there
    finally:
        with suppress(OSError, asyncpg.PostgresError):
            await there.close(timeout=1)


def valkey(port: int, password: str = PASSWORD) -> Redis:
    """A client as the application has it."""
    return Redis(host="127.0.0.1", port=port, password=password)


async def test_the_database_is_there_with_its_locale_and_extensions(
    made: Path, ports: tuple[int, int]
) -> None:
    async with standing(made, ports), database(ports[0]) as there:
        encoding = "pg_encoding_to_char(encoding), datlocprovider::text, datlocale, datctype"
        row = await there.fetchrow(
            f"SELECT {encoding} FROM pg_database WHERE datname = current_database()"  # noqa: S608
        )
        assert row
        assert tuple(row) == ("UTF8", "b", "C.UTF-8", "C.UTF-8")
        for extension in ("vector", "pg_trgm", "unaccent"):
            await there.execute(f"CREATE EXTENSION {extension}")
        assert await there.fetchval("SELECT similarity('Übung', 'übung')") == 1
        assert await there.fetchval("SHOW fsync") == "on"
        assert await there.fetchval("SHOW unix_socket_directories") == ""


async def test_both_want_the_password_and_show_it_to_nobody(
    made: Path, ports: tuple[int, int]
) -> None:
    async with standing(made, ports):
        with pytest.raises(asyncpg.InvalidPasswordError):
            async with database(ports[0], password="guess"):
                pass
        async with valkey(ports[1]) as there:
            assert await there.ping()
        processes = belongings(made)
        assert PASSWORD not in " ".join(word for each in processes for word in each.cmdline())
        logs = [path.read_text() for path in sorted(Path(made / "logs").glob("*"))]  # noqa: ASYNC240
        assert PASSWORD not in "".join(logs)
        for path in ("redis.conf", "state.json"):
            assert (made / path).stat().st_mode & 0o777 == 0o600
        listening = [
            each.laddr.ip
            for process in processes
            for each in process.net_connections()
            if each.status == psutil.CONN_LISTEN
        ]
        assert listening == ["127.0.0.1"] * len(listening)


async def test_a_dropped_database_is_made_again(made: Path, ports: tuple[int, int]) -> None:
    async with standing(made, ports), database(ports[0], "postgres") as there:
        await there.execute(f"DROP DATABASE {parts.DATABASE}")
    async with standing(made, ports), database(ports[0]) as there:
        assert await there.fetchval("SELECT 1") == 1


async def test_what_was_acknowledged_survives_the_killing_of_everything(
    made: Path, ports: tuple[int, int]
) -> None:
    here = await raised(made, pair(made, ports))
    async with database(ports[0]) as there, valkey(ports[1]) as cache:
        await there.execute("CREATE TABLE kept AS SELECT 'a member' AS who")
        await cache.set("session", "a member's")
        psutil.Process(here.supervisor.pid).kill()
        for each in belongings(made, here.recorded):
            each.kill()
    await until(lambda: not belongings(made, here.recorded))
    assert getattr(current(made), "phase", None) == "abandoned"
    assert await mend(made) == ()
    assert parts.prepare_postgres(made, PASSWORD) in (
        None,
        "the lock of a database that had crashed was removed",
    )
    async with standing(made, ports), database(ports[0]) as there, valkey(ports[1]) as cache:
        assert await there.fetchval("SELECT who FROM kept") == "a member"
        assert await cache.get("session") == b"a member's"


async def test_a_killed_database_is_up_again_by_itself(made: Path, ports: tuple[int, int]) -> None:
    async with standing(made, ports) as here:
        psutil.Process(here.processes[0].pid).kill()
        await until(lambda: (now := current(made)) and now.processes[0].restarts == 1)
        await until(lambda: (now := current(made)) and now.is_whole, within=30)
        async with database(ports[0]) as there:
            assert await there.fetchval("SELECT 1") == 1


async def test_the_lock_of_a_crash_does_not_hold_when_its_number_went_to_another(
    made: Path, ports: tuple[int, int]
) -> None:
    lock = made / "postgres" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{made / 'postgres'}\n1790000000\n5432\n\n127.0.0.1\n")
    said = parts.prepare_postgres(made, PASSWORD)
    assert said == "the lock of a database that had crashed was removed"
    async with standing(made, ports):
        assert parts.prepare_postgres(made, PASSWORD) is None
        assert lock.exists()


def test_an_interrupted_making_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "postgresql.conf").touch()
    (tmp_path / "postgres.making").mkdir()
    (tmp_path / "postgres.making" / "PG_VERSION").write_text("18\n")
    assert parts.prepare_postgres(tmp_path, PASSWORD) == "the half-made database was made again"
    assert (tmp_path / "postgres" / "global" / "pg_control").exists()
    assert parts.prepare_postgres(tmp_path, PASSWORD) is None
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"postgres", "create-database.sql"}


def test_what_could_not_be_made_is_told_with_postgresqls_reason(tmp_path: Path) -> None:
    with pytest.raises(DataFolderIsUnusable, match=r"password file .* is empty"):
        parts.prepare_postgres(tmp_path, "")
    assert not (tmp_path / "postgres").exists()


def test_data_of_another_postgresql_is_refused(made: Path, tmp_path: Path) -> None:
    for name in ("PG_VERSION", "global/pg_control"):
        (tmp_path / "postgres" / name).parent.mkdir(exist_ok=True, parents=True)
        shutil.copy(made / "postgres" / name, tmp_path / "postgres" / name)
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(DataFolderIsUnusable, match="made by PostgreSQL 17, and 18 is installed"):
        parts.prepare_postgres(tmp_path, PASSWORD)


def test_a_change_of_port_or_password_changes_the_definition(
    made: Path, ports: tuple[int, int]
) -> None:
    first = [process.digest for process in pair(made, ports)]
    assert [process.digest for process in pair(made, ports)] == first
    for other in (pair(made, (1, 2)), pair(made, ports, "another")):
        assert not {process.digest for process in other} & set(first)
    assert PASSWORD not in repr(pair(made, ports))


@pytest.fixture
def no_namespaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that allows no user namespaces, as most containers do."""
    refuses = tmp_path / "bin" / "unshare"
    refuses.parent.mkdir()
    refuses.write_text("#!/bin/sh\nexit 1\n")
    refuses.chmod(0o755)
    monkeypatch.setenv("PATH", f"{refuses.parent}:{os.environ['PATH']}")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account of this machine may enter."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


only_root = pytest.mark.skipif(os.geteuid() != 0, reason="others run PostgreSQL as themselves")


@only_root
@pytest.mark.usefixtures("no_namespaces")
async def test_without_namespaces_root_lends_postgresql_another_account(
    open_folder: Path, ports: tuple[int, int]
) -> None:
    folder = open_folder / ".staging"
    folder.mkdir(0o700)
    try:
        account = parts.account(folder)
    except parts.PostgresNeedsAnotherUser:
        pytest.skip("no other account can reach the programs of this clone")
    assert account.prefix[0] == "setpriv"
    parts.prepare_postgres(folder, PASSWORD)
    parts.prepare_valkey(folder, PASSWORD)
    async with standing(folder, ports) as here:
        assert psutil.Process(here.processes[0].pid).uids().effective != 0
        assert not (folder / "redis.conf").stat().st_mode & 0o077


@only_root
@pytest.mark.usefixtures("no_namespaces")
def test_where_nobody_else_can_enter_root_is_told_what_to_do(open_folder: Path) -> None:
    open_folder.chmod(0o700)
    with pytest.raises(parts.PostgresNeedsAnotherUser, match="Run the command as an ordinary"):
        parts.account(open_folder / ".staging")
