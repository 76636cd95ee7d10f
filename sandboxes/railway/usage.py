"""What is used and what it will cost, counted from what was configured and how long it stood.

Nothing here is measured: a replica counts with half a gigabyte of memory and a twentieth of a
processor, a volume with what it was told to be.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from sandboxes.kit.records import Document
from sandboxes.railway.asking import Asked, Asking, everything, needs_account, the_project
from sandboxes.railway.errors import Problem
from sandboxes.railway.instances import key
from sandboxes.railway.states import ALIVE

MEMORY_GB, CPU = 0.5, 0.05
MONTH = timedelta(days=30)
MINUTE = timedelta(minutes=1)
COUNTED = ("CPU_USAGE", "MEMORY_USAGE_GB", "DISK_USAGE_GB")
TAGS = {
    "DEPLOYMENT_ID": "deploymentId",
    "ENVIRONMENT_ID": "environmentId",
    "PROJECT_ID": "projectId",
    "SERVICE_ID": "serviceId",
}


async def usage(asking: Asking, asked: Asked) -> list[Document]:
    """What was used in a time, in minutes of a processor or a gigabyte, by the tags asked for."""
    groups = asked.get("groupBy") or []
    if set(groups) - TAGS.keys():
        raise Problem(f"railway sandbox counts by {', '.join(TAGS)} alone")
    now = asking.now
    since, until = _moment(asked.get("startDate"), now - MONTH), _moment(asked.get("endDate"), now)
    found: defaultdict[tuple[str, tuple[str | None, ...]], float] = defaultdict(float)
    for served in await _served(asking, asked):
        minutes = _overlap(served, since, min(until, now))
        tags = tuple(served.get(TAGS[tag]) for tag in groups)
        for measurement in asked["measurements"]:
            found[measurement, tags] += round(minutes * served["rates"].get(measurement, 0.0), 3)
    return [
        {
            "measurement": measurement,
            "value": value,
            "tags": dict(zip((TAGS[tag] for tag in groups), tags, strict=True)),
        }
        for (measurement, tags), value in found.items()
    ]


async def estimated_usage(asking: Asking, asked: Asked) -> list[Document]:
    """What a whole month costs in those measures if all goes on as it stands, for each project."""
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    for served in await _served(asking, asked):
        if served["until"] is None:
            for measurement in asked["measurements"]:
                rate = served["rates"].get(measurement, 0.0)
                found[served["projectId"], measurement] += round(rate * (MONTH / MINUTE), 3)
    return [
        {"projectId": project, "measurement": measurement, "estimatedValue": value}
        for (project, measurement), value in found.items()
    ]


async def _served(asking: Asking, asked: Asked) -> list[Document]:
    """What served in a project, or in all: from when until when, and what it used a minute."""
    if asked.get("projectId"):
        await the_project(asking, asked["projectId"])
        like = {"projectId": asked["projectId"]}
    else:
        needs_account(asking)
        like = {}
    sizes = {
        key(each["environmentId"], each["serviceId"] or ""): each["sizeMB"] / 1000
        for each in await everything(asking.records, "volume_instance")
    }
    return [
        {
            **{field: each[field] for field in ("environmentId", "projectId", "serviceId")},
            "deploymentId": each["id"],
            "since": datetime.fromisoformat(each["servedAt"]),
            "until": None
            if each["status"] in ALIVE
            else datetime.fromisoformat(each["statusUpdatedAt"]),
            "rates": {
                "CPU_USAGE": CPU * each["config"]["numReplicas"],
                "MEMORY_USAGE_GB": MEMORY_GB * each["config"]["numReplicas"],
                "DISK_USAGE_GB": sizes.get(key(each["environmentId"], each["serviceId"]), 0.0),
            },
        }
        for each in await everything(asking.records, "deployment", **like)
        if each["servedAt"]
    ]


def _overlap(served: Document, since: datetime, until: datetime) -> float:
    end = min(served["until"] or until, until)
    return max(0.0, float((end - max(served["since"], since)) / MINUTE))


def _moment(text: str | None, otherwise: datetime) -> datetime:
    try:
        return otherwise if text is None else datetime.fromisoformat(text)
    except ValueError as error:
        raise Problem(f"Invalid date: {text}") from error


QUERIES = {"usage": usage, "estimatedUsage": estimated_usage}
