"""Journeys through a storm: API, worker, Valkey and PostgreSQL are killed at random moments, and
whatever was acknowledged is there, every effect once. With `--long` a hundred journeys."""

import asyncio
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from staging.clock import ask, reset
from staging.filling import fill, opened, story
from staging.local import Local, ports_from
from staging.output import Output
from staging.processes import Process, Restart
from staging.raising import raise_services
from tests.conftest import placing
from tests.journeys.reckoning import idle, reckon, settle
from tests.journeys.storm import PATIENCE_S, Patient, Storm
from tests.journeys.town import Town
from tests.journeys.walks import WAYS, Square, Walk, guest
from tests.staging.places import Place

FOREVER = Restart(at_most=1_000, pause=0.2, healthy_after=0.0)


@dataclass(frozen=True)
class Unbowed(Local):
    """An environment whose supervisor starts again whatever ends, however often."""

    @property
    def processes(self) -> tuple[Process, ...]:
        """The same processes."""
        return tuple(replace(each, restart=FOREVER) for each in super().processes)


async def _raise(local: Local) -> None:
    output = Output(as_json=True)
    with output.steps([each.name for each in local.environment.services]) as steps:
        await raise_services(local, steps, output)
    async with opened(local) as store:
        await fill(local, store, story(local))


@pytest.fixture(scope="module")
def local(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Local]:
    """The environment that has risen; for long, one of its own that is never given up."""
    if not request.config.getoption("--long"):
        place: Place = request.getfixturevalue("raised")[0]
        yield Local.at(place.folder)
        asyncio.run(reset(Local.at(place.folder)))
        return
    with placing(tmp_path_factory) as make:
        place = make()
        there = Unbowed(place.folder, ports_from(place.base)).with_secrets()
        asyncio.run(_raise(there))
        yield there


@pytest.fixture(scope="module")
def town(local: Local) -> Iterator[Town]:
    place = Place(local.folder, 0)
    personas = {each["email"]: each["password"] for each in place.status()["personas"]}
    secrets = json.loads((local.folder / "secrets.json").read_text())
    with (
        Patient(base_url=local.url("backend"), timeout=30, trust_env=False) as api,
        Patient(base_url=local.url("sandboxes"), timeout=30, trust_env=False) as vendors,
    ):
        yield Town(api, vendors, personas, secrets["METRICS_TOKEN"])


def test_what_is_acknowledged_outlives_every_kill_and_has_its_effect_once(
    request: pytest.FixtureRequest, local: Local, town: Town, record_property: Any
) -> None:
    is_long = request.config.getoption("--long")
    journeys, at_once, rounds = (100, 10, 10) if is_long else (len(WAYS), len(WAYS), 1)
    seed = request.config.getoption("--seed") or random.randrange(1_000_000)  # noqa: S311
    ways = [WAYS[number % len(WAYS)] for number in range(journeys)]
    began = datetime.now(UTC) + asyncio.run(ask(local)).ahead
    storm, square = Storm(local, seed), Square.of(town, ways.count(guest))
    with ThreadPoolExecutor(at_once + 1) as pool:
        raging = pool.submit(storm.rage, rounds)
        walking = [pool.submit(way, square, number) for number, way in enumerate(ways)]
        raging.result(PATIENCE_S * rounds)
        walks: list[Walk] = [each.result(PATIENCE_S * rounds) for each in walking]
    settle(storm, square)
    asyncio.run(idle(local, began))
    wrong = asyncio.run(reckon(local, square, walks, began))
    told = f"seed {seed}, {len(walks)} journeys, {len(storm.killed)} kills"
    record_property("storm", told)
    assert not wrong, "\n".join([f"{told}; try again with --seed {seed}:", *wrong])
