"""Triggers: which branch of which repository a service is deployed from, when it is pushed to."""

from sandboxes.kit.records import Document
from sandboxes.railway.asking import Asked, Asking, everything, new_id, the_environment
from sandboxes.railway.connections import connection
from sandboxes.railway.errors import NotFound
from sandboxes.railway.instances import key, the_instance


async def triggers(asking: Asking, asked: Asked) -> Document:
    """The triggers of a service in an environment."""
    await the_environment(asking, asked["environmentId"], asked["projectId"])
    like = {"environmentId": asked["environmentId"], "serviceId": asked["serviceId"]}
    return connection(await everything(asking.records, "trigger", **like), asked)


async def create_trigger(asking: Asking, asked: Asked) -> Document:
    """Deploy a service from a branch; nobody pushes here but who asks for a deployment."""
    order = asked["input"]
    await the_environment(asking, order["environmentId"], order["projectId"])
    instance = await the_instance(asking, order["environmentId"], order["serviceId"])
    source = {"image": None, "repo": order["repository"], "branch": order["branch"]}
    change = {"source": source, "rootDirectory": order.get("rootDirectory")}
    id_ = key(instance["environmentId"], instance["serviceId"])
    await asking.records.put("instance", id_, instance | change)
    names = ("branch", "environmentId", "projectId", "provider", "repository", "serviceId")
    made = {name: order[name] for name in names}
    made |= {"id": new_id(), "checkSuites": bool(order.get("checkSuites"))}
    await asking.records.put("trigger", made["id"], made)
    return made


async def delete_trigger(asking: Asking, asked: Asked) -> bool:
    """Deploy a service from there no longer."""
    found = await asking.records.get("trigger", asked["id"])
    if found is None:
        raise NotFound("DeploymentTrigger")
    await the_environment(asking, found["environmentId"])
    return await asking.records.remove("trigger", found["id"])


QUERIES = {"deploymentTriggers": triggers}
MUTATIONS = {"deploymentTriggerCreate": create_trigger, "deploymentTriggerDelete": delete_trigger}
