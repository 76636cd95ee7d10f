"""Databases really run, data lies in volumes, and whoever gives up leaves nothing behind."""

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import redis.asyncio as redis

from staging.departures import log_of
from tests.staging.hosting import Machine, order, server, until, upload

pytestmark = pytest.mark.usefixtures("emptied")

POSTGRES = {"POSTGRES_USER": "somebody", "POSTGRES_PASSWORD": "a word", "POSTGRES_DB": "railway"}


async def test_postgresql_runs_as_its_variables_say_and_keeps_its_data_in_the_volume(
    machine: Machine,
) -> None:
    like: dict[str, Any] = {
        "image": "pgvector/pgvector:pg18",
        "service_id": "service-db",
        "service_name": "db",
        "variables": POSTGRES,
        "volume_mount_path": "/var/lib/postgresql",
        "hosts": (),
    }
    host, _, port = machine.hosting.address("environment", "db").partition(":")
    url = f"postgresql://somebody:a%20word@{host}:{port}/railway"
    one = order(None, **like)
    assert (await machine.up(one))[-1] == "SUCCESS"
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE EXTENSION vector; CREATE TABLE kept AS SELECT 7 AS number")
    await connection.close()
    assert (await machine.up(order(None, **like)))[-1] == "SUCCESS"
    assert machine.heard.of(one)[-1] == "REMOVED"
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT number FROM kept") == 7
    await connection.close()


async def test_redis_asks_for_its_password_and_forgets_without_a_volume(machine: Machine) -> None:
    like: dict[str, Any] = {"image": "redis:8.2", "service_id": "service-redis"}
    like |= {"service_name": "Redis", "variables": {"REDIS_PASSWORD": "a word"}, "hosts": ()}
    like |= {"start_command": "/bin/sh -c 'exec redis-server --requirepass \"$REDIS_PASSWORD\"'"}
    url = f"redis://{machine.hosting.address('environment', 'Redis')}"
    await machine.up(order(None, **like))
    async with redis.from_url(url, password="a word") as client:
        await client.set("kept", "here")
    await machine.up(order(None, **like))
    async with redis.from_url(url, password="a word") as client:
        assert await client.get("kept") is None
    async with redis.from_url(url) as stranger:
        with pytest.raises(redis.AuthenticationError):
            await stranger.get("kept")


async def test_an_image_that_does_not_run_here_fails_aloud(machine: Machine) -> None:
    asked = order(None, image="mysql:9")
    assert await machine.up(asked) == ["BUILDING", "FAILED"]
    assert "mysql:9 does not run on this machine" in machine.heard.said(asked, "build")[-1]
    refused = order(None, image="pgvector/pgvector:pg18")
    assert await machine.up(refused) == ["BUILDING", "CRASHED"]
    assert "You must specify POSTGRES_PASSWORD" in machine.heard.said(refused)[-1]


def inside(folder: Path) -> dict[str, str]:
    """The files of a folder; none of one that is not there."""
    return {file.name: file.read_text() for file in folder.glob("*")}


async def test_a_service_with_a_volume_never_runs_twice(machine: Machine, tmp_path: Path) -> None:
    counts = server().replace(
        "server = Thr",
        'kept = os.environ["RAILWAY_VOLUME_MOUNT_PATH"] + "/starts"\n'
        'open(kept, "a").write("x")\nserver = Thr',
    )
    one, two = [
        order(upload(tmp_path, counts), volume_mount_path="/data", replicas=3, overlap_s=60)
        for _ in range(2)
    ]
    await machine.up(one)
    await machine.up(two)
    told = [(id_, status) for id_, status in machine.heard.statuses]
    assert told.index((one.deployment_id, "REMOVED")) < told.index((two.deployment_id, "SUCCESS"))
    assert machine.heard.replicas(two).count("RUNNING") == 1, "a volume allows no replicas"
    kept = Path((await machine.ask()).json()["variables"]["RAILWAY_VOLUME_MOUNT_PATH"])
    assert inside(kept) == {"starts": "xx"}
    await machine.hosting.forget("environment")
    assert inside(kept) == {}


async def test_who_gives_up_waiting_leaves_nothing_and_the_old_one_serves(
    machine: Machine, tmp_path: Path
) -> None:
    await machine.up(order(upload(tmp_path)))
    never = order(upload(tmp_path, server("two", 503)), healthcheck_timeout_s=60)
    waiting = asyncio.create_task(machine.up(never))
    await until(lambda: "listening two" in machine.heard.said(never))
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert machine.heard.replicas(never)[-1] == "REMOVED"
    assert await machine.release() == "one"


async def test_environments_are_strangers_and_one_may_go(machine: Machine, tmp_path: Path) -> None:
    theirs = order(upload(tmp_path, server("theirs")), hosts=("their.test",))
    ours = order(upload(tmp_path), environment_id="preview", hosts=("our.test",))
    await machine.up(theirs)
    await machine.up(ours)
    here = machine.hosting.address("environment", "web")
    assert here != machine.hosting.address("preview", "web")
    assert (await machine.client.get(f"http://{here}/")).json()["release"] == "theirs"
    await machine.hosting.forget("preview")
    assert (await machine.ask(host="our.test")).status_code == 404
    assert await machine.release("their.test") == "theirs"


async def test_nothing_that_is_deployed_leaves_the_machine(
    machine: Machine, tmp_path: Path
) -> None:
    spy = "import socket; socket.create_connection(('192.0.2.9', 443))"
    asked = order(upload(tmp_path, spy), healthcheck_path=None, restart_policy="NEVER")
    await machine.up(asked)
    await until(lambda: machine.heard.of(asked)[-1] == "CRASHED")
    tried = [json.loads(line) for line in log_of(machine.folder).read_text().splitlines()]
    assert ("connect to", "192.0.2.9:443", "web") in {
        (each["way"], each["to"], each["service"]) for each in tried
    }
    assert any("nothing leaves this machine" in line for line in machine.heard.said(asked))


async def test_a_port_of_the_users_is_replaced_by_one_that_is_free_and_that_is_said(
    machine: Machine, tmp_path: Path
) -> None:
    asked = order(upload(tmp_path), variables={"PORT": "80"})
    assert (await machine.up(asked))[-1] == "SUCCESS"
    assert (await machine.ask()).json()["variables"]["PORT"] != "80"
    assert machine.heard.said(asked)[0].startswith("PORT is 80 on Railway; here it is ")
