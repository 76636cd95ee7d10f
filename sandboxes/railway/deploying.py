"""Deployments are ordered: from a source, again, or back to one that was. See `fleet`."""

from dataclasses import dataclass

from sandboxes.kit.records import Document
from sandboxes.railway import provided, repositories
from sandboxes.railway.asking import Asking, everything, new_id, the_environment
from sandboxes.railway.errors import NotEmulated, Problem
from sandboxes.railway.hosts import public_names
from sandboxes.railway.instances import BEGINNING, key
from sandboxes.railway.states import ALIVE, UNDER_WAY, WAITING, moved
from sandboxes.railway.workspace import USER

BUILD = ("builder", "buildCommand", "dockerfilePath", "watchPatterns")
Source = Document
"""What is deployed: `image`; or `snapshotId` of an upload, with the `commit` where it is one."""


@dataclass(frozen=True)
class Wish:
    """What shall be deployed, and what of it is not as it follows from the present."""

    source: Source
    reason: str = "deploy"
    message: str | None = None
    config: Document | None = None
    variables: Document | None = None
    built_from: str | None = None


async def deploy(asking: Asking, instance: Document, wish: Wish) -> Document:
    """A new deployment of an instance; raises NotEmulated where there is no runner."""
    asking.ground.needed()
    place = {name: instance[name] for name in ("projectId", "environmentId", "serviceId")}
    made = place | _beginning(asking, wish) | {"status": await _ordered_state(asking, instance)}
    names = await public_names(asking.records, place["environmentId"], place["serviceId"])
    made |= dict.fromkeys(("url", "staticUrl"), names[0] if names else None)
    made["suggestAddServiceDomain"] = not names
    environment = await the_environment(asking, place["environmentId"])
    resolved = await provided.resolved(asking, environment, place["serviceId"])
    made["config"] = wish.config or {name: instance[name] for name in BEGINNING}
    made["variables"] = wish.variables or resolved.values
    made["dangling"] = [] if wish.variables else list(resolved.dangling)
    made["meta"] = _meta(made["config"], wish)
    await _supersede(asking, instance)
    await asking.records.put("deployment", made["id"], made)
    return made


def _beginning(asking: Asking, wish: Wish) -> Document:
    return {
        "id": new_id(),
        "snapshotId": wish.source.get("snapshotId") or new_id(),
        "source": wish.source,
        "builtFrom": wish.built_from,
        "isBegun": False,
        **dict.fromkeys(("createdAt", "updatedAt", "statusUpdatedAt"), asking.at),
        **dict.fromkeys(("servedAt", "removedAt", "diagnosis")),
        "instances": [],
        "creator": {name: USER[name] for name in ("id", "name", "email")},
    }


async def deploy_from_source(
    asking: Asking, instance: Document, commit: str | None = None
) -> Document:
    """Deploy what the instance is connected to, or what was uploaded last; raises Problem."""
    source = await _source(asking, instance, commit)
    if source is None:
        raise Problem("Service has no source: connect a repository or an image, or upload code")
    return await deploy(asking, instance, Wish(source))


async def deploy_by_itself(asking: Asking, instance: Document) -> None:
    """Deploy what was connected just now, where there is somebody to run it."""
    if asking.ground.runner is not None and (source := await _source(asking, instance, None)):
        await deploy(asking, instance, Wish(source))


async def redeploy_by_itself(asking: Asking, environment_id: str, service_id: str) -> None:
    """Deploy again what serves, since something that it knows has changed."""
    instance = await asking.records.get("instance", key(environment_id, service_id))
    last = await latest(asking, environment_id, service_id)
    if asking.ground.runner is not None and instance and last and last["status"] in ALIVE:
        await deploy(asking, instance, Wish(last["source"], "redeploy"))


async def deploy_copy(asking: Asking, base: Document, instance: Document) -> None:
    """Deploy what serves in the environment that this instance was copied from."""
    if asking.ground.runner is None:
        return
    last = await latest(asking, base["id"], instance["serviceId"], ALIVE)
    source = last["source"] if last else await _source(asking, instance, None)
    if source:
        await deploy(asking, instance, Wish(source))


async def latest(
    asking: Asking, environment_id: str, service_id: str, states: frozenset[str] | None = None
) -> Document | None:
    """The newest deployment of an instance, or the newest in one of these states."""
    like = {"environmentId": environment_id, "serviceId": service_id}
    every = await everything(asking.records, "deployment", **like)
    wanted = [each for each in every if states is None or each["status"] in states]
    return wanted[-1] if wanted else None


async def end_all(asking: Asking, environment_id: str, service_id: str) -> None:
    """End every deployment of an instance that goes away."""
    like = {"environmentId": environment_id, "serviceId": service_id}
    for deployment in await everything(asking.records, "deployment", **like):
        await end(asking, deployment)


async def end(asking: Asking, deployment: Document) -> None:
    """Cancel what has not begun, and order the end of what has."""
    if deployment["status"] in ALIVE | UNDER_WAY and deployment["isBegun"]:
        what = "remove" if deployment["status"] in ALIVE else "cancel"
        await order(asking, deployment, what)
    elif deployment["status"] != "REMOVED":
        gone = moved(deployment, "REMOVED", asking.at)
        await asking.records.put("deployment", deployment["id"], gone)


async def order(asking: Asking, deployment: Document, what: str) -> None:
    """Leave word for the fleet; it is carried out once this is kept."""
    asking.ground.needed()
    id_ = new_id()
    told = {"id": id_, "deploymentId": deployment["id"], "what": what}
    await asking.records.put("order", id_, told)


async def _ordered_state(asking: Asking, instance: Document) -> str:
    """How the next deployment begins: as the control plane has it, or at once, or in a queue."""
    id_ = key(instance["environmentId"], instance["serviceId"])
    told = await asking.records.get("next", id_)
    if told is not None:
        await asking.records.remove("next", id_)
        return str(told["status"])
    like = {"environmentId": instance["environmentId"], "serviceId": instance["serviceId"]}
    there = await everything(asking.records, "deployment", **like)
    return "QUEUED" if any(_is_under_way(each) for each in there) else "INITIALIZING"


async def _supersede(asking: Asking, instance: Document) -> None:
    """Remove what waits for its turn: a newer deployment takes its place."""
    like = {"environmentId": instance["environmentId"], "serviceId": instance["serviceId"]}
    for each in await everything(asking.records, "deployment", **like, isBegun=False):
        if each["status"] in WAITING:
            gone = moved(each, "REMOVED", asking.at)
            await asking.records.put("deployment", each["id"], gone)


def _is_under_way(deployment: Document) -> bool:
    return deployment["isBegun"] and deployment["status"] in UNDER_WAY


async def _source(asking: Asking, instance: Document, commit: str | None) -> Source | None:
    told = instance["source"] or {}
    if told.get("image"):
        return {"image": told["image"]}
    if told.get("repo"):
        return await repositories.snapshot(asking, told["repo"], told.get("branch"), commit)
    if commit:
        raise NotEmulated("commitSha of a service without a repository")
    last = await latest(asking, instance["environmentId"], instance["serviceId"])
    return last["source"] if last else None


def _meta(config: Document, wish: Wish) -> Document:
    build = {name: config[name] for name in BUILD}
    run = {name: value for name, value in config.items() if name not in BUILD}
    told = {"reason": wish.reason, "serviceManifest": {"build": build, "deploy": run}}
    told |= {"image": wish.source["image"]} if wish.source.get("image") else {}
    told |= {"cliMessage": wish.message} if wish.message else {}
    return told | (wish.source.get("commit") or {})
