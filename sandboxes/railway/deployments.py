"""Deployments, asked for and steered: listed, begun, begun again, rolled back, ended."""

from sandboxes.kit.records import Document
from sandboxes.railway import deploying, people
from sandboxes.railway.asking import (
    Asked,
    Asking,
    everything,
    the_environment,
    the_project,
    the_service,
)
from sandboxes.railway.connections import connection
from sandboxes.railway.deploying import Wish
from sandboxes.railway.errors import NotAuthorized, NotFound, Problem
from sandboxes.railway.instances import key, the_instance
from sandboxes.railway.states import (
    ALIVE,
    UNDER_WAY,
    can_roll_back,
    has_image,
    is_stopped,
    moved,
)
from sandboxes.railway.workspace import the_plan

FILTERS = ("projectId", "environmentId", "serviceId")


async def the_deployment(asking: Asking, id_: str) -> Document:
    """A deployment that the caller may see; raises NotFound and NotAuthorized."""
    found = await asking.records.get("deployment", id_)
    if found is None:
        raise NotFound("Deployment")
    await the_environment(asking, found["environmentId"])
    return found


async def deployment(asking: Asking, asked: Asked) -> Document:
    """One deployment."""
    return await the_deployment(asking, asked["id"])


async def deployments(asking: Asking, asked: Asked) -> Document:
    """Deployments by project, environment, service and state, the newest first."""
    order = asked["input"]
    like = {name: order[name] for name in FILTERS if order.get(name)}
    if asking.who.is_bound:
        if order.get("environmentId") not in {None, asking.who.environment_id}:
            raise NotAuthorized
        like["environmentId"] = asking.who.environment_id
    if "projectId" in like:
        await the_project(asking, like["projectId"])
    found = (await everything(asking.records, "deployment", **like))[::-1]
    states = order.get("status") or {}
    if states.get("in"):
        found = [each for each in found if each["status"] in states["in"]]
    if states.get("notIn"):
        found = [each for each in found if each["status"] not in states["notIn"]]
    return connection(found, asked)


async def deployments_of(asking: Asking, source: Document, asked: Asked) -> Document:
    """The deployments of an environment, the newest first."""
    found = await everything(asking.records, "deployment", environmentId=source["id"])
    return connection(found[::-1], asked)


async def deploy(asking: Asking, asked: Asked) -> str:
    """Deploy an instance from its source; the answer is the deployment's id."""
    instance = await the_instance(asking, asked["environmentId"], asked["serviceId"])
    made = await deploying.deploy_from_source(asking, instance, asked.get("commitSha"))
    return str(made["id"])


async def deploy_blindly(asking: Asking, asked: Asked) -> bool:
    """The same, with no word on which deployment it is."""
    await deploy(asking, asked)
    return True


async def deploy_triggers(asking: Asking, asked: Asked) -> bool:
    """Deploy what a service's repository has now."""
    order = asked["input"]
    await the_project(asking, order["projectId"])
    await deploy(asking, order)
    return True


async def redeploy(asking: Asking, asked: Asked) -> Document:
    """Deploy the same source and configuration again, with the variables of today."""
    again = await the_deployment(asking, asked["id"])
    instance = await _instance_of(asking, again)
    image = (again["builtFrom"] or again["id"]) if asked.get("usePreviousImageTag") else None
    if image and not has_image(again, await the_plan(asking.records), asking.now):
        raise Problem("The image of this deployment is not kept any more")
    wish = Wish(again["source"], "redeploy", config=again["config"], built_from=image)
    return await deploying.deploy(asking, instance, wish)


async def redeploy_instance(asking: Asking, asked: Asked) -> bool:
    """Deploy an instance's newest deployment again."""
    instance = await the_instance(asking, asked["environmentId"], asked["serviceId"])
    last = await deploying.latest(asking, instance["environmentId"], instance["serviceId"])
    if last is None:
        raise Problem("There is no deployment to redeploy")
    await redeploy(asking, {"id": last["id"]})
    return True


async def roll_back(asking: Asking, asked: Asked) -> bool:
    """Go back to a deployment: its image, its configuration and its variables, with no build."""
    back = await the_deployment(asking, asked["id"])
    if not can_roll_back(back, await the_plan(asking.records), asking.now):
        raise Problem("Cannot rollback to this deployment")
    frozen = {name: back[name] for name in ("config", "variables")}
    wish = Wish(back["source"], "rollback", built_from=back["builtFrom"] or back["id"], **frozen)
    await deploying.deploy(asking, await _instance_of(asking, back), wish)
    return True


async def restart(asking: Asking, asked: Asked) -> bool:
    """Begin the processes of a deployment again."""
    running = await the_deployment(asking, asked["id"])
    if running["status"] not in ALIVE | {"CRASHED"}:
        raise Problem("Only a running deployment can be restarted")
    await deploying.order(asking, running, "restart")
    return True


async def cancel(asking: Asking, asked: Asked) -> bool:
    """Give up a deployment that is on its way."""
    canceled = await the_deployment(asking, asked["id"])
    if canceled["status"] not in UNDER_WAY:
        raise Problem("Cannot cancel a deployment that is not in progress")
    await deploying.end(asking, canceled)
    return True


async def stop(asking: Asking, asked: Asked) -> bool:
    """End what runs of a deployment."""
    stopped = await the_deployment(asking, asked["id"])
    if stopped["status"] not in ALIVE:
        raise Problem("Only a running deployment can be stopped")
    await deploying.end(asking, stopped)
    return True


async def remove(asking: Asking, asked: Asked) -> bool:
    """End a deployment, whatever state it is in."""
    await deploying.end(asking, await the_deployment(asking, asked["id"]))
    return True


async def approve(asking: Asking, asked: Asked) -> bool:
    """Let a deployment begin that waits for it."""
    approved = await the_deployment(asking, asked["id"])
    if approved["status"] != "NEEDS_APPROVAL":
        raise Problem("This deployment does not need approval")
    begun = moved(approved, "INITIALIZING", asking.at)
    await asking.records.put("deployment", approved["id"], begun)
    return True


async def _instance_of(asking: Asking, of: Document) -> Document:
    found = await asking.records.get("instance", key(of["environmentId"], of["serviceId"]))
    if found is None:
        raise NotFound("ServiceInstance")
    return found


async def events(asking: Asking, asked: Asked) -> Document:
    """What happened to a deployment, step by step."""
    of = await the_deployment(asking, asked["id"])
    return connection(await everything(asking.records, "event", deploymentId=of["id"]), asked)


async def rollback_of(asking: Asking, source: Document, _asked: Asked) -> bool:
    """Whether one may go back to it now."""
    return can_roll_back(source, await the_plan(asking.records), asking.now)


async def redeploy_of(asking: Asking, source: Document, _asked: Asked) -> bool:
    """Whether it can be deployed again: what is not on its way can."""
    is_there = await asking.records.get(
        "instance", key(source["environmentId"], source["serviceId"])
    )
    return bool(is_there) and source["status"] not in UNDER_WAY


async def stopped_of(_asking: Asking, source: Document, _asked: Asked) -> bool:
    """Whether nothing of it runs."""
    return is_stopped(source)


async def latest_of(asking: Asking, source: Document, _asked: Asked) -> Document | None:
    """The newest deployment of an instance."""
    return await deploying.latest(asking, source["environmentId"], source["serviceId"])


async def active_of(asking: Asking, source: Document, _asked: Asked) -> list[Document]:
    """The deployments of an instance that serve, the newest first."""
    like = {name: source[name] for name in ("environmentId", "serviceId")}
    every = await everything(asking.records, "deployment", **like)
    return [each for each in every[::-1] if each["status"] in ALIVE]


async def service_of(asking: Asking, source: Document, _asked: Asked) -> Document:
    """The service that was deployed."""
    return await the_service(asking, source["serviceId"])


QUERIES = {"deployment": deployment, "deployments": deployments, "deploymentEvents": events}
MUTATIONS = {
    "deploymentApprove": approve,
    "deploymentCancel": cancel,
    "deploymentRedeploy": redeploy,
    "deploymentRemove": remove,
    "deploymentRestart": restart,
    "deploymentRollback": roll_back,
    "deploymentStop": stop,
    "environmentTriggersDeploy": deploy_triggers,
    "serviceInstanceDeploy": deploy_blindly,
    "serviceInstanceDeployV2": deploy,
    "serviceInstanceRedeploy": redeploy_instance,
}
FIELDS = {
    ("Deployment", "canRollback"): rollback_of,
    ("Deployment", "canRedeploy"): redeploy_of,
    ("Deployment", "deploymentStopped"): stopped_of,
    ("Deployment", "environment"): people.environment_of,
    ("Deployment", "service"): service_of,
    ("Environment", "deployments"): deployments_of,
    ("ServiceInstance", "latestDeployment"): latest_of,
    ("ServiceInstance", "activeDeployments"): active_of,
}
