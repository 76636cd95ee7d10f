"""What is kept: a lookup against the bare driver, search at ten thousand posts, reset and seed."""

import asyncio
import time
import tomllib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import asyncpg

from backend.prepare import prepare
from backend.schema.blog_posts import BlogPost
from backend.schema.profiles import Profile
from backend.store.embedding import DIMENSION, MODEL, local_embedding
from backend.store.postgres import PostgresStore
from backend.store.postgres.connections import SESSION
from bench.grounds import ROOT, Grounds
from bench.line import Line
from staging.filling import empty, fill, opened, story
from staging.seeds import make

ROUNDS = 2000
POSTS = 10_000
QUERIES = ROOT / "tests/staging/golden_queries.toml"


async def _each(work: Callable[[], Awaitable[object]], rounds: int) -> float:
    """Microseconds that one call takes, the quickest of five runs."""
    took = []
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(rounds):
            await work()
        took.append((time.perf_counter() - started) / rounds)
    return min(took) * 1e6


async def lookup(here: Grounds) -> Line:
    """One document by an indexed field, against the bare driver's row."""
    where = {"email": "admin@staging.wwmaa.example"}
    async with opened(here.local) as store:
        ours = await _each(lambda: store.first(Profile, where), ROUNDS)
    bare = await asyncpg.connect(here.local.url("postgres"))
    sql = "SELECT data FROM staging_profiles WHERE (data->>'email') COLLATE \"C\" = $1 LIMIT 1"
    floor = await _each(lambda: bare.fetchrow(sql, where["email"]), ROUNDS)
    await bare.close()
    ratio = ours / floor
    return Line(
        "a document by indexed field / bare asyncpg",
        f"{ours:.0f} µs",
        f"{floor:.0f} µs",
        f"{ratio:.2f} times its time",
        "≤ 1.50 times",
        ratio <= 1.5,
    )


async def reset_to_seed(here: Grounds) -> Line:
    """All seeds away and back again."""
    async with opened(here.local) as store:
        seeds = story(here.local)
        # The embedding loads once in a process, before anybody's first question.
        await store.search(BlogPost, "warm", limit=1)
        started = time.perf_counter()
        await empty(here.local, store)
        await fill(here.local, store, seeds)
        took = time.perf_counter() - started
    return Line("reset to seed", f"{took:.2f} s", "", "", "≤ 0.5 s", took <= 0.5)


async def search(here: Grounds) -> tuple[Line, Line]:
    """Search among ten thousand posts: how long it takes, and what the vectors' index misses."""
    embed = local_embedding()
    store = await PostgresStore.connect(
        here.local.url("postgres"), prefix="bench_", embed=embed, model=MODEL, dimension=DIMENSION
    )
    await prepare(store)
    posts = make(datetime.now(UTC), POSTS // 100).blog_posts
    await store.insert(*posts)
    connection = await asyncpg.connect(here.local.url("postgres"), server_settings=SESSION)
    await connection.execute("VACUUM ANALYZE bench_blog_posts")
    queries = [each["text"] for each in tomllib.loads(QUERIES.read_text())["query"]]
    took = []
    for query in queries * 3:
        started = time.perf_counter()
        await store.search(BlogPost, query, {"status": "published"}, limit=10)
        took.append((time.perf_counter() - started) * 1000)
    took.sort()
    p95 = took[int(len(took) * 0.95)]
    recall = await _recall(connection, embed(queries))
    await connection.close()
    await store.close()
    return (
        Line(
            f"search, {len(posts):,} posts, embedding included",
            f"p50 {took[len(took) // 2]:.1f} ms",
            "",
            f"p95 {p95:.1f} ms",
            "p95 < 30 ms",
            p95 < 30,
        ),
        Line(
            "recall@10 of the vectors' index / exact",
            f"{recall:.3f}",
            "1.000",
            "",
            "≥ 0.99",
            recall >= 0.99,
        ),
    )


async def _recall(connection: "asyncpg.Connection[asyncpg.Record]", vectors: object) -> float:
    near = (
        "SELECT embedding <=> $1::real[]::vector AS distance FROM bench_blog_posts"
        " ORDER BY embedding <=> $1::real[]::vector LIMIT 10"
    )
    found, asked = 0, 0
    for vector in vectors:  # type: ignore[attr-defined]
        await connection.execute("SET enable_indexscan = on; SET enable_seqscan = off")
        by_index = [row["distance"] for row in await connection.fetch(near, vector)]
        await connection.execute("SET enable_indexscan = off; SET enable_seqscan = on")
        exact = [row["distance"] for row in await connection.fetch(near, vector)]
        # Equal texts are equally near: what counts is how near, not which of the twins was taken.
        found += sum(distance <= exact[-1] + 1e-6 for distance in by_index)
        asked += len(exact)
    return found / asked


def kept(here: Grounds) -> list[Line]:
    """All lines of what is kept."""

    async def measure() -> list[Line]:
        return [await lookup(here), await reset_to_seed(here), *await search(here)]

    return asyncio.run(measure())
