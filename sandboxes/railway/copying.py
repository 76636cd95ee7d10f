"""What a copy of an environment gets of its source: services, their configuration, variables that
are not sealed, volumes without data, a domain of Railway's where the source has one."""

from sandboxes.kit.records import Document
from sandboxes.railway import deploying
from sandboxes.railway.asking import Asking, everything, new_id
from sandboxes.railway.hosts import new_service_domain
from sandboxes.railway.instances import key
from sandboxes.railway.variables import key as variables_key


async def copy(asking: Asking, base: Document, made: Document, *, deploys: bool) -> None:
    """Fill a new environment from another; `deploys` lets what runs there run here as well."""
    here = {"environmentId": made["id"]}
    fresh = {"createdAt": asking.at, "updatedAt": asking.at}
    for kept in await everything(asking.records, "variables", environmentId=base["id"]):
        open_ = {k: v for k, v in kept["values"].items() if not v["isSealed"]}
        id_ = variables_key(made["id"], kept["serviceId"])
        await asking.records.put("variables", id_, kept | here | {"values": open_})
    for kept in await everything(asking.records, "volume_instance", environmentId=base["id"]):
        id_ = new_id()
        copied = kept | here | fresh | {"id": id_, "currentSizeMB": 0.0}
        await asking.records.put("volume_instance", id_, copied)
    for kept in await everything(asking.records, "instance", environmentId=base["id"]):
        instance = kept | here | fresh | {"id": new_id()}
        await asking.records.put("instance", key(made["id"], kept["serviceId"]), instance)
        await _copy_domain(asking, base, made, kept["serviceId"])
    if deploys:
        for instance in await everything(asking.records, "instance", environmentId=made["id"]):
            await deploying.deploy_copy(asking, base, instance)


async def _copy_domain(asking: Asking, base: Document, made: Document, service_id: str) -> None:
    like = {"environmentId": base["id"], "serviceId": service_id}
    for domain in await everything(asking.records, "service_domain", **like):
        service = await asking.records.get("service", service_id)
        assert service is not None, "a domain is of a service"  # noqa: S101
        copied = await new_service_domain(asking, made, service, domain["targetPort"])
        await asking.records.put("service_domain", copied["id"], copied)
