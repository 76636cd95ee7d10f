"""The audit log, on both stores: entry bound to entry, kept with its cause, never changed."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from backend import audit
from backend.audit import Examined, TellsSecrets, examine
from backend.prepare import prepare
from backend.schema.audit_log import AuditEntry
from backend.schema.profiles import Profile
from backend.settings import Settings
from backend.store import IsOnlyAddedTo, Store
from backend.store.opening import open_store
from tests.backend.conftest import variables
from tests.backend.documents import person


async def told(store: Store, *, times: int = 1) -> list[AuditEntry]:
    """Entries, each with somebody whom it tells of."""
    made = []
    for _ in range(times):
        somebody = person()
        async with store.exclusively(f"person:{somebody.id}") as held:
            await held.insert(somebody)
            subject = f"profiles/{somebody.id}"
            made.append(await audit.record(held, "profile.made", subject, actor_id="a1", n=1.5))
    return made


async def test_each_entry_is_bound_to_the_one_before_it(store: Store) -> None:
    before = await examine(store)
    first, second = await told(store, times=2)
    assert (first.number, second.number) == (before.entries + 1, before.entries + 2)
    assert (first.previous, second.previous) == (before.head, first.digest)
    assert await store.get(AuditEntry, second.id) == second
    after = await examine(store)
    assert (after.entries, after.head, after.broken) == (second.number, second.digest, "")


async def test_an_entry_falls_with_what_it_tells_of(store: Store) -> None:
    before = await examine(store)

    async def fail() -> None:
        async with store.exclusively("person:zoe") as held:
            await held.insert(person())
            await audit.record(held, "profile.made", "profiles/zoe")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await examine(store) == before
    assert await store.count(Profile) == 0
    await told(store)
    assert not (await examine(store)).broken


async def test_many_at_once_make_one_chain(store: Store) -> None:
    before = await examine(store)
    await asyncio.gather(*(told(store, times=2) for _ in range(10)))
    after = await examine(store)
    assert (after.entries, after.broken) == (before.entries + 20, "")


async def test_no_entry_is_changed_or_removed_by_us(store: Store) -> None:
    (entry,) = await told(store)
    with pytest.raises(IsOnlyAddedTo):
        await store.update(entry.changed(action="profile.removed"))
    with pytest.raises(IsOnlyAddedTo):
        await store.remove(AuditEntry, {"id": entry.id})
    assert not (await examine(store)).broken


@pytest.mark.parametrize("name", ["password", "access_token", "stripe_api_key", "password_hash"])
async def test_secrets_are_not_written_down(store: Store, name: str) -> None:
    async with store.exclusively("anything") as held:
        with pytest.raises(TellsSecrets, match=name):
            await audit.record(held, "profile.made", "profiles/zoe", **{name: "x"})


Tampering = Callable[[str], Awaitable[Examined]]
TAMPERED = [
    ("UPDATE {t} SET data = jsonb_set(data, '{{action}}', '\"b\"') WHERE {two}", "2 was changed"),
    ("UPDATE {t} SET data = jsonb_set(data, '{{details,n}}', '2') WHERE {two}", "2 was changed"),
    ("DELETE FROM {t} WHERE {two}", "2 is missing"),
    ("DELETE FROM {t} WHERE data->>'number' = '1'", "1 is missing"),
    ("UPDATE {t} SET data = $1::jsonb WHERE {two}", "3 follows another than is there"),
]


@pytest.fixture
async def tampering(postgres_url: str, redis_url: str) -> AsyncIterator[Tampering]:
    """A log of three entries, and somebody who writes to its table."""
    settings = Settings.load(variables(postgres_url, redis_url))
    store = await open_store(settings)
    await prepare(store)
    _, second, _ = await told(store, times=3)
    # Even with a digest that is right in itself.
    forged = audit.bound(second.model_copy(update={"action": "profile.praised"}))
    connection = await asyncpg.connect(postgres_url)

    async def tamper(sql: str) -> Examined:
        given = [json.dumps(forged.model_dump(mode="json"))] if "$1" in sql else []
        two = "data->>'number' = '2'"
        await connection.execute(sql.format(t=f"{settings.prefix}audit_log", two=two), *given)
        return await examine(store)

    yield tamper
    await connection.close()
    await store.close()


@pytest.mark.parametrize(("sql", "wrong"), TAMPERED)
async def test_whoever_tampers_with_the_database_is_found_out(
    tampering: Tampering, sql: str, wrong: str
) -> None:
    assert (await tampering(sql)).broken.endswith(wrong)


async def test_what_was_cut_off_at_the_end_is_seen_by_the_head(tampering: Tampering) -> None:
    whole = await tampering("SELECT 1")
    cut = await tampering("DELETE FROM {t} WHERE data->>'number' = '3'")
    assert (whole.entries, cut.entries, cut.broken) == (3, 2, "")
    assert cut.head != whole.head
