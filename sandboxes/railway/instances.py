"""A service in one environment: its configuration, by Railway's rules and the plan's limits."""

from sandboxes.kit.records import Document
from sandboxes.railway.asking import (
    Asked,
    Asking,
    new_id,
    the_environment,
    the_service,
)
from sandboxes.railway.errors import NotEmulated, NotFound, Problem
from sandboxes.railway.workspace import the_plan

BEGINNING: Document = {
    "builder": "RAILPACK",
    "buildCommand": None,
    "cronSchedule": None,
    "dockerfilePath": None,
    "drainingSeconds": None,
    "healthcheckPath": None,
    "healthcheckTimeout": None,
    "ipv6EgressEnabled": False,
    "nixpacksPlan": None,
    "numReplicas": 1,
    "overlapSeconds": None,
    "preDeployCommand": None,
    "railwayConfigFile": None,
    "region": None,
    "restartPolicyMaxRetries": 10,
    "restartPolicyType": "ON_FAILURE",
    "rootDirectory": None,
    "sleepApplication": False,
    "startCommand": None,
    "watchPatterns": [],
}
CONFIG_FILE = (
    "Config as Code (railway.json / railway.toml) is deprecated. Use Infrastructure as Code"
    " (.railway/railway.ts) instead"
)
NEVER_NULL = ("builder", "restartPolicyMaxRetries", "restartPolicyType", "watchPatterns")
SECONDS = ("overlapSeconds", "drainingSeconds", "healthcheckTimeout")
NOT_HERE = ("registryCredentials", "cronSchedule", "nixpacksPlan")
"""What this sandbox does not do, and so does not keep."""


def key(environment_id: str, service_id: str) -> str:
    """Under which an instance is kept."""
    return f"{environment_id}:{service_id}"


def new_instance(
    asking: Asking, environment_id: str, service: Document, source: Document | None
) -> Document:
    """An instance that nothing was configured of yet."""
    return BEGINNING | {
        "id": new_id(),
        "environmentId": environment_id,
        "serviceId": service["id"],
        "projectId": service["projectId"],
        "source": source,
        "isUpdatable": False,
        "limits": None,
        "createdAt": asking.at,
        "updatedAt": asking.at,
        "deletedAt": None,
    }


async def the_instance(asking: Asking, environment_id: str, service_id: str) -> Document:
    """The instance of a service in an environment; raises NotFound and NotAuthorized."""
    environment = await the_environment(asking, environment_id)
    await the_service(asking, service_id, environment["projectId"])
    instance = await asking.records.get("instance", key(environment_id, service_id))
    if instance is None:
        raise NotFound("ServiceInstance")
    return instance


async def service_instance(asking: Asking, asked: Asked) -> Document:
    """One instance."""
    return await the_instance(asking, asked["environmentId"], asked["serviceId"])


async def change_instance(asking: Asking, instance: Document, change: Document) -> None:
    """Configure an instance; raises Problem for what Railway's rules or the plan forbid."""
    await check(asking, instance, change)
    kept = {
        name: value
        for name, value in change.items()
        if name in BEGINNING and (value is not None or name not in NEVER_NULL)
    }
    if change.get("multiRegionConfig"):
        regions = change["multiRegionConfig"]
        kept["numReplicas"] = sum(each["numReplicas"] for each in regions.values() if each)
    if "source" in change:
        branch = (instance["source"] or {}).get("branch")
        kept["source"] = {"repo": None, "image": None, "branch": branch} | (change["source"] or {})
    id_ = key(instance["environmentId"], instance["serviceId"])
    await asking.records.put("instance", id_, instance | kept | {"updatedAt": asking.at})


async def check(asking: Asking, instance: Document, change: Document) -> None:
    """Raise Problem for what Railway refuses, NotEmulated for what is not done here."""
    for name in NOT_HERE:
        if change.get(name):
            raise NotEmulated(f"{name} of a service")
    if change.get("railwayConfigFile"):
        raise Problem(CONFIG_FILE)
    if len(change.get("preDeployCommand") or ()) > 1:
        raise Problem("preDeployCommand: Array must contain at most 1 element(s)")
    for name in SECONDS:
        if (change.get(name) or 0) < 0:
            raise Problem(f"{name}: Number must be greater than or equal to 0")
    path = change.get("healthcheckPath")
    if path and not path.startswith("/"):
        raise Problem("healthcheckPath: must start with a /")
    await _check_plan(asking, instance, change)


async def _check_plan(asking: Asking, instance: Document, change: Document) -> None:
    plan = await the_plan(asking.records)
    replicas = change.get("numReplicas")
    if replicas is not None and not 1 <= replicas <= plan.replicas:
        raise Problem(f"numReplicas: your plan allows between 1 and {plan.replicas} replicas")
    like = {"environmentId": instance["environmentId"], "serviceId": instance["serviceId"]}
    if (replicas or 1) > 1 and await asking.records.count("volume_instance", like):
        raise Problem("A service with a volume can not have more than one replica")
    retries = change.get("restartPolicyMaxRetries")
    if retries is not None and retries < 1:
        raise Problem("restartPolicyMaxRetries: Number must be greater than or equal to 1")
    if not plan.is_paid and (change.get("restartPolicyType") == "ALWAYS" or (retries or 0) > 10):
        raise Problem("Your plan allows ON_FAILURE with 10 retries at most")


async def update_limits(asking: Asking, asked: Asked) -> bool:
    """Limit the memory and the processors of an instance; nothing here is held to it."""
    order = asked["input"]
    instance = await the_instance(asking, order["environmentId"], order["serviceId"])
    limits = {name: order[name] for name in ("memoryGB", "vCPUs") if order.get(name) is not None}
    if any(limit <= 0 for limit in limits.values()):
        raise Problem("Limits must be greater than 0")
    id_ = key(instance["environmentId"], instance["serviceId"])
    await asking.records.put("instance", id_, instance | {"limits": limits or None})
    return True


async def limits(asking: Asking, asked: Asked) -> Document:
    """What an instance may use of memory and processors, where that is less than the plan's."""
    instance = await the_instance(asking, asked["environmentId"], asked["serviceId"])
    told = instance["limits"] or {}
    return {"containers": {"cpu": told.get("vCPUs"), "memoryBytes": _bytes(told.get("memoryGB"))}}


async def limit_override(asking: Asking, asked: Asked) -> Document | None:
    """The same, or nothing where nothing was set."""
    instance = await the_instance(asking, asked["environmentId"], asked["serviceId"])
    return await limits(asking, asked) if instance["limits"] else None


async def service_of(asking: Asking, source: Document, _asked: Asked) -> Document:
    """The service that a thing is of."""
    return await the_service(asking, source["serviceId"])


async def service_name_of(asking: Asking, source: Document, _asked: Asked) -> str:
    """What that service is called."""
    return str((await the_service(asking, source["serviceId"]))["name"])


def _bytes(gigabytes: float | None) -> int | None:
    return None if gigabytes is None else round(gigabytes * 1000**3)


QUERIES = {
    "serviceInstance": service_instance,
    "serviceInstanceLimits": limits,
    "serviceInstanceLimitOverride": limit_override,
}
MUTATIONS = {"serviceInstanceLimitsUpdate": update_limits}
FIELDS = {
    ("ServiceInstance", "service"): service_of,
    ("ServiceInstance", "serviceName"): service_name_of,
}
