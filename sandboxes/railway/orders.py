"""A deployment as its runner is told of it."""

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.railway import provided
from sandboxes.railway.asking import everything
from sandboxes.railway.ground import Ground
from sandboxes.railway.hosts import public_names
from sandboxes.railway.running import Order

TIMEOUT_S = 300
OVERLAP, DRAINING = "RAILWAY_DEPLOYMENT_OVERLAP_SECONDS", "RAILWAY_DEPLOYMENT_DRAINING_SECONDS"
TIMEOUT, DOCKERFILE = "RAILWAY_HEALTHCHECK_TIMEOUT_SEC", "RAILWAY_DOCKERFILE_PATH"


async def order(vendor: Vendor, ground: Ground, deployment: Document) -> Order:
    """The order of a deployment; a variable of the user's counts where no setting is."""
    environment = await vendor.records.get("environment", deployment["environmentId"])
    service = await vendor.records.get("service", deployment["serviceId"])
    assert environment, "a deployment is in an environment"  # noqa: S101
    assert service, "a deployment is of a service"  # noqa: S101
    config, source, told = deployment["config"], deployment["source"], deployment["variables"]
    like = {"environmentId": environment["id"], "serviceId": service["id"]}
    volumes = await vendor.records.find("volume_instance", like, limit=1)
    commands = config["preDeployCommand"] or [None]
    folder = ground.snapshots if not source.get("image") else None
    return Order(
        deployment_id=deployment["id"],
        snapshot_id=deployment["snapshotId"],
        project_id=deployment["projectId"],
        environment_id=environment["id"],
        environment_name=environment["name"],
        service_id=service["id"],
        service_name=service["name"],
        image=source.get("image"),
        source=folder / source["snapshotId"] if folder else None,
        root_directory=config["rootDirectory"],
        dockerfile_path=config["dockerfilePath"] or told.get(DOCKERFILE),
        builder=config["builder"],
        build_command=config["buildCommand"],
        start_command=config["startCommand"],
        pre_deploy_command=commands[0],
        healthcheck_path=config["healthcheckPath"],
        healthcheck_timeout_s=_seconds(config["healthcheckTimeout"], told, TIMEOUT, TIMEOUT_S),
        restart_policy=config["restartPolicyType"],
        restart_max_retries=config["restartPolicyMaxRetries"],
        overlap_s=_seconds(config["overlapSeconds"], told, OVERLAP, 0),
        draining_s=_seconds(config["drainingSeconds"], told, DRAINING, 0),
        replicas=config["numReplicas"],
        volume_mount_path=volumes[0]["mountPath"] if volumes else None,
        variables=await _variables(vendor, ground, deployment),
        hosts=await public_names(vendor.records, environment["id"], service["id"]),
        built_from=deployment["builtFrom"],
    )


async def _variables(vendor: Vendor, ground: Ground, deployment: Document) -> dict[str, str]:
    """What the processes get: private names lead to where those services really are here."""
    like = {"projectId": deployment["projectId"], "deletedAt": None}
    services = await everything(vendor.records, "service", **like)
    told = deployment["variables"] | provided.of_deployment(deployment)
    runner, environment_id = ground.needed(), deployment["environmentId"]
    return provided.reached(told, services, lambda name: runner.address(environment_id, name))


def _seconds(setting: int | None, variables: Document, name: str, otherwise: int) -> int:
    given = variables.get(name, "")
    if setting is None and given.isascii() and given.isdigit():
        return int(given)
    return otherwise if setting is None else setting
