"""Backups are whole or not there, come back as they were, and never over what would be lost."""

import gzip
import json
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from backend.schema import KEPT
from backend.schema.audit_log import AuditEntry
from backend.schema.blog_posts import BlogPost
from backend.schema.events import Event
from backend.schema.profiles import Profile
from backend.schema.rsvps import Rsvp
from backend.settings import PythonEnv
from backend.store import Store
from staging import filling, restoring
from staging.backup import Backup, BackupIsNotUsable, contents, every, new_header, take
from staging.local import Local
from staging.restoring import DRILL, EnvironmentWouldLose, RestoredDiffers, empty, refuse_loss
from staging.seeds import make
from tests.backend.conftest import event, outside, sandboxes, shared, zerodb
from tests.staging.places import Place, caller

__all__ = ["outside", "sandboxes", "shared", "zerodb"]

HEADER = new_header("staging", PythonEnv.staging, "postgres", "local-1")
SEEDS = make(datetime(2026, 5, 6, 12, tzinfo=UTC), password_hash="$argon2id$one")


FEW = (SEEDS.profiles[0], SEEDS.events[0], SEEDS.rsvps[0], *SEEDS.blog_posts[:3])


@pytest.fixture
async def store(shared: Store) -> Store:
    """A store of each kind, with a few documents in it."""
    await empty(shared)
    await shared.insert(*FEW)
    return shared


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "one.jsonl.gz"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def changed(path: Path, change: Callable[[list[str]], list[str]]) -> Path:
    """The same backup with other lines."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    path.write_bytes(gzip.compress("\n".join(change(lines)).encode()))
    return path


async def test_what_was_saved_comes_back_as_it_was_on_either_store(
    store: Store, path: Path
) -> None:
    before = await contents(store)
    assert await take(store, path, HEADER) == before
    assert before.seeds.documents == before.documents == len(FEW)
    assert mode(path) == 0o600
    visitor = await store.first(Profile, {"email": SEEDS.profiles[0].email})
    assert visitor is not None
    await store.update(visitor.changed(full_name="Somebody Else"))
    await store.remove(Event, {"id": SEEDS.events[0].id})
    await store.insert(event(title="Made since"))
    assert (await contents(store)).differing(before) == ["events", "profiles"]
    assert await restoring.replace(store, Backup.read(path)) == before
    assert await contents(store) == before
    found = await store.search(BlogPost, SEEDS.blog_posts[0].title, limit=1)
    assert found[0].document == SEEDS.blog_posts[0], "what search needs was not made anew"


async def test_what_refers_is_saved_before_what_it_refers_to(store: Store) -> None:
    order = [kind.collection async for kind in every(store)]
    assert order.index("rsvps") < order.index("events") < order.index("profiles")


async def test_a_restore_that_differs_keeps_nothing(store: Store, path: Path) -> None:
    await take(store, path, HEADER)
    backup = Backup.read(path)
    lying = replace(backup, contents=replace(backup.contents, collections={}))
    await store.insert(event(title="Made since"))
    before = await contents(store)
    with pytest.raises(RestoredDiffers):
        await restoring.replace(store, lying)
    assert await contents(store) == before


async def test_what_is_newer_or_another_environments_is_not_written_over(
    store: Store, path: Path
) -> None:
    await take(store, path, HEADER)
    backup = Backup.read(path)
    await refuse_loss(store, backup, "staging")
    with pytest.raises(EnvironmentWouldLose, match="pr-42, and the backup is of staging"):
        await refuse_loss(store, backup, "pr-42")
    await store.insert(event(title="Made since"))
    with pytest.raises(EnvironmentWouldLose, match="after the backup was taken"):
        await refuse_loss(store, backup, "staging")


def cut(lines: list[str]) -> list[str]:
    return lines[:-1]


def lost(lines: list[str]) -> list[str]:
    return [*lines[:1], *lines[2:]]


def altered(lines: list[str]) -> list[str]:
    return [line.replace("staging.wwmaa.example", "stagin9.wwmaa.example") for line in lines]


def foreign(lines: list[str]) -> list[str]:
    return [lines[0], json.dumps({"secrets": {}}), *lines[1:]]


def from_production(lines: list[str]) -> list[str]:
    return [lines[0].replace('"kind": "staging"', '"kind": "production"'), *lines[1:]]


def of_something_else(_: list[str]) -> list[str]:
    return ['{"hello": "world"}']


@pytest.mark.parametrize("shared", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (cut, "its end is missing"),
        (lost, "not what its manifest says"),
        (altered, "not what its manifest says"),
        (foreign, "no collection here"),
        (from_production, "production"),
        (of_something_else, "no backup"),
    ],
)
async def test_a_backup_that_is_not_whole_is_refused(
    store: Store, path: Path, change: Callable[[list[str]], list[str]], why: str
) -> None:
    await take(store, path, HEADER)
    with pytest.raises(BackupIsNotUsable, match=why):
        Backup.read(changed(path, change))


@pytest.mark.parametrize("shared", ["postgres"], indirect=True)
async def test_a_file_that_was_cut_off_is_refused(store: Store, path: Path) -> None:
    await take(store, path, HEADER)
    shorten(path)
    with pytest.raises(BackupIsNotUsable, match="to its end"):
        Backup.read(path)


def test_no_file_is_said_so(path: Path) -> None:
    with pytest.raises(BackupIsNotUsable, match="no such file"):
        Backup.read(path)


class Breaking:
    """A store that ends in the middle."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def every(self, kind: Any) -> AsyncIterator[Any]:
        if kind is Rsvp:
            raise ConnectionError
        async for each in self.store.every(kind):
            yield each


@pytest.mark.parametrize("shared", ["postgres"], indirect=True)
async def test_a_backup_that_breaks_leaves_no_file(store: Store, path: Path) -> None:
    with pytest.raises(ConnectionError):
        await take(Breaking(store), path, HEADER)  # type: ignore[arg-type]
    assert not [*path.parent.iterdir()]


@pytest.mark.parametrize("shared", ["postgres"], indirect=True)
async def test_what_was_done_is_not_undone(store: Store, path: Path) -> None:
    await take(store, path, HEADER)
    entry = AuditEntry(number=1, action="seats.sold", subject="events/1", previous="", digest="d")
    await store.insert(entry)
    backup = Backup.read(path)
    await refuse_loss(store, backup, "staging")
    await restoring.replace(store, backup)
    assert await store.get(AuditEntry, entry.id) == entry


async def databases(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT datname FROM pg_database")
    finally:
        await connection.close()
    return [row[0] for row in rows]


def test_the_commands_save_drill_and_restore(
    place: Place, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = caller(place.folder, capsys)
    saved = call("backup", path, "--json")
    assert saved.code == 0, saved.err
    told = json.loads(saved.out)
    assert set(told["collections"]) == {kind.collection for kind in KEPT}
    assert told["seeds"]["documents"] > 0
    assert "stands there already" in call("backup", path).err
    drilled = call("restore", path, "--json")
    assert drilled.code == 0, drilled.err
    assert json.loads(drilled.out)["seeds"] == told["seeds"]
    restored = call("restore", path, "--replace", "--yes", "--json")
    assert restored.code == 0, restored.err
    assert json.loads(restored.out)["collections"] == told["collections"]
    assert call("restore", path.with_name("none")).code == 3


async def test_a_drill_leaves_nothing_behind(place: Place) -> None:
    local = Local.at(place.folder)
    assert DRILL not in await databases(local.url("postgres"))
    async with restoring.apart(filling.settings(local)) as store:
        assert DRILL in await databases(local.url("postgres"))
        assert (await contents(store)).documents == 0
    assert DRILL not in await databases(local.url("postgres"))
