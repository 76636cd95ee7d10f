"""What ends otherwise than by order: the process of the sandbox, an environment, a service."""

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx2
import pytest

from sandboxes.app import create_app
from sandboxes.railway import railway
from sandboxes.railway.telling import Telling
from sandboxes.settings import Settings
from tests.sandboxes.railway import Place, rails
from tests.sandboxes.railway_runner import Walker
from tests.sandboxes.yard import Yard

LOGS = "query L($id: String!) { deploymentLogs(deploymentId: $id) { message severity } }"


async def test_what_ran_in_a_process_before_this_one_is_told_as_ended(
    postgres_url: str, tmp_path: Path
) -> None:
    def begun() -> tuple[httpx2.AsyncClient, AbstractAsyncContextManager[object]]:
        app = create_app(Settings(postgres_url), sandboxes=(railway(Walker(), tmp_path),))
        transport = httpx2.ASGITransport(app)
        client = httpx2.AsyncClient(transport=transport, base_url="http://sandboxes.test")
        return client, app.router.lifespan_context(app)

    client, running = begun()
    async with running, client:
        account = await rails(client)
        there = Yard(account, await account.place(), Walker(), tmp_path)
        served = await there.up()
        await there.until(served, "SUCCESS")
        held = await there.up("held")
        await there.until(held, "DEPLOYING")
    client, running = begun()
    async with running, client:
        account.client = client
        assert (await there.until(served, "CRASHED"))["deploymentStopped"] is True
        assert (await there.until(held, "FAILED"))["instances"] == []
        for id_ in (served, held):
            *_, last = await account.ask(LOGS, id=id_)
            assert "started anew" in last["message"]
        await there.until(await there.up(), "SUCCESS")


async def test_a_deployment_on_its_way_ends_with_its_environment(yard: Yard) -> None:
    preview = await yard.rails.environment(
        yard.place.project, "pr-7", sourceEnvironmentId=yard.place.environment
    )
    held = await yard.up("held", Place(yard.place.project, preview, yard.place.service))
    await yard.until(held, "DEPLOYING")
    await yard.rails.ask("mutation D($id: String!) { environmentDelete(id: $id) }", id=preview)
    for _ in range(100):
        if preview in yard.walker.forgotten:
            break
        await asyncio.sleep(0.05)
    assert preview in yard.walker.forgotten
    assert held in yard.walker.canceled


async def test_a_deployment_ends_with_its_service(yard: Yard) -> None:
    id_ = await yard.up()
    await yard.until(id_)
    gone = "mutation D($id: String!) { serviceDelete(id: $id) }"
    assert await yard.rails.ask(gone, id=yard.place.service)
    for _ in range(100):
        if not yard.walker.serving.get(f"{yard.place.environment}:{yard.place.service}"):
            break
        await asyncio.sleep(0.05)
    assert f"{yard.place.environment}:{yard.place.service}" not in yard.walker.serving


async def test_a_copy_deploys_what_serves_where_it_comes_from(yard: Yard) -> None:
    served = await yard.up()
    snapshot = (await yard.until(served))["snapshotId"]
    failed = await yard.up("unhealthy")
    await yard.until(failed)
    order = {"sourceEnvironmentId": yard.place.environment, "ephemeral": True}
    preview = await yard.rails.environment(yard.place.project, "pr-7", **order)
    (made,) = await yard.all(Place(yard.place.project, preview, yard.place.service))
    assert (await yard.until(made["id"], "SUCCESS"))["snapshotId"] == snapshot
    quiet = await yard.rails.environment(
        yard.place.project, "pr-8", **order, skipInitialDeploys=True
    )
    assert await yard.all(Place(yard.place.project, quiet, yard.place.service)) == []


def test_a_state_that_railway_has_not_is_refused() -> None:
    telling = object.__new__(Telling)
    with pytest.raises(ValueError, match="'DONE' is no DeploymentStatus"):
        telling.status("an id", "DONE")
