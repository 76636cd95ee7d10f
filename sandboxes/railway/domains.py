"""Public names of services: Railway's own, and those of the association once they are verified.

A custom domain answers 404 until its records were seen in the DNS. There is no DNS here:
`POST /_sandbox/railway/domains/{domain}/verify` says that they are there.
"""

import re
from secrets import token_hex

from sandboxes.kit.records import Document
from sandboxes.railway.asking import (
    Asked,
    Asking,
    everything,
    new_id,
    the_environment,
    the_project,
    the_service,
)
from sandboxes.railway.errors import NotFound, Problem
from sandboxes.railway.hosts import PUBLIC, check_free, new_service_domain
from sandboxes.railway.instances import the_instance

DOMAIN = re.compile(r"(?=.{4,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
REQUIRED, PROPAGATED = "DNS_RECORD_STATUS_REQUIRES_UPDATE", "DNS_RECORD_STATUS_PROPAGATED"
OWNERSHIP = "CERTIFICATE_STATUS_TYPE_VALIDATING_OWNERSHIP"
NO_PURPOSE = "DNS_RECORD_PURPOSE_UNSPECIFIED"
VALID = "CERTIFICATE_STATUS_TYPE_VALID"


async def create_service_domain(asking: Asking, asked: Asked) -> Document:
    """A name of Railway's for a service; one a service and environment."""
    order = asked["input"]
    environment = await the_environment(asking, order["environmentId"])
    await the_instance(asking, environment["id"], order["serviceId"])
    service = await the_service(asking, order["serviceId"], environment["projectId"])
    like = {"environmentId": environment["id"], "serviceId": service["id"]}
    if await asking.records.count("service_domain", like):
        raise Problem("A service can have one domain of Railway's in an environment")
    made = await new_service_domain(asking, environment, service, _port(order))
    return await _keep(asking, "service_domain", made)


async def update_service_domain(asking: Asking, asked: Asked) -> bool:
    """Another label below Railway's own domain, or another port."""
    order = asked["input"]
    changed = await _find(asking, "service_domain", order["serviceDomainId"])
    domain = order["domain"]
    if not domain.endswith(f".{PUBLIC}") or not DOMAIN.fullmatch(domain):
        raise Problem(f"The domain must end in .{PUBLIC}")
    await check_free(asking, domain, changed["id"])
    told = {"domain": domain, "targetPort": _port(order), "updatedAt": asking.at}
    await _keep(asking, "service_domain", changed | told)
    return True


async def delete_service_domain(asking: Asking, asked: Asked) -> bool:
    """Take a name of Railway's from a service."""
    return await _delete(asking, "service_domain", asked["id"])


async def create_custom_domain(asking: Asking, asked: Asked) -> Document:
    """A name of the association's own; it leads nowhere until it is verified."""
    order = asked["input"]
    environment = await the_environment(asking, order["environmentId"], order["projectId"])
    await the_instance(asking, environment["id"], order["serviceId"])
    domain = order["domain"].lower()
    if not DOMAIN.fullmatch(domain) or domain.endswith(f".{PUBLIC}"):
        raise Problem(f"{domain[:80]} is not a valid custom domain")
    await check_free(asking, domain)
    made = {
        "id": new_id(),
        "domain": domain,
        "environmentId": environment["id"],
        "projectId": environment["projectId"],
        "serviceId": order["serviceId"],
        "targetPort": _port(order),
        "syncStatus": "ACTIVE",
        "createdAt": asking.at,
        "updatedAt": asking.at,
        "deletedAt": None,
        "isVerified": False,
        "token": f"railway-verify={token_hex(16)}",
        "target": f"{token_hex(4)}.{PUBLIC}",
    }
    return await _keep(asking, "custom_domain", made)


async def update_custom_domain(asking: Asking, asked: Asked) -> bool:
    """Another port behind a custom domain."""
    changed = await _find(asking, "custom_domain", asked["id"])
    told = {"targetPort": _port(asked), "updatedAt": asking.at}
    await _keep(asking, "custom_domain", changed | told)
    return True


async def delete_custom_domain(asking: Asking, asked: Asked) -> bool:
    """Take a custom domain from a service."""
    return await _delete(asking, "custom_domain", asked["id"])


async def domains(asking: Asking, asked: Asked) -> Document:
    """All public names of a service in an environment."""
    await the_environment(asking, asked["environmentId"], asked["projectId"])
    return await domains_of(asking, asked, {})


async def domains_of(asking: Asking, source: Document, _asked: Asked) -> Document:
    """The public names of an instance."""
    like = {"environmentId": source["environmentId"], "serviceId": source["serviceId"]}
    return {
        "serviceDomains": await everything(asking.records, "service_domain", **like),
        "customDomains": await everything(asking.records, "custom_domain", **like),
    }


async def custom_domain(asking: Asking, asked: Asked) -> Document:
    """One custom domain."""
    await the_project(asking, asked["projectId"])
    return await _find(asking, "custom_domain", asked["id"])


async def custom_domain_available(asking: Asking, asked: Asked) -> Document:
    """Whether a name can be had."""
    domain = asked["domain"].lower()
    if not DOMAIN.fullmatch(domain):
        return {"available": False, "message": "Invalid domain"}
    try:
        await check_free(asking, domain)
    except Problem as problem:
        return {"available": False, "message": problem.message}
    return {"available": True, "message": "Domain is available"}


async def status_of(_asking: Asking, source: Document, _asked: Asked) -> Document:
    """Whether a custom domain was verified, and which records its DNS needs for that."""
    is_verified, host = source["isVerified"], source["domain"]
    labels = host.split(".")
    zone, label = ".".join(labels[-2:]), ".".join(labels[:-2])
    ownership = f"_railway-verify.{label}".rstrip(".")
    told = (
        ("CNAME", label or "@", host, source["target"], "DNS_RECORD_PURPOSE_TRAFFIC_ROUTE"),
        (
            "TXT",
            ownership,
            f"{ownership}.{zone}",
            source["token"],
            "DNS_RECORD_PURPOSE_UNSPECIFIED",
        ),
    )
    records = [
        {
            "recordType": f"DNS_RECORD_TYPE_{kind}",
            "hostlabel": name,
            "fqdn": full,
            "requiredValue": value,
            "currentValue": value if is_verified else "",
            "status": PROPAGATED if is_verified else REQUIRED,
            "purpose": purpose,
            "zone": zone,
        }
        for kind, name, full, value, purpose in told
    ]
    return {
        "verified": is_verified,
        "verificationToken": source["token"],
        "verificationDnsHost": ownership,
        "certificateStatus": VALID if is_verified else OWNERSHIP,
        "certificateErrorMessage": None,
        "dnsRecords": records,
    }


async def tell_edge(asking: Asking, of: Document) -> None:
    """Let the runner know that the names of a service have changed, where there is one."""
    if asking.ground.runner is not None:
        id_ = new_id()
        where = {"environmentId": of["environmentId"], "serviceId": of["serviceId"]}
        told = {"id": id_, "deploymentId": "", "what": "publish"} | where
        await asking.records.put("order", id_, told)


async def _find(asking: Asking, kind: str, id_: str) -> Document:
    found = await asking.records.get(kind, id_)
    if found is None:
        raise NotFound("Domain")
    await the_environment(asking, found["environmentId"])
    return found


async def _keep(asking: Asking, kind: str, domain: Document) -> Document:
    await asking.records.put(kind, domain["id"], domain)
    await tell_edge(asking, domain)
    return domain


async def _delete(asking: Asking, kind: str, id_: str) -> bool:
    gone = await _find(asking, kind, id_)
    await asking.records.remove(kind, id_)
    await tell_edge(asking, gone)
    return True


def _port(order: Asked) -> int | None:
    port: int | None = order.get("targetPort")
    if port is not None and not 0 < port < 65_536:
        raise Problem("targetPort must be between 1 and 65535")
    return port


QUERIES = {
    "customDomain": custom_domain,
    "customDomainAvailable": custom_domain_available,
    "domains": domains,
    "serviceDomainAvailable": custom_domain_available,
}
MUTATIONS = {
    "customDomainCreate": create_custom_domain,
    "customDomainDelete": delete_custom_domain,
    "customDomainUpdate": update_custom_domain,
    "serviceDomainCreate": create_service_domain,
    "serviceDomainDelete": delete_service_domain,
    "serviceDomainUpdate": update_service_domain,
}
FIELDS = {
    ("CustomDomain", "status"): status_of,
    ("ServiceInstance", "domains"): domains_of,
}
