"""Deployments, from an upload to their end: states, events, lines, queue, rollback, removal."""

import pytest

from tests.sandboxes.railway import Place, Rails, Refused
from tests.sandboxes.yard import Yard

DEPLOY = (
    "mutation Go($s: String!, $e: String!)"
    " { serviceInstanceDeployV2(serviceId: $s, environmentId: $e) }"
)
LINES = "query L($id: String!) { buildLogs(deploymentId: $id) { message severity } }"


async def test_an_upload_is_followed_to_its_success(yard: Yard) -> None:
    await yard.rails.set(yard.place, variables={"GREETING": "${{RAILWAY_SERVICE_NAME}}!"})
    await yard.rails.configure(yard.place, preDeployCommand=["python -m backend.prepare"])
    id_ = await yard.up()
    there = await yard.until(id_)
    assert (there["status"], there["deploymentStopped"]) == ("SUCCESS", False)
    assert (there["service"], there["environment"]) == ({"name": "backend"}, {"name": "staging"})
    assert there["instances"] == [{"id": f"{id_}-0", "status": "RUNNING"}]
    assert there["meta"]["cliMessage"] == "healthy"
    order = yard.walker.orders[id_]
    assert order.source is not None
    assert (order.source / "main.py").read_text() == "1"
    assert order.pre_deploy_command == "python -m backend.prepare"
    assert order.variables["GREETING"] == "backend!"
    assert order.variables["RAILWAY_DEPLOYMENT_ID"] == id_
    assert order.variables["RAILWAY_SNAPSHOT_ID"] == there["snapshotId"]
    assert "PORT" not in order.variables
    events = await yard.rails.ask(
        "query Events($id: String!) { deploymentEvents(id: $id, first: 9)"
        " { edges { node { step completedAt payload { attempt } } } } }",
        id=id_,
    )
    steps = [edge["node"] for edge in events["edges"]]
    assert [each["step"] for each in steps] == ["BUILD_IMAGE", "PRE_DEPLOY_COMMAND", "HEALTHCHECK"]
    assert all(each["completedAt"] for each in steps)
    assert steps[-1]["payload"]["attempt"] == 1


async def test_each_deployment_has_its_own_lines(yard: Yard) -> None:
    good = await yard.up()
    assert (await yard.until(good))["status"] == "SUCCESS"
    bad = await yard.up("unhealthy")
    assert (await yard.until(bad))["status"] == "FAILED"
    query = (
        "query Lines($id: String!, $f: String) { buildLogs(deploymentId: $id) { message }"
        " deploymentLogs(deploymentId: $id, filter: $f)"
        " { message severity timestamp tags { deploymentId serviceId } } }"
    )
    lines = (await yard.rails.post(query, id=bad)).json()["data"]
    assert [line["message"] for line in lines["buildLogs"]] == ["building unhealthy"]
    (line,) = lines["deploymentLogs"]
    assert (line["severity"], line["tags"]["deploymentId"]) == ("error", bad)
    assert line["message"] == "1/1 replicas never became healthy!"
    for filter_, found in (("@level:info", 0), ('"never became"', 1), ("healthy nowhere", 0)):
        filtered = (await yard.rails.post(query, id=bad, f=filter_)).json()["data"]
        assert len(filtered["deploymentLogs"]) == found, filter_
    everything = await yard.rails.ask(
        "query All($e: String!) { environmentLogs(environmentId: $e, beforeLimit: 10)"
        " { message tags { deploymentId } } }",
        e=yard.place.environment,
    )
    assert {each["tags"]["deploymentId"] for each in everything} == {good, bad}
    (request,) = await yard.rails.ask(
        "query Http($id: String!) { httpLogs(deploymentId: $id) { method path httpStatus } }",
        id=good,
    )
    assert request == {"method": "GET", "path": "/api/health", "httpStatus": 200}


async def test_a_failed_deployment_leaves_the_one_before_it(yard: Yard) -> None:
    good = await yard.up()
    await yard.until(good)
    await yard.until(await yard.up("unhealthy"), "FAILED")
    assert (await yard.get(good))["status"] == "SUCCESS"
    again = await yard.up()
    await yard.until(again, "SUCCESS")
    assert (await yard.until(good, "REMOVED"))["deploymentStopped"] is True


@pytest.mark.parametrize(("fate", "words"), [("breaks", "out of paper"), ("silent", "without a")])
async def test_a_runner_that_fails_ends_its_deployment(yard: Yard, fate: str, words: str) -> None:
    id_ = await yard.up(fate)
    assert (await yard.until(id_))["status"] == "FAILED"
    query = "query L($id: String!) { deploymentLogs(deploymentId: $id) { message severity } }"
    (line,) = await yard.rails.ask(query, id=id_)
    assert words in line["message"]


async def test_a_newer_one_waits_and_takes_the_place_of_those_that_wait(yard: Yard) -> None:
    held = await yard.up("held")
    await yard.until(held, "DEPLOYING")
    older, newest = await yard.up(), await yard.up()
    assert (await yard.until(older, "REMOVED"))["deploymentStopped"] is True
    assert (await yard.get(newest))["status"] == "QUEUED"
    await yard.do("deploymentCancel", held)
    assert (await yard.until(held, "REMOVED"))["canRollback"] is False
    assert yard.walker.canceled[-1] == held
    assert (await yard.until(newest, "SUCCESS"))["id"] == newest
    assert older not in yard.walker.orders
    with pytest.raises(Refused, match="not in progress"):
        await yard.do("deploymentCancel", newest)


async def test_a_rollback_brings_back_image_configuration_and_variables(yard: Yard) -> None:
    await yard.rails.set(yard.place, variables={"COLOUR": "blue"})
    await yard.rails.configure(yard.place, healthcheckPath="/old")
    blue = await yard.up()
    await yard.until(blue)
    await yard.rails.set(yard.place, variables={"COLOUR": "red"}, skipDeploys=True)
    await yard.rails.configure(yard.place, healthcheckPath="/new")
    red = await yard.up()
    await yard.until(red)
    assert (await yard.until(blue, "REMOVED"))["canRollback"] is True
    with pytest.raises(Refused, match="Cannot rollback"):
        await yard.do("deploymentRollback", red)
    await yard.do("deploymentRollback", blue)
    back = (await yard.all())[0]
    await yard.until(back["id"], "SUCCESS")
    assert back["meta"]["reason"] == "rollback"
    order = yard.walker.orders[back["id"]]
    assert (order.built_from, order.variables["COLOUR"]) == (blue, "blue")
    assert order.healthcheck_path == "/old"
    assert order.variables["RAILWAY_DEPLOYMENT_ID"] == back["id"]
    assert await yard.rails.variables(yard.place, unrendered=True) == {"COLOUR": "red"}


async def test_an_image_is_kept_for_as_long_as_the_plan_says(yard: Yard) -> None:
    first = await yard.up()
    await yard.until(first)
    await yard.until(await yard.up(), "SUCCESS")
    assert (await yard.until(first, "REMOVED"))["canRollback"] is True
    await yard.client.post("/_sandbox/clock", json={"advance_s": 119 * 3600})
    assert (await yard.get(first))["canRollback"] is True
    await yard.client.post("/_sandbox/clock", json={"advance_s": 2 * 3600})
    assert (await yard.get(first))["canRollback"] is False
    with pytest.raises(Refused, match="Cannot rollback"):
        await yard.do("deploymentRollback", first)


async def test_a_redeployment_has_the_variables_of_today(yard: Yard) -> None:
    first = await yard.up()
    await yard.until(first)
    await yard.rails.set(yard.place, variables={"COLOUR": "red"}, skipDeploys=True)
    again = (
        "mutation R($id: String!, $p: Boolean)"
        " { deploymentRedeploy(id: $id, usePreviousImageTag: $p) { id } }"
    )
    for previous, built_from in ((None, None), (True, first)):
        made = (await yard.rails.ask(again, id=first, p=previous))["id"]
        await yard.until(made, "SUCCESS")
        order = yard.walker.orders[made]
        assert (order.built_from, order.variables["COLOUR"]) == (built_from, "red")


async def test_changed_variables_deploy_what_serves_and_only_that(yard: Yard) -> None:
    await yard.rails.set(yard.place, variables={"COLOUR": "${{shared.PAINT}}"})
    assert await yard.all() == []
    await yard.until(await yard.up(), "SUCCESS")
    await yard.rails.set(yard.place, shared=True, variables={"UNUSED": "x"})
    assert len(await yard.all()) == 1
    await yard.rails.set(yard.place, shared=True, variables={"PAINT": "green"})
    (made, _) = await yard.all()
    await yard.until(made["id"], "SUCCESS")
    assert yard.walker.orders[made["id"]].variables["COLOUR"] == "green"


async def test_a_deployment_is_restarted_and_removed(yard: Yard) -> None:
    id_ = await yard.up()
    await yard.until(id_)
    await yard.do("deploymentRestart", id_)
    await yard.do("deploymentRemove", id_)
    gone = await yard.until(id_, "REMOVED")
    assert (gone["deploymentStopped"], gone["canRollback"]) == (True, True)
    with pytest.raises(Refused, match="Only a running deployment"):
        await yard.do("deploymentRestart", id_)
    with pytest.raises(Refused, match="Only a running deployment"):
        await yard.do("deploymentStop", id_)


async def test_the_next_one_waits_for_approval_or_is_skipped(yard: Yard) -> None:
    told = {"environment_id": yard.place.environment, "service_id": yard.place.service}
    for status in ("SKIPPED", "NEEDS_APPROVAL"):
        (await yard.client.put("/_sandbox/railway/next", json=told | {"status": status})).json()
        id_ = await yard.up()
        assert (await yard.until(id_))["status"] == status
    await yard.do("deploymentApprove", id_)
    await yard.until(id_, "SUCCESS")
    with pytest.raises(Refused, match="does not need approval"):
        await yard.do("deploymentApprove", id_)


async def test_a_deletion_ends_and_forgets_what_ran(yard: Yard) -> None:
    preview = await yard.rails.environment(yard.place.project, "pr-7", ephemeral=True)
    service = await yard.rails.service(yard.place.project, preview, "worker")
    place = Place(yard.place.project, preview, service)
    id_ = await yard.up(place=place)
    snapshot = (await yard.until(id_))["snapshotId"]
    assert (yard.snapshots / snapshot).is_dir()
    await yard.rails.ask("mutation D($id: String!) { environmentDelete(id: $id) }", id=preview)
    for _ in range(100):
        await yard.client.post("/_sandbox/clock", json={"advance_s": 0.01})
        if not (yard.snapshots / snapshot).exists():
            break
    assert preview in yard.walker.forgotten
    assert not (yard.snapshots / snapshot).exists()
    with pytest.raises(Refused, match="Deployment not found"):
        await yard.get(id_)


async def test_an_image_is_deployed_as_soon_as_it_is_connected(yard: Yard) -> None:
    source = {"image": "redis:8.2"}
    at = yard.place
    service = await yard.rails.service(at.project, at.environment, "Redis", source=source)
    place = Place(at.project, at.environment, service)
    (first,) = await yard.all(place)
    await yard.until(first["id"], "SUCCESS")
    order = yard.walker.orders[first["id"]]
    assert (order.image, order.source) == ("redis:8.2", None)
    made = await yard.rails.ask(DEPLOY, s=service, e=at.environment)
    assert (await yard.until(made, "SUCCESS"))["meta"]["image"] == "redis:8.2"


async def test_private_names_lead_to_where_services_are(yard: Yard) -> None:
    at = yard.place
    database = Place(
        at.project, at.environment, await yard.rails.service(at.project, at.environment, "My DB")
    )
    await yard.rails.set(
        database, variables={"URL": "postgresql://${{RAILWAY_PRIVATE_DOMAIN}}:5432/x"}
    )
    told = {"DATABASE_URL": "${{My DB.URL}}", "DB_HOST": "${{My DB.RAILWAY_PRIVATE_DOMAIN}}"}
    await yard.rails.set(at, variables=told | {"OTHER": "elsewhere.railway.internal:1"})
    shown = await yard.rails.variables(at)
    assert shown["DATABASE_URL"] == "postgresql://my-db.railway.internal:5432/x"
    id_ = await yard.up()
    await yard.until(id_)
    given = yard.walker.orders[id_].variables
    assert given["DATABASE_URL"] == "postgresql://127.0.0.1:10005/x"
    assert (given["DB_HOST"], given["OTHER"]) == ("127.0.0.1", "elsewhere.railway.internal:1")
    assert given["RAILWAY_PRIVATE_DOMAIN"] == "backend.railway.internal"


async def test_a_reference_to_nothing_is_said_in_the_build(yard: Yard) -> None:
    await yard.rails.set(yard.place, variables={"A": "${{backend.a}}", "B": "${{Nobody.X}}"})
    id_ = await yard.up()
    await yard.until(id_)
    given = yard.walker.orders[id_].variables
    assert (given["A"], given["B"]) == ("", "")
    lines = await yard.rails.ask(LINES, id=id_)
    warned = [each["message"] for each in lines if each["severity"] == "warn"]
    assert warned == [
        "${{backend.a}} leads nowhere, and is empty",
        "${{Nobody.X}} leads nowhere, and is empty",
    ]


async def test_a_projects_token_deploys_and_follows(yard: Yard) -> None:
    bound = await yard.rails.bound(yard.place)
    theirs = Yard(bound, yard.place, yard.walker, yard.snapshots)
    id_ = await theirs.up()
    assert (await theirs.until(id_))["status"] == "SUCCESS"
    assert [each["id"] for each in await theirs.all()] == [id_]
    other, _ = await yard.rails.project("another")
    with pytest.raises(Refused, match=r"^Not Authorized$"):
        await bound.ask("query P($id: String!) { project(id: $id) { id } }", id=other)
    stranger = Rails(yard.client, "nobody", is_project=True)
    refused = await Yard(stranger, yard.place, yard.walker, yard.snapshots).send(b"")
    assert (refused.status_code, refused.json()) == (401, {"message": "Project Token not found"})
