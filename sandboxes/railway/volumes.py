"""Volumes of services, and their backups: what is kept of one, and when it is let go."""

from datetime import timedelta

from sandboxes.kit.records import Document
from sandboxes.railway import people
from sandboxes.railway.asking import (
    Asked,
    Asking,
    everything,
    new_id,
    the_environment,
    the_project,
    the_service,
    written,
)
from sandboxes.railway.connections import connection
from sandboxes.railway.errors import NotFound, Problem
from sandboxes.railway.instances import the_instance
from sandboxes.railway.provided import REGION
from sandboxes.railway.workflows import ended
from sandboxes.railway.workspace import USER_ID, the_plan

KEPT_FOR = {
    "DAILY": timedelta(days=6),
    "WEEKLY": timedelta(days=30),
    "MONTHLY": timedelta(days=90),
}
MAY_CHANGE = ("mountPath", "serviceId", "state")
CRONS = {"DAILY": "0 0 * * *", "WEEKLY": "0 0 * * 0", "MONTHLY": "0 0 1 * *"}
NO_DATA = (
    "railway sandbox does not emulate the restoration of a backup: it keeps the name of one, and"
    " no data"
)


async def create_volume(asking: Asking, asked: Asked) -> Document:
    """A volume, and its instance in an environment where one is named; one a service."""
    order = asked["input"]
    project = await the_project(asking, order["projectId"])
    if not order["mountPath"].startswith("/"):
        raise Problem("mountPath must be an absolute path")
    volume = new_volume(asking, project["id"], "volume")
    await asking.records.put("volume", volume["id"], volume)
    service_id = order.get("serviceId")
    if order.get("environmentId"):
        environment = await the_environment(asking, order["environmentId"], project["id"])
        if service_id:
            await _has_none(asking, environment["id"], service_id)
        instance = await new_instance(
            asking, volume, environment["id"], service_id, order["mountPath"]
        )
        await asking.records.put("volume_instance", instance["id"], instance)
    return volume


def new_volume(asking: Asking, project_id: str, name: str) -> Document:
    """A volume that is nowhere yet."""
    id_ = new_id()
    return {
        "id": id_,
        "name": f"{name}-{id_[:4]}",
        "projectId": project_id,
        "createdAt": asking.at,
    }


async def new_instance(
    asking: Asking, volume: Document, environment_id: str, service_id: str | None, path: str
) -> Document:
    """A volume in an environment, as large as the plan allows."""
    return {
        "id": new_id(),
        "volumeId": volume["id"],
        "environmentId": environment_id,
        "serviceId": service_id,
        "mountPath": path,
        "region": REGION,
        "sizeMB": (await the_plan(asking.records)).volume_mb,
        "currentSizeMB": 0.0,
        "state": "READY",
        "isPendingDeletion": False,
        "createdAt": asking.at,
        "deletedAt": None,
    }


async def _has_none(asking: Asking, environment_id: str, service_id: str) -> None:
    instance = await the_instance(asking, environment_id, service_id)
    like = {"environmentId": environment_id, "serviceId": service_id}
    if await asking.records.count("volume_instance", like):
        raise Problem("A service can have one volume in an environment")
    if instance["numReplicas"] > 1:
        raise Problem("A service with more than one replica can not have a volume")


async def update_volume(asking: Asking, asked: Asked) -> Document:
    """Call a volume otherwise."""
    changed = await _volume(asking, asked["volumeId"])
    if name := asked["input"].get("name"):
        changed["name"] = name
    await asking.records.put("volume", changed["id"], changed)
    return changed


async def update_volume_instance(asking: Asking, asked: Asked) -> bool:
    """Mount a volume elsewhere, or into another service."""
    volume, order = await _volume(asking, asked["volumeId"]), asked["input"]
    like = {"volumeId": volume["id"]}
    if asked.get("environmentId"):
        like["environmentId"] = (await the_environment(asking, asked["environmentId"]))["id"]
    for instance in await everything(asking.records, "volume_instance", **like):
        if order.get("serviceId") and order["serviceId"] != instance["serviceId"]:
            await _has_none(asking, instance["environmentId"], order["serviceId"])
        change = {
            name: order[name] for name in ("mountPath", "serviceId", "state") if name in order
        }
        await asking.records.put("volume_instance", instance["id"], instance | change)
    return True


async def delete_volume(asking: Asking, asked: Asked) -> bool:
    """Delete a volume wherever it is."""
    gone = await _volume(asking, asked["volumeId"])
    for instance in await everything(asking.records, "volume_instance", volumeId=gone["id"]):
        await asking.records.remove("volume_instance", instance["id"])
    return await asking.records.remove("volume", gone["id"])


async def volume_instance(asking: Asking, asked: Asked) -> Document:
    """A volume in one environment."""
    return await _instance(asking, asked["id"])


async def back_up(asking: Asking, asked: Asked) -> Document:
    """Note a backup; the answer is the id of the work, which is done at once."""
    of = await _instance(asking, asked["volumeInstanceId"])
    made = {
        "id": new_id(),
        "volumeInstanceId": of["id"],
        "environmentId": of["environmentId"],
        "name": asked.get("name"),
        "createdAt": asking.at,
        "expiresAt": None,
        "externalId": new_id(),
        "creatorId": USER_ID,
        "scheduleId": None,
        "usedMB": round(of["currentSizeMB"]),
        "referencedMB": round(of["currentSizeMB"]),
        "volumeInstanceSizeMB": of["sizeMB"],
    }
    await asking.records.put("backup", made["id"], made)
    return await ended(asking)


async def backups(asking: Asking, asked: Asked) -> list[Document]:
    """The backups of a volume, the newest first; those that have expired are gone."""
    of = await _instance(asking, asked["volumeInstanceId"])
    found = await everything(asking.records, "backup", volumeInstanceId=of["id"])
    now = written(asking.now)
    return [each for each in found[::-1] if not each["expiresAt"] or each["expiresAt"] > now]


async def lock_backup(asking: Asking, asked: Asked) -> bool:
    """Keep a backup for good."""
    locked = await _backup(asking, asked)
    await asking.records.put("backup", locked["id"], locked | {"expiresAt": None})
    return True


async def delete_backup(asking: Asking, asked: Asked) -> Document:
    """Delete a backup."""
    await asking.records.remove("backup", (await _backup(asking, asked))["id"])
    return await ended(asking)


async def restore_backup(asking: Asking, asked: Asked) -> Document:
    """Nothing is restored: the work ends with an error that says so."""
    await _backup(asking, asked)
    return await ended(asking, NO_DATA)


async def schedule_backups(asking: Asking, asked: Asked) -> bool:
    """Back up daily, weekly, monthly, or not at all by a schedule."""
    of = await _instance(asking, asked["volumeInstanceId"])
    schedules = [
        {
            "id": new_id(),
            "kind": kind,
            "name": kind.capitalize(),
            "cron": CRONS[kind],
            "createdAt": asking.at,
            "retentionSeconds": int(KEPT_FOR[kind].total_seconds()),
        }
        for kind in dict.fromkeys(asked["kinds"])
    ]
    await asking.records.put("volume_instance", of["id"], of | {"schedules": schedules})
    return True


async def schedules(asking: Asking, asked: Asked) -> list[Document]:
    """When a volume is backed up by a schedule."""
    of = await _instance(asking, asked["volumeInstanceId"])
    found: list[Document] = of.get("schedules", [])
    return found


async def _volume(asking: Asking, id_: str) -> Document:
    found = await asking.records.get("volume", id_)
    if found is None:
        raise NotFound("Volume")
    await the_project(asking, found["projectId"])
    return found


async def _instance(asking: Asking, id_: str) -> Document:
    found = await asking.records.get("volume_instance", id_)
    if found is None:
        raise NotFound("VolumeInstance")
    await the_environment(asking, found["environmentId"])
    return found


async def _backup(asking: Asking, asked: Asked) -> Document:
    of = await _instance(asking, asked["volumeInstanceId"])
    found = await asking.records.get("backup", asked["volumeInstanceBackupId"])
    if found is None or found["volumeInstanceId"] != of["id"]:
        raise NotFound("VolumeInstanceBackup")
    return found


async def instances_of(asking: Asking, source: Document, asked: Asked) -> Document:
    """The instances of a volume, or those in an environment."""
    field = "environmentId" if "isEphemeral" in source else "volumeId"
    found = await everything(asking.records, "volume_instance", **{field: source["id"]})
    if asking.who.is_bound:
        found = [each for each in found if each["environmentId"] == asking.who.environment_id]
    return connection(found, asked)


async def volume_of(asking: Asking, source: Document, _asked: Asked) -> Document:
    """The volume that an instance is of."""
    return await _volume(asking, source["volumeId"])


async def service_of(asking: Asking, source: Document, _asked: Asked) -> Document:
    """The service that a volume is mounted into."""
    return await the_service(asking, source["serviceId"] or "")


QUERIES = {
    "volumeInstance": volume_instance,
    "volumeInstanceBackupList": backups,
    "volumeInstanceBackupScheduleList": schedules,
}
MUTATIONS = {
    "volumeCreate": create_volume,
    "volumeDelete": delete_volume,
    "volumeInstanceBackupCreate": back_up,
    "volumeInstanceBackupDelete": delete_backup,
    "volumeInstanceBackupLock": lock_backup,
    "volumeInstanceBackupRestore": restore_backup,
    "volumeInstanceBackupScheduleUpdate": schedule_backups,
    "volumeInstanceUpdate": update_volume_instance,
    "volumeUpdate": update_volume,
}
FIELDS = {
    ("Environment", "volumeInstances"): instances_of,
    ("Volume", "project"): people.project_of,
    ("Volume", "volumeInstances"): instances_of,
    ("VolumeInstance", "environment"): people.environment_of,
    ("VolumeInstance", "service"): service_of,
    ("VolumeInstance", "volume"): volume_of,
}
