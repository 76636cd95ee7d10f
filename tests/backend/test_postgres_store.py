"""What the PostgreSQL driver promises beyond the contract: indexes, plans, and coming back."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest

from backend.prepare import PlanIsRefused, prepare
from backend.schema.blog_posts import BlogPost
from backend.schema.profiles import Profile
from backend.store import Change, DocumentDoesNotFit, Standing, StoreIsUnavailable
from backend.store.embedding import DIMENSION, MODEL, local_embedding
from backend.store.postgres import PostgresStore
from backend.store.postgres.connections import Connection
from tests.backend.documents import article, person


async def opened(url: str, model: str = MODEL) -> PostgresStore:
    return await PostgresStore.connect(
        url, prefix="drift_", embed=local_embedding(), model=model, dimension=DIMENSION
    )


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(postgres_url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    yield connection
    await connection.close()


@pytest.fixture
async def store(postgres_url: str, database: Connection) -> AsyncIterator[PostgresStore]:
    """A prepared store, and the database behind it to tamper with."""
    store = await opened(postgres_url)
    await prepare(store)
    yield store
    await store.close()


def differing(plan: Sequence[Change]) -> dict[tuple[str, str], Standing]:
    return {
        (change.collection, change.part): change.standing
        for change in plan
        if change.standing is not Standing.unchanged
    }


async def test_an_empty_database_is_made_and_twice_changes_nothing(
    postgres_url: str, database: Connection
) -> None:
    store = await opened(postgres_url)
    with pytest.raises(StoreIsUnavailable):
        await store.count(Profile)
    made = await prepare(store)
    assert {change.standing for change in made} == {Standing.created}
    assert ("profiles", "index email") in differing(made)
    assert await prepare(store) == ()
    await store.close()


async def test_lookups_and_lists_use_their_indexes(
    store: PostgresStore, database: Connection
) -> None:
    await store.insert(*(person() for _ in range(2000)))
    await database.execute("ANALYZE drift_profiles")
    sql = "SELECT data FROM drift_profiles WHERE (data->>'email') COLLATE \"C\" = 'x'"
    plan = "\n".join(row[0] for row in await database.fetch(f"EXPLAIN {sql}"))
    assert "drift_profiles_by_email" in plan


async def test_a_lost_and_a_changed_index_are_made_anew(
    store: PostgresStore, database: Connection
) -> None:
    await database.execute("DROP INDEX drift_profiles_by_email")
    await database.execute("DROP INDEX drift_events_by_starts_at")
    await database.execute("CREATE INDEX drift_events_by_starts_at ON drift_events (version)")
    await database.execute("CREATE INDEX drift_events_by_colour ON drift_events (version)")
    found = differing(await store.plan())
    assert found[("profiles", "index email")] is Standing.created
    assert found[("events", "index starts_at")] is Standing.drifted
    assert found[("events", "index colour")] is Standing.drifted
    await prepare(store)
    assert differing(await store.plan()) == {}


async def test_a_unique_index_that_documents_forbid_is_refused_with_their_number(
    store: PostgresStore, database: Connection
) -> None:
    await database.execute("DROP INDEX drift_profiles_by_email")
    twin = "one@members.staging.wwmaa.example"
    await store.insert(person(email=twin), person(email=twin))
    with pytest.raises(PlanIsRefused) as refusal:
        await prepare(store)
    (change,) = refusal.value.refused
    assert change.part == "index email"
    assert "2 documents share" in change.difference


async def test_documents_that_no_longer_fit_are_refused_with_their_number(
    store: PostgresStore, database: Connection
) -> None:
    odd = person()
    await store.insert(odd, person())
    await database.execute(
        'UPDATE drift_profiles SET data = data || \'{"role": "emperor"}\' WHERE id = $1', odd.id
    )
    (change,) = [c for c in await store.plan() if c.standing is Standing.refused]
    assert change.collection == "profiles"
    assert "1" in change.difference
    with pytest.raises(DocumentDoesNotFit, match=odd.id):
        await store.get(Profile, odd.id)


async def test_another_embedding_model_means_that_posts_are_embedded_again(
    store: PostgresStore, postgres_url: str
) -> None:
    await store.insert(article("mats", "Wash the tatami."))
    other = await opened(postgres_url, model="another-256")
    drifted = [c for c in await other.plan() if c.standing is Standing.drifted]
    assert any("another-256" in change.difference for change in drifted)
    await prepare(other)
    assert differing(await other.plan()) == {}
    (found,) = await other.search(BlogPost, "hygiene")
    assert found.document.slug == "mats"
    await other.close()


async def test_it_works_again_after_its_connections_were_cut(
    store: PostgresStore, database: Connection
) -> None:
    await store.insert(person())
    for _ in range(3):
        await database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert await store.count(Profile) == 1


async def test_a_block_whose_connection_dies_in_the_middle_of_a_write_says_that_the_store_is_away(
    store: PostgresStore, database: Connection
) -> None:
    kept = person()
    await store.insert(kept)

    async def change() -> None:
        async with store.exclusively("somebody") as held:
            await held.update(kept)

    async with database.transaction():
        await database.execute("SELECT FROM drift_profiles WHERE id = $1 FOR UPDATE", kept.id)
        waiting = asyncio.create_task(change())
        await asyncio.sleep(0.3)
        await database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        with pytest.raises(StoreIsUnavailable):
            await waiting
