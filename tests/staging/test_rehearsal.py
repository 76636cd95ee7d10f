"""Railway on this machine, whole: what its API is told really runs, and its edge leads there."""

import asyncio
import io
import json
import ssl
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from staging.hosting.reached import Railway
from staging.hosting.rehearsing import rehearsal
from staging.hosting.rules import Rules
from staging.processes.ours import belongings
from tests.sandboxes.railway import Place, Rails
from tests.staging.hosting import server, until, upload
from tests.staging.places import free_base

HOST = "web-staging.up.railway.app"


@pytest.fixture(scope="module")
async def railway(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str
) -> AsyncIterator[Railway]:
    """Railway on this machine, with nothing at it."""
    folder = tmp_path_factory.mktemp("rehearsal")
    async with rehearsal(folder, postgres_url, free_base(), Rules(pace=0.05)) as railway:
        yield railway
    assert not belongings(folder)


@pytest.fixture(scope="module")
async def client(railway: Railway) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody who speaks to the API."""
    async with httpx2.AsyncClient(base_url=railway.url, trust_env=False, timeout=30) as client:
        yield client


async def up(rails: Rails, there: Place, source: Path) -> str:
    """Upload a folder as `railway up` does; the deployment's id."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(source, "./")
    answer = await rails.client.post(
        f"/project/{there.project}/environment/{there.environment}/up",
        params={"serviceId": there.service},
        content=packed.getvalue(),
        headers={**rails.headers, "content-type": "application/gzip"},
    )
    return str(answer.raise_for_status().json()["deploymentId"])


async def end(rails: Rails, id_: str) -> str:
    """The status at which a deployment has come to an end."""
    async with asyncio.timeout(30):
        while True:
            told = await rails.ask(f'{{ deployment(id: "{id_}") {{ status }} }}')
            if told["status"] in {"SUCCESS", "FAILED", "CRASHED", "REMOVED"}:
                return str(told["status"])
            await asyncio.sleep(0.05)


async def answer(railway: Railway, path: str = "/") -> dict[str, Any]:
    """What the edge answers for the service's public name, over TLS."""
    trust = ssl.create_default_context(cafile=str(railway.authority))
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", railway.doors.https, ssl=trust, server_hostname=HOST
    )
    writer.write(f"GET {path} HTTP/1.1\r\nhost: {HOST}\r\nconnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    assert head.split()[1] == b"200", body
    return dict(json.loads(body))


async def test_an_upload_is_built_runs_fails_and_is_rolled_back(
    railway: Railway, client: httpx2.AsyncClient, tmp_path: Path
) -> None:
    rails = Rails(client, railway.token)
    there = await rails.place("web")
    await rails.make(
        "serviceDomainCreate",
        "ServiceDomainCreateInput",
        environmentId=there.environment,
        serviceId=there.service,
    )
    await rails.configure(there, healthcheckPath="/health", healthcheckTimeout=20)
    first = await up(rails, there, upload(tmp_path))
    assert await end(rails, first) == "SUCCESS"
    told = await answer(railway)
    assert told["release"] == "one"
    assert told["variables"]["RAILWAY_DEPLOYMENT_ID"] == first
    second = await up(rails, there, upload(tmp_path, server("two")))
    assert await end(rails, second) == "SUCCESS"
    broken = await up(rails, there, upload(tmp_path, "raise SystemExit('no')"))
    assert await end(rails, broken) == "FAILED"
    assert (await answer(railway))["release"] == "two"
    logs = await rails.ask(f'{{ deploymentLogs(deploymentId: "{broken}") {{ message }} }}')
    assert "no" in [line["message"] for line in logs]
    await rails.ask(f'mutation {{ deploymentRollback(id: "{first}") }}')
    async with asyncio.timeout(20):
        while True:
            told = await answer(railway)
            if told["release"] == "one":
                break
            await asyncio.sleep(0.05)
    await rails.ask(f'mutation {{ projectDelete(id: "{there.project}") }}')
    await until(lambda: len(belongings(railway.folder)) == 1)
