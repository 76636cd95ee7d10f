"""What is inside a target, tried on a real database: as declared and promised, and then broken."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from backend import audit
from backend.clock import now
from backend.schema import KEPT, Document
from backend.schema.blog_posts import BlogPost, BlogPostStatus
from backend.schema.events import Event
from backend.schema.jobs import Job, JobState
from backend.store import Standing, Store
from backend.store.embedding import DIMENSION, MODEL, local_embedding
from backend.store.postgres import PostgresStore
from staging import seeds
from staging.verify import Outcome, Target
from staging.verify.data import GOLDEN, PLACES
from tests.conftest import free_port
from tests.staging.verify_lies import Lie, answers, result, target


async def store_at(url: str, prefix: str, collections: tuple[type[Document], ...] = KEPT) -> Store:
    return await PostgresStore.connect(
        url,
        prefix=prefix,
        embed=local_embedding(),
        model=MODEL,
        dimension=DIMENSION,
        collections=collections,
    )


@pytest.fixture
async def declared(postgres_url: str) -> AsyncIterator[tuple[Store, str]]:
    """Empty collections as they are declared, and the prefix of their names."""
    prefix = f"t{uuid4().hex[:8]}_"
    store = await store_at(postgres_url, prefix)
    for change in await store.plan():
        if change.standing is not Standing.unchanged:
            await store.apply(change)
    yield store, prefix
    await store.close()


@pytest.fixture
async def seeded(declared: tuple[Store, str]) -> Store:
    """A database as it should be, with its seeds."""
    store, _ = declared
    await store.insert(*seeds.make(datetime.now(UTC)))
    return store


def inside(store: Store, *lies: Lie, **changes: Any) -> Target:
    """An honest environment with this database, and with these lies in front."""
    return target(*lies, **{"store": store, "promised": seeds.totals()} | changes)


async def test_collections_as_declared_pass(declared: tuple[Store, str]) -> None:
    found = await result("collections", inside(declared[0]))
    assert found.outcome is Outcome.passed, found.saw
    assert found.saw.startswith(f"{len(KEPT)} collections, ")


BROKEN = [
    ("DROP INDEX {index}", "profiles index email is created"),
    ("DROP TABLE {prefix}rsvps", "rsvps collection is created"),
    ("ALTER TABLE {prefix}events DROP COLUMN embedding", "events column embedding is drifted"),
]


@pytest.mark.parametrize(("sql", "seen"), BROKEN)
async def test_collections_that_differ_fail(
    declared: tuple[Store, str], postgres_url: str, sql: str, seen: str
) -> None:
    store, prefix = declared
    connection = await asyncpg.connect(postgres_url)
    index = await connection.fetchval(
        "SELECT indexname FROM pg_indexes WHERE tablename = $1 AND indexdef LIKE '%UNIQUE%email%'",
        f"{prefix}profiles",
    )
    await connection.execute(sql.format(prefix=prefix, index=index))
    await connection.close()
    found = await result("collections", inside(store))
    assert found.outcome is Outcome.failed
    assert seen in found.saw


async def test_a_store_that_knows_too_few_collections_fails(
    declared: tuple[Store, str], postgres_url: str
) -> None:
    _, prefix = declared
    forgetful = await store_at(postgres_url, prefix, KEPT[:-1])
    found = await result("collections", inside(forgetful))
    await forgetful.close()
    assert found.outcome is Outcome.failed
    assert found.saw == f"nothing is known of {KEPT[-1].collection}"


async def test_a_database_that_is_away_fails() -> None:
    nowhere = await store_at(f"postgresql://wwmaa@127.0.0.1:{free_port()}/nowhere", "staging_")
    for name in ("collections", "seed_counts"):
        found = await result(name, inside(nowhere))
        assert found.outcome is Outcome.failed
        assert "lets nobody in" in found.saw


async def test_seeds_as_promised_pass(seeded: Store) -> None:
    found = await result("seed_counts", inside(seeded))
    assert found.outcome is Outcome.passed, found.saw
    assert "50 profiles, 20 events" in found.saw


async def test_a_seed_that_is_missing_fails(seeded: Store) -> None:
    event = (await seeded.find(Event, limit=1)).items[0]
    await seeded.remove(Event, {"id": event.id})
    found = await result("seed_counts", inside(seeded))
    assert (found.outcome, found.saw) == (Outcome.failed, "19 events, not 20")


async def test_documents_of_people_are_not_counted_as_seeds(seeded: Store) -> None:
    event = (await seeded.find(Event, limit=1)).items[0]
    await seeded.update(event.changed(is_seed_data=False, seed_batch=None))
    found = await result("seed_counts", inside(seeded))
    assert (found.outcome, found.saw) == (Outcome.failed, "19 events, not 20")


POSTS = "/api/blog/posts"


@pytest.mark.parametrize("slugs", [[], ["an-article-of-another-database"]])
async def test_an_api_that_reads_another_database_fails(seeded: Store, slugs: list[str]) -> None:
    page = {"items": [{"slug": slug} for slug in slugs], "next": None}
    found = await result("seed_counts", inside(seeded, answers(POSTS, 200, page)))
    assert found.outcome is Outcome.failed
    assert "the API reads posts from somewhere else" in found.saw


async def test_seeds_that_nobody_promised_are_not_counted(declared: tuple[Store, str]) -> None:
    found = await result("seed_counts", inside(declared[0], promised={}))
    assert found.outcome is Outcome.not_applicable


async def test_the_golden_questions_find_their_posts_among_the_seeds(seeded: Store) -> None:
    published = {"status": BlogPostStatus.published}
    for question, slug in GOLDEN:
        found = await seeded.search(BlogPost, question, published, limit=PLACES)
        assert slug in [each.document.slug for each in found], question


async def test_jobs_that_nobody_does_fail(declared: tuple[Store, str]) -> None:
    store, _ = declared
    found = await result("jobs", inside(store))
    assert found.outcome is Outcome.failed
    assert found.saw == "a job is not done after 5 s; 0 others wait"


async def test_jobs_that_somebody_does_pass(declared: tuple[Store, str]) -> None:
    store, _ = declared

    async def do_them() -> None:
        while True:
            async for job in store.every(Job, {"state": "waiting"}):
                await store.update(job.changed(state=JobState.done, done_at=now()))
            await asyncio.sleep(0.05)

    working = asyncio.create_task(do_them())
    found = await result("jobs", inside(store))
    working.cancel()
    assert found.outcome is Outcome.passed, found.saw
    assert "0 others are due, 0 were given up" in found.saw


async def test_an_audit_log_that_was_tampered_with_fails(
    declared: tuple[Store, str], postgres_url: str
) -> None:
    store, prefix = declared
    for _ in range(3):
        async with store.exclusively("anything") as held:
            await audit.record(held, "profile.made", "profiles/zoe")
    found = await result("audit_log", inside(store))
    assert found.saw == "3 entries, each bound to the one before it"
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(f"DELETE FROM {prefix}audit_log WHERE data->>'number' = '2'")  # noqa: S608
    await connection.close()
    found = await result("audit_log", inside(store))
    assert found.outcome is Outcome.failed
    assert found.saw == "entry 2 is missing; 1 before it are whole"
