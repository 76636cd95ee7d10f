"""What an environment should be, as the graph that Railway's infrastructure-as-code compares.

`railway-sdk` makes the same graph out of `.railway/railway.py`; its words are used here.
"""

from collections.abc import Mapping

from staging.definition import Environment, Service
from staging.railway.instances import Json, build, deploy, source
from staging.railway.naming import host_of
from staging.railway.variables import of_service
from staging.values import Reference, Shared, Value


def graph(environment: Environment, project: str) -> Json:
    """Every resource of the environment: its services with their volumes, in order."""
    resources = [node for service in environment.hosted for node in _nodes(environment, service)]
    return {"partial": None, "project": {"name": project, "resources": resources}}


def volume_name(service: Service) -> str:
    """What the volume of a service is called."""
    return f"{service.name}-volume"


def _nodes(environment: Environment, service: Service) -> list[Json]:
    volume = _volume(service)
    return [*([volume] if volume else []), _service(environment, service, volume)]


def _volume(service: Service) -> Json | None:
    if not service.volume:
        return None
    name = volume_name(service)
    size = {"sizeMB": round(service.volume.size_gb * 1000)}
    return {"address": f"volume.{name}", "type": "volume", "name": name, "config": size}


def _service(environment: Environment, service: Service, volume: Json | None) -> Json:
    node = {
        "address": f"service.{service.name}",
        "type": "service",
        "kind": "docker-image" if service.image else "empty",
        "name": service.name,
        "source": {"type": "image", **source(service)} if service.image else {},
        "build": build(service),
        "deploy": deploy(service),
        "networking": _networking(environment, service),
        "variables": _variables(environment, service),
    }
    return {name: value for name, value in node.items() if value} | _attached(service, volume)


def _networking(environment: Environment, service: Service) -> Json:
    if not service.public:
        return {}
    port = {"port": service.port}
    own = environment.domains.get(service.name)
    railways = {"serviceDomains": {host_of(service.name, environment.name): port}}
    return railways | ({"customDomains": {own: port}} if own else {})


def _attached(service: Service, volume: Json | None) -> Json:
    if not service.volume or not volume:
        return {}
    where = {"volume": volume["address"], "mountPath": service.volume.path}
    attached = {volume["name"]: {**where, "volumeConfig": volume["config"]}}
    return {"volumeMounts": {}, "volumeAttachments": attached}


def _variables(environment: Environment, service: Service) -> Json:
    told = of_service(environment, service)
    return {name: _variable(text, service.variables, name) for name, text in told.items()}


def _variable(told: object, values: Mapping[str, Value], name: str) -> Json:
    match values.get(name):
        case Reference(other, variable):
            return {"type": "reference", "resource": f"service.{other}", "output": variable}
        case Shared(shared):
            return {"type": "sharedReference", "name": shared}
    if isinstance(told, str):
        return {"type": "literal", "value": told}
    return {"type": "preserve"}
