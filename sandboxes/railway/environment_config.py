"""An environment as one document: `EnvironmentConfig`, read from what is kept and written to it."""

import json
from hashlib import sha256
from typing import Any

from sandboxes.kit.records import Document
from sandboxes.railway.asking import Asking, everything
from sandboxes.railway.hosts import slug
from sandboxes.railway.instances import BEGINNING
from sandboxes.railway.provided import HIDDEN

BUILD = ("builder", "buildCommand", "dockerfilePath", "nixpacksPlan", "watchPatterns")
SOURCE = ("rootDirectory", "railwayConfigFile")
DEPLOY = tuple(name for name in BEGINNING if name not in {*BUILD, *SOURCE})


async def config(asking: Asking, environment: Document, *, decrypts: bool = False) -> Document:
    """All of an environment; values of variables where that is asked, and sealed ones never."""
    like = {"environmentId": environment["id"]}
    instances = await everything(asking.records, "instance", **like)
    volumes = await everything(asking.records, "volume_instance", **like)
    kept = {
        each["serviceId"]: _variables(each["values"], decrypts)
        for each in await everything(asking.records, "variables", **like)
    }
    services = {}
    for instance in instances:
        id_ = instance["serviceId"]
        service = await asking.records.get("service", id_)
        told = _service(instance) | {"variables": kept.get(id_, {})}
        told["networking"] = await _networking(asking, environment, id_)
        told["networking"]["privateNetworkEndpoint"] = slug(service["name"]) if service else None
        mounts = [each for each in volumes if each["serviceId"] == id_]
        told["volumeMounts"] = {m["volumeId"]: {"mountPath": m["mountPath"]} for m in mounts}
        services[id_] = told
    return {
        "services": services,
        "sharedVariables": kept.get(None, {}),
        "volumes": {v["volumeId"]: {"sizeMB": v["sizeMB"], "region": v["region"]} for v in volumes},
    }


async def etag(asking: Asking, environment: Document) -> str:
    """A word that changes when the configuration does, in a value of a variable too."""
    whole = await config(asking, environment, decrypts=True)
    return sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:32]


def _service(instance: Document) -> Document:
    source = {name: value for name, value in (instance["source"] or {}).items() if value}
    if instance["rootDirectory"]:
        source["rootDirectory"] = instance["rootDirectory"]
    return {
        "source": source,
        "build": _said(instance, BUILD),
        "deploy": _said(instance, DEPLOY),
        "configFile": instance["railwayConfigFile"],
    }


def _said(instance: Document, names: tuple[str, ...]) -> Document:
    return {name: instance[name] for name in names if instance[name] not in (None, [])}


def _variables(values: Document, decrypts: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, each in values.items():
        value = each["value"] if decrypts else HIDDEN
        shown[name] = {"isSealed": True} if each["isSealed"] else {"value": value}
    return shown


async def _networking(asking: Asking, environment: Document, service_id: str) -> Document:
    like = {"environmentId": environment["id"], "serviceId": service_id}
    theirs = await everything(asking.records, "service_domain", **like)
    own = await everything(asking.records, "custom_domain", **like)
    return {
        "serviceDomains": {each["domain"]: {"port": each["targetPort"]} for each in theirs},
        "customDomains": {each["domain"]: {"port": each["targetPort"]} for each in own},
        "tcpProxies": {},
    }
