"""Around a service: domains, volumes and backups, templates, patches, usage, and the page."""

import asyncio
import re
from typing import Any

import httpx2
import pytest

from tests.sandboxes.railway import Place, Rails, Refused, rails
from tests.sandboxes.test_console import Fields
from tests.sandboxes.yard import Yard

DOMAIN = """mutation D($i: CustomDomainCreateInput!) { customDomainCreate(input: $i) {
    id domain status { verified certificateStatus verificationToken verificationDnsHost
      dnsRecords { hostlabel fqdn recordType requiredValue currentValue status } } } }"""
DOMAINS = """query D($p: String!, $e: String!, $s: String!)
  { domains(projectId: $p, environmentId: $e, serviceId: $s) {
    serviceDomains { id domain }
    customDomains { id domain status { verified certificateStatus } } } }"""
CONFIG = """query C($e: String!, $d: Boolean)
  { environment(id: $e) { configEtag unmergedChangesCount config(decryptVariables: $d) } }"""


VOLUME = """mutation V($i: VolumeCreateInput!) { volumeCreate(input: $i)
  { id volumeInstances { edges { node { id sizeMB mountPath } } } } }"""
STATUS = "query W($id: String!) { workflowStatus(workflowId: $id) { status error } }"


def keys(place: Place) -> dict[str, str]:
    """A place as inputs name it."""
    at = {"projectId": place.project, "environmentId": place.environment}
    return at | {"serviceId": place.service}


async def names(account: Rails, place: Place) -> Any:
    """The domains of a place."""
    return await account.ask(DOMAINS, p=place.project, e=place.environment, s=place.service)


async def test_a_custom_domain_leads_somewhere_once_it_is_verified(yard: Yard) -> None:
    order = keys(yard.place) | {"domain": "api.staging.wwmaa.example"}
    made = await yard.rails.ask(DOMAIN, i=order)
    assert (made["status"]["verified"], made["status"]["certificateStatus"]) == (
        False,
        "CERTIFICATE_STATUS_TYPE_VALIDATING_OWNERSHIP",
    )
    cname, txt = made["status"]["dnsRecords"]
    assert (cname["recordType"], cname["hostlabel"]) == ("DNS_RECORD_TYPE_CNAME", "api.staging")
    assert cname["requiredValue"].endswith(".up.railway.app")
    assert txt["requiredValue"] == made["status"]["verificationToken"]
    assert {each["status"] for each in (cname, txt)} == {"DNS_RECORD_STATUS_REQUIRES_UPDATE"}
    id_ = await yard.up()
    await yard.until(id_)
    assert yard.walker.orders[id_].hosts == ()
    verify = f"/_sandbox/railway/domains/{order['domain']}/verify"
    (await yard.client.post(verify)).raise_for_status()
    (domain,) = (await names(yard.rails, yard.place))["customDomains"]
    assert domain["status"]["verified"]
    await yard.client.post("/_sandbox/clock", json={"advance_s": 0.01})
    key = f"{yard.place.environment}:{yard.place.service}"
    for _ in range(50):
        if yard.walker.published.get(key):
            break
        await asyncio.sleep(0.05)
    assert yard.walker.published[key] == (order["domain"],)
    assert (await yard.rails.variables(yard.place))["RAILWAY_PUBLIC_DOMAIN"] == order["domain"]
    missing = await yard.client.post("/_sandbox/railway/domains/no.example/verify")
    assert missing.status_code == 404


async def test_a_domain_is_had_once_and_given_back(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place()
    at = {"environmentId": place.environment, "serviceId": place.service}
    create = "mutation D($i: ServiceDomainCreateInput!) { serviceDomainCreate(input: $i) { id } }"
    made = await account.ask(create, i=at)
    with pytest.raises(Refused, match="one domain of Railway's"):
        await account.ask(create, i=at)
    update = "mutation D($i: ServiceDomainUpdateInput!) { serviceDomainUpdate(input: $i) }"
    told = at | {"serviceDomainId": made["id"], "domain": "wwmaa.up.railway.app"}
    assert await account.ask(update, i=told)
    with pytest.raises(Refused, match=r"must end in .up.railway.app"):
        await account.ask(update, i=told | {"domain": "wwmaa.example"})
    await account.ask(DOMAIN, i=keys(place) | {"domain": "wwmaa.example"})
    with pytest.raises(Refused, match="is not available"):
        await account.ask(DOMAIN, i=keys(place) | {"domain": "WWMAA.example"})
    for bad in ("wwmaa", "a b.example", "x.up.railway.app", "-a.example", "127.0.0.1"):
        with pytest.raises(Refused, match="not a valid custom domain"):
            await account.ask(DOMAIN, i=keys(place) | {"domain": bad})
    there = await names(account, place)
    assert [each["domain"] for each in there["serviceDomains"]] == ["wwmaa.up.railway.app"]
    for kind, of in (("customDomain", "customDomains"), ("serviceDomain", "serviceDomains")):
        gone = f"mutation D($id: String!) {{ {kind}Delete(id: $id) }}"
        assert await account.ask(gone, id=there[of][0]["id"])
    assert await names(account, place) == {"serviceDomains": [], "customDomains": []}


async def test_a_database_comes_from_a_template(yard: Yard) -> None:
    template = await yard.rails.ask('{ template(code: "postgres") { id serializedConfig } }')
    order = {
        "templateId": template["id"],
        "serializedConfig": template["serializedConfig"],
        "projectId": yard.place.project,
        "environmentId": yard.place.environment,
    }
    deploy = (
        "mutation T($i: TemplateDeployV2Input!)"
        " { templateDeployV2(input: $i) { projectId workflowId } }"
    )
    made = await yard.rails.ask(deploy, i=order)
    assert await yard.rails.ask(STATUS, id=made["workflowId"]) == {
        "status": "Complete",
        "error": None,
    }
    assert (await yard.rails.ask(STATUS, id="nothing"))["status"] == "NotFound"
    services = await yard.rails.ask(
        "query S($id: String!) { project(id: $id) { services { edges { node { id name } } } } }",
        id=yard.place.project,
    )
    found = {edge["node"]["name"]: edge["node"]["id"] for edge in services["services"]["edges"]}
    there = Place(yard.place.project, yard.place.environment, found["Postgres"])
    (deployment,) = await yard.all(there)
    await yard.until(deployment["id"], "SUCCESS")
    running = yard.walker.orders[deployment["id"]]
    assert running.image == "railwayapp-templates/postgres-ssl:18"
    assert running.volume_mount_path == "/var/lib/postgresql/data"
    assert running.draining_s == 60
    password = running.variables["POSTGRES_PASSWORD"]
    assert re.fullmatch(r"[A-Za-z]{32}", password)
    url = (await yard.rails.variables(there))["DATABASE_URL"]
    assert url == f"postgresql://postgres:{password}@postgres.railway.internal:5432/railway"
    with pytest.raises(Refused, match="named Postgres already exists"):
        await yard.rails.ask(deploy, i=order)


async def test_a_volume_is_one_and_its_backups_are_names(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place()
    order = keys(place) | {"mountPath": "/data"}
    volume = await account.ask(VOLUME, i=order)
    (edge,) = volume["volumeInstances"]["edges"]
    assert (edge["node"]["sizeMB"], edge["node"]["mountPath"]) == (50_000, "/data")
    with pytest.raises(Refused, match="one volume"):
        await account.ask(VOLUME, i=order)
    with pytest.raises(Refused, match="more than one replica"):
        await account.configure(place, numReplicas=2)
    v = edge["node"]["id"]
    back_up = (
        "mutation B($v: String!)"
        ' { volumeInstanceBackupCreate(volumeInstanceId: $v, name: "x") { workflowId } }'
    )
    assert await account.ask(back_up, v=v)
    listed = "query B($v: String!) { volumeInstanceBackupList(volumeInstanceId: $v) { id name } }"
    (backup,) = await account.ask(listed, v=v)
    assert backup["name"] == "x"
    restore = (
        "mutation R($v: String!, $b: String!) { volumeInstanceBackupRestore("
        "volumeInstanceId: $v, volumeInstanceBackupId: $b) { workflowId } }"
    )
    work = await account.ask(restore, v=v, b=backup["id"])
    ended = await account.ask(STATUS, id=work["workflowId"])
    assert (ended["status"], "no data" in ended["error"]) == ("Error", True)
    assert (await account.variables(place))["RAILWAY_VOLUME_MOUNT_PATH"] == "/data"


async def test_backups_are_made_by_a_schedule(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place()
    volume = await account.ask(VOLUME, i=keys(place) | {"mountPath": "/data"})
    v = volume["volumeInstances"]["edges"][0]["node"]["id"]
    schedule = (
        "mutation S($v: String!)"
        " { volumeInstanceBackupScheduleUpdate(volumeInstanceId: $v, kinds: [DAILY]) }"
    )
    assert await account.ask(schedule, v=v)
    kinds = (
        "query S($v: String!)"
        " { volumeInstanceBackupScheduleList(volumeInstanceId: $v) { kind retentionSeconds } }"
    )
    assert await account.ask(kinds, v=v) == [{"kind": "DAILY", "retentionSeconds": 6 * 86_400}]


async def test_an_environment_is_read_and_patched_as_one(sandboxes: httpx2.AsyncClient) -> None:
    account = await rails(sandboxes)
    place = await account.place(variables={"A": "1", "B": "2"})
    before = await account.ask(CONFIG, e=place.environment, d=True)
    assert before["config"]["services"][place.service]["variables"]["A"] == {"value": "1"}
    hidden = await account.ask(CONFIG, e=place.environment)
    assert hidden["config"]["services"][place.service]["variables"]["A"] == {"value": "*****"}
    change = {
        "deploy": {"healthcheckPath": "/api/health", "drainingSeconds": 15},
        "source": {"rootDirectory": "/frontend"},
        "variables": {"A": {"value": "9"}, "B": None},
    }
    patch = {"services": {place.service: change}, "sharedVariables": {"S": {"value": "3"}}}
    stage = (
        "mutation S($e: String!, $p: EnvironmentConfig!)"
        " { environmentStageChanges(environmentId: $e, input: $p) { id status } }"
    )
    staged = await account.ask(stage, e=place.environment, p=patch)
    waiting = await account.ask(CONFIG, e=place.environment)
    assert (staged["status"], waiting["unmergedChangesCount"]) == ("STAGED", 1)
    assert waiting["configEtag"] == before["configEtag"]
    commit = "mutation C($e: String!) { environmentPatchCommitStaged(environmentId: $e) }"
    assert await account.ask(commit, e=place.environment) == staged["id"]
    after = await account.ask(CONFIG, e=place.environment, d=True)
    assert after["configEtag"] != before["configEtag"]
    there = after["config"]["services"][place.service]
    assert there["variables"] == {"A": {"value": "9"}}
    assert there["deploy"]["drainingSeconds"] == 15
    assert there["source"] == {"rootDirectory": "/frontend"}
    assert after["config"]["sharedVariables"] == {"S": {"value": "3"}}
    done = (
        "query P($id: String!) { environmentPatch(id: $id) { status appliedAt lastAppliedError } }"
    )
    assert (await account.ask(done, id=staged["id"]))["status"] == "COMMITTED"
    with pytest.raises(Refused, match="no staged changes"):
        await account.ask(commit, e=place.environment)


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ({"deploy": {"healthcheckpath": "/x"}}, "deploy.healthcheckpath: Unrecognized key"),
        ({"deploy": {"overlapSeconds": -1}}, "overlapSeconds: Number must be"),
        ({"volumeMounts": {"x": {"mountPath": "/x"}}}, "does not emulate services.volumeMounts"),
        ({"isDeleted": True}, "does not emulate services.isDeleted"),
        ("x", "each must be an object"),
    ],
)
async def test_a_patch_that_can_not_be_carried_out_is_refused(
    sandboxes: httpx2.AsyncClient, service: object, told: str
) -> None:
    account = await rails(sandboxes)
    place = await account.place()
    before = await account.ask(CONFIG, e=place.environment)
    commit = (
        "mutation C($e: String!, $p: EnvironmentConfig)"
        " { environmentPatchCommit(environmentId: $e, patch: $p) }"
    )
    patch = {"services": {place.service: service}}
    with pytest.raises(Refused, match=told):
        await account.ask(commit, e=place.environment, p=patch)
    assert await account.ask(CONFIG, e=place.environment) == before


async def test_usage_is_counted_by_what_served_and_how_long(yard: Yard) -> None:
    await yard.until(await yard.up(), "SUCCESS")
    await yard.client.post("/_sandbox/clock", json={"advance_s": 3600})
    used = await yard.rails.ask(
        "query U($p: String!) { usage(projectId: $p, measurements: [MEMORY_USAGE_GB],"
        " groupBy: [ENVIRONMENT_ID]) { measurement value tags { environmentId } } }",
        p=yard.place.project,
    )
    (line,) = used
    assert line["tags"] == {"environmentId": yard.place.environment}
    assert line["value"] == pytest.approx(60 * 0.5, abs=1)
    estimate = await yard.rails.ask(
        "query U($p: String!) { estimatedUsage(projectId: $p, measurements: [MEMORY_USAGE_GB])"
        " { estimatedValue projectId } }",
        p=yard.place.project,
    )
    month = 30 * 24 * 60 * 0.5
    assert estimate == [{"estimatedValue": month, "projectId": yard.place.project}]


async def test_the_page_tells_what_is_deployed_where(yard: Yard) -> None:
    page = "/_sandbox/railway"
    assert "never deployed" in (await yard.client.get(page)).text
    id_ = await yard.up("unhealthy")
    await yard.until(id_)
    await yard.rails.environment(yard.place.project, "<b>pr-7<", ephemeral=True)
    shown = await yard.client.get(f"{page}?deployment={id_}")
    assert "1/1 replicas never became healthy!" in shown.text
    assert "service unavailable" in shown.text
    assert "wwmaa · staging" in shown.text
    assert "&lt;b&gt;pr-7&lt;" in shown.text
    assert Fields(shown.text).nameless == []
    gone = await yard.client.get(f"{page}?deployment=nothing")
    assert (gone.status_code, "This deployment is gone" in gone.text) == (404, True)
    console = (await yard.client.get("/_sandbox/console")).text
    assert f'href="{page}">Railway</a>' in console
    assert f'href="{page}?deployment={id_}">backend in staging · FAILED</a>' in console
