"""Templates: PostgreSQL and Redis as Railway ships them, deployed as services of a project.

`${{secret(32)}}` and `${{randomInt(1, 9)}}` are resolved here, and nowhere else.
"""

import random
import re
import secrets
import string

from sandboxes.kit.records import Document
from sandboxes.railway import deploying, volumes
from sandboxes.railway.asking import (
    Asked,
    Asking,
    the_environment,
    the_project,
)
from sandboxes.railway.errors import NotEmulated, NotFound, Problem
from sandboxes.railway.instances import BEGINNING, key, new_instance
from sandboxes.railway.kept import keep, strings
from sandboxes.railway.references import FUNCTION
from sandboxes.railway.services import free_name, new_service
from sandboxes.railway.workflows import ended
from sandboxes.railway.workspace import SINCE

POSTGRES_ID = "9c1f3a64-0d5b-4c7e-8f2a-6b3d9e1a7c05"
REDIS_ID = "5e8b2d17-7a4c-4f90-b6e3-1d0c9a8f4b62"
PUBLIC = "${{PGUSER}}:${{POSTGRES_PASSWORD}}"
POSTGRES = {
    "PGDATA": "/var/lib/postgresql/data/pgdata",
    "PGHOST": "${{RAILWAY_PRIVATE_DOMAIN}}",
    "PGPORT": "5432",
    "PGUSER": "${{POSTGRES_USER}}",
    "PGDATABASE": "${{POSTGRES_DB}}",
    "PGPASSWORD": "${{POSTGRES_PASSWORD}}",
    "POSTGRES_DB": "railway",
    "POSTGRES_USER": "postgres",
    "POSTGRES_PASSWORD": "${{secret(32)}}",
    "DATABASE_URL": f"postgresql://{PUBLIC}@${{{{RAILWAY_PRIVATE_DOMAIN}}}}:5432/${{{{PGDATABASE}}}}",
    "SSL_CERT_DAYS": "820",
    "RAILWAY_DEPLOYMENT_DRAINING_SECONDS": "60",
}
REDIS = {
    "REDISHOST": "${{RAILWAY_PRIVATE_DOMAIN}}",
    "REDISPORT": "6379",
    "REDISUSER": "default",
    "REDISPASSWORD": "${{REDIS_PASSWORD}}",
    "REDIS_PASSWORD": "${{secret(32)}}",
    "REDIS_URL": "redis://${{REDISUSER}}:${{REDIS_PASSWORD}}@${{REDISHOST}}:${{REDISPORT}}",
}


def _template(id_: str, name: str, image: str, path: str, given: Document) -> Document:
    service: Document = {
        "name": name,
        "source": {"image": image},
        "variables": {variable: {"defaultValue": value} for variable, value in given.items()},
        "volumeMounts": {"0": {"mountPath": path}},
        "deploy": {},
        "build": {},
    }
    return {
        "id": id_,
        "code": name.lower(),
        "name": name,
        "description": f"{name}, with its data on a volume",
        "image": None,
        "status": "PUBLISHED",
        "createdAt": SINCE,
        "updatedAt": SINCE,
        "serializedConfig": {"services": {id_: service}},
    }


TEMPLATES = (
    _template(
        *(POSTGRES_ID, "Postgres", "railwayapp-templates/postgres-ssl:18"),
        *("/var/lib/postgresql/data", POSTGRES),
    ),
    _template(REDIS_ID, "Redis", "railwayapp/redis:8.2", "/bitnami", REDIS),
)


async def template(_asking: Asking, asked: Asked) -> Document:
    """A template by its code or its id."""
    for each in TEMPLATES:
        if asked.get("code") == each["code"] or asked.get("id") == each["id"]:
            return each
    raise NotFound("Template")


async def deploy_template(asking: Asking, asked: Asked) -> Document:
    """Make the services of a template's configuration, as it was handed in, and deploy them."""
    order = asked["input"]
    if order["templateId"] not in {each["id"] for each in TEMPLATES}:
        raise NotFound("Template")
    if order.get("stageOnly") or order.get("existingRootServiceId"):
        raise NotEmulated("stageOnly and existingRootServiceId of templateDeployV2")
    if not order.get("projectId"):
        raise NotEmulated("templateDeployV2 without a projectId: make the project first")
    project = await the_project(asking, order["projectId"])
    environment_id = order.get("environmentId") or project["primaryEnvironmentId"]
    environment = await the_environment(asking, environment_id, project["id"])
    services = order["serializedConfig"].get("services")
    if not isinstance(services, dict) or not services:
        raise Problem("serializedConfig: services are required")
    for config in services.values():
        await _make(asking, environment, order["templateId"], config)
    return {"projectId": project["id"]} | await ended(asking)


async def _make(asking: Asking, environment: Document, template_id: str, config: Document) -> None:
    name = await free_name(asking, environment["projectId"], str(config.get("name") or "service"))
    made = new_service(asking, environment["projectId"], name) | {"templateId": template_id}
    image = (config.get("source") or {}).get("image")
    if not image:
        raise NotEmulated("templates whose services are no images")
    source = {"image": image, "repo": None, "branch": None}
    told = {**(config.get("deploy") or {}), **(config.get("build") or {})}
    change = {field: value for field, value in told.items() if field in BEGINNING}
    instance = new_instance(asking, environment["id"], made, source) | change
    await asking.records.put("service", made["id"], made)
    await asking.records.put("instance", key(environment["id"], made["id"]), instance)
    for mount in (config.get("volumeMounts") or {}).values():
        volume = volumes.new_volume(asking, environment["projectId"], name.lower())
        path = str(mount["mountPath"])
        there = await volumes.new_instance(asking, volume, environment["id"], made["id"], path)
        await asking.records.put("volume", volume["id"], volume)
        await asking.records.put("volume_instance", there["id"], there)
    written = config.get("variables") or {}
    values = {k: each.get("value") or each.get("defaultValue") or "" for k, each in written.items()}
    await keep(asking, environment, made["id"], strings({k: drawn(v) for k, v in values.items()}))
    await deploying.deploy_by_itself(asking, instance)


def drawn(value: str) -> str:
    """A value with its secrets and numbers drawn by lot."""

    def replaced(found: re.Match[str]) -> str:
        given = [each.strip().strip("\"'") for each in found["given"].split(",") if each.strip()]
        if found["name"] == "secret":
            length = int(given[0]) if given else 32
            alphabet = given[1] if len(given) > 1 else string.ascii_letters
            return "".join(secrets.choice(alphabet) for _ in range(min(length, 1000)))
        low, high = (int(each) for each in (*given, "0", "100")[:2])
        return str(random.SystemRandom().randint(low, high))

    return FUNCTION.sub(replaced, value)


QUERIES = {"template": template}
MUTATIONS = {"templateDeployV2": deploy_template}
