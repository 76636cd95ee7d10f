"""The states of a deployment: which of them are on the way, which are the end, which are alive."""

from datetime import datetime

from sandboxes.kit.records import Document
from sandboxes.railway.asking import read_moment
from sandboxes.railway.workspace import Plan

WAITING = frozenset({"INITIALIZING", "NEEDS_APPROVAL", "QUEUED", "WAITING"})
UNDER_WAY = WAITING | {"BUILDING", "DEPLOYING"}
ALIVE = frozenset({"SUCCESS", "SLEEPING"})
STOPPED = frozenset({"CRASHED", "FAILED", "REMOVED", "SKIPPED"})
INSTANCE_STOPPED = frozenset({"CRASHED", "EXITED", "REMOVED", "SKIPPED", "STOPPED"})
ALL = UNDER_WAY | ALIVE | STOPPED | {"REMOVING"}


def is_stopped(deployment: Document) -> bool:
    """Whether nothing of it runs."""
    instances = deployment["instances"]
    ended = bool(instances) and all(each["status"] in INSTANCE_STOPPED for each in instances)
    return deployment["status"] in STOPPED or ended


def has_image(deployment: Document, plan: Plan, now: datetime) -> bool:
    """Whether its image is still kept: while it is there, and for a while after its removal."""
    removed = deployment["removedAt"]
    return removed is None or now < read_moment(removed) + plan.images_kept


def can_roll_back(deployment: Document, plan: Plan, now: datetime) -> bool:
    """Whether one may go back to it: it served once, serves no longer, and its image is kept."""
    is_over = deployment["status"] in {"REMOVED", "CRASHED"}
    return bool(deployment["servedAt"]) and is_over and has_image(deployment, plan, now)


def moved(deployment: Document, status: str, at: str) -> Document:
    """The deployment in another state, with what follows from that."""
    told = deployment | {"status": status, "statusUpdatedAt": at, "updatedAt": at}
    if status in ALIVE:
        told["servedAt"] = deployment["servedAt"] or at
    if status == "REMOVED":
        told["removedAt"] = deployment["removedAt"] or at
    return told
