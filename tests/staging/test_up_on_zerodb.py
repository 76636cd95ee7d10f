"""The whole environment with its documents in ZeroDB: raised, seeded, verified, and remembered."""

import json
from collections.abc import Callable

import asyncpg
import httpx2

from staging.verify.journeys import JOURNEYS
from tests.staging.places import Place


async def test_an_environment_rises_on_zerodb_and_is_verified(places: Callable[[], Place]) -> None:
    place = places()
    raised = place.staging("up", "--port-base", place.base, "--store", "zerodb", "--json")
    assert raised.returncode == 0, raised.stderr
    outcomes = {
        each["check"]: each["outcome"]
        for each in json.loads(raised.stdout)["verification"]["checks"]
    }
    kept = ("collections", "seed_counts", "search_relevance", "dependencies")
    for check in (*kept, *(journey.name for journey in JOURNEYS)):
        assert outcomes[check] == "passed"

    status = place.status()
    postgres = next(each["url"] for each in status["services"] if each["name"] == "postgres")
    connection = await asyncpg.connect(postgres)
    kept = await connection.fetchval("SELECT to_regclass('public.staging_profiles')")
    rows = await connection.fetchval("SELECT count(*) FROM sandbox.zerodb_rows")
    await connection.close()
    assert kept is None, "nothing is kept in PostgreSQL's own collections"
    assert rows >= 564

    persona = status["personas"][-1]
    told = {name: persona[name] for name in ("email", "password")}
    login = httpx2.post(f"{status['urls']['backend']}/api/auth/login", json=told, trust_env=False)
    assert login.status_code == 200, login.text
    detailed = httpx2.get(f"{status['urls']['backend']}/api/health/detailed", trust_env=False)
    assert detailed.json()["checks"]["zerodb"]["critical"]

    again = place.staging("up", "--json")
    assert again.returncode == 0, "the store that was chosen is remembered"
    assert place.status()["services"] == status["services"]
