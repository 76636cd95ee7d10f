"""Variables: of a service or shared by an environment, as they were written and as they resolve."""

from typing import Any

from sandboxes.kit.records import Document
from sandboxes.railway import deploying, provided
from sandboxes.railway.asking import (
    Asked,
    Asking,
    everything,
    the_environment,
    the_project,
    the_service,
)
from sandboxes.railway.connections import connection
from sandboxes.railway.errors import Problem
from sandboxes.railway.instances import the_instance
from sandboxes.railway.kept import keep, kept, key, shown, strings
from sandboxes.railway.references import referred

__all__ = ["FIELDS", "MUTATIONS", "QUERIES", "keep", "key", "strings"]


async def variables(asking: Asking, asked: Asked) -> Document:
    """The variables of a service with what Railway provides, or those that are shared.

    Sealed ones are never among them; `unrendered` leaves references as they were written.
    """
    environment = await the_environment(asking, asked["environmentId"], asked["projectId"])
    if asked.get("serviceId") is not None:
        await the_instance(asking, environment["id"], asked["serviceId"])
    there = await kept(asking.records, environment["id"], asked.get("serviceId"))
    if asked.get("unrendered"):
        return shown(there)
    sealed = {name for name, each in there.items() if each["isSealed"]}
    resolved = await provided.resolved(asking, environment, asked.get("serviceId"), hides=True)
    return {name: value for name, value in resolved.values.items() if name not in sealed}


async def variables_for_deployment(asking: Asking, asked: Asked) -> Document:
    """The variables as a deployment would get them now, but for those that are sealed."""
    return await variables(asking, asked | {"unrendered": False})


async def upsert_collection(asking: Asking, asked: Asked) -> bool:
    """Set variables; with `replace` all others are deleted."""
    order = asked["input"]
    environment = await _meant(asking, order)
    given = strings(order["variables"])
    service_id = order.get("serviceId")
    await keep(asking, environment, service_id, given, replace=bool(order.get("replace")))
    if not order.get("skipDeploys"):
        await _let_hear(asking, environment, service_id, set(given))
    return True


async def upsert_variable(asking: Asking, asked: Asked) -> bool:
    """Set one variable."""
    order = asked["input"]
    environment = await _meant(asking, order)
    given = strings({order["name"]: order["value"]})
    await keep(asking, environment, order.get("serviceId"), given)
    if not order.get("skipDeploys"):
        await _let_hear(asking, environment, order.get("serviceId"), set(given))
    return True


async def delete_variable(asking: Asking, asked: Asked) -> bool:
    """Delete one variable."""
    order = asked["input"]
    environment, service_id = await _meant(asking, order), order.get("serviceId")
    there = await kept(asking.records, environment["id"], service_id)
    if there.pop(order["name"], None) is None:
        raise Problem(f"Variable {order['name'][:80]} not found")
    await keep(asking, environment, service_id, {}, base=there)
    return True


async def _meant(asking: Asking, order: Asked) -> Document:
    await the_project(asking, order["projectId"])
    environment = await the_environment(asking, order["environmentId"], order["projectId"])
    if order.get("serviceId") is not None:
        await the_instance(asking, environment["id"], order["serviceId"])
    return environment


async def _let_hear(
    asking: Asking, environment: Document, service_id: str | None, names: set[str]
) -> None:
    """Deploy anew what runs and has changed variables: the service, or whoever refers to a shared
    one."""
    if service_id is not None:
        await deploying.redeploy_by_itself(asking, environment["id"], service_id)
        return
    for each in await everything(asking.records, "variables", environmentId=environment["id"]):
        texts = [value["value"] for value in each["values"].values()]
        refers = {name for text in texts for of, name in referred(text) if of == "shared"}
        if each["serviceId"] and refers & names:
            await deploying.redeploy_by_itself(asking, environment["id"], each["serviceId"])


async def variables_of(asking: Asking, source: Document, asked: Asked) -> Document:
    """The variables of an environment without their values."""
    nodes: list[Any] = []
    for each in await everything(asking.records, "variables", environmentId=source["id"]):
        nodes += [_node(each, name, value) for name, value in sorted(each["values"].items())]
    return connection(nodes, asked)


def _node(of: Document, name: str, value: Document) -> Document:
    refers = [f"{whose}.{what}" if whose else what for whose, what in referred(value["value"])]
    return {
        "id": f"{key(of['environmentId'], of['serviceId'])}:{name}",
        "name": name,
        "environmentId": of["environmentId"],
        "serviceId": of["serviceId"],
        "isSealed": value["isSealed"],
        "references": [] if value["isSealed"] else refers,
        "createdAt": value["createdAt"],
        "updatedAt": value["updatedAt"],
    }


async def service_of(asking: Asking, source: Document, _asked: Asked) -> Document:
    """The service of a variable; a shared one has none, which Railway's schema does not allow."""
    return await the_service(asking, source["serviceId"] or "")


async def environment_of(asking: Asking, source: Document, _asked: Asked) -> Document:
    """The environment of a variable."""
    return await the_environment(asking, source["environmentId"])


QUERIES = {
    "variables": variables,
    "variablesForServiceDeployment": variables_for_deployment,
}
MUTATIONS = {
    "variableCollectionUpsert": upsert_collection,
    "variableUpsert": upsert_variable,
    "variableDelete": delete_variable,
}
FIELDS = {
    ("Environment", "variables"): variables_of,
    ("Variable", "service"): service_of,
    ("Variable", "environment"): environment_of,
}
