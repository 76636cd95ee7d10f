"""Issues: the events that are of one kind, counted and kept together."""

from hashlib import sha256
from typing import Any

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call
from sandboxes.sentry.reading import culprit, exceptions, level, template, title

ISSUE, EVENT, KEPT = "issue", "event", 1000
DEFAULT = "{{ default }}"


async def keep_event(call: Call, event: Document) -> None:
    """Keep an event, and the issue that it belongs to, whose counts go on."""
    group = issue_id(call.parameters["project"], event)
    at = call.now.isoformat()
    async with call.vendor.exclusively(f"issue {group}") as inside:
        known = await inside.records.get(ISSUE, group)
        issue = _counted(known or _opened(call, group, at), event, at)
        # Put anew, so that the issue that happened last stands first.
        await inside.records.remove(ISSUE, group)
        await inside.records.put(ISSUE, group, issue)
        kept = {"id": event["event_id"], "issue": group, "at": at, "event": event}
        await inside.records.put(EVENT, event["event_id"], kept)
    await call.records.keep_newest(EVENT, KEPT)
    await call.records.keep_newest(ISSUE, KEPT)


async def events_of(records: Records, issue: str, limit: int) -> list[Document]:
    """The newest events of an issue, as they were kept."""
    return await records.find(EVENT, {"issue": issue}, limit=limit)


def issue_id(project: str, event: Document) -> str:
    """The issue that an event belongs to: by its fingerprint, else by what happened and where."""
    parts = [part for each in _fingerprint(event) for part in _expanded(each, event)]
    return sha256("\0".join((project, *parts)).encode()).hexdigest()[:12]


def _fingerprint(event: Document) -> list[Any]:
    given = event.get("fingerprint")
    return given if isinstance(given, list) and given else [DEFAULT]


def _expanded(part: Any, event: Document) -> list[str]:
    if str(part).replace(" ", "") != DEFAULT.replace(" ", ""):
        return [str(part)]
    if raised := exceptions(event):
        return [*(str(each.get("type")) for each in raised), culprit(event)]
    return [template(event), str(event.get("logger") or "")]


def _opened(call: Call, group: str, at: str) -> Document:
    empty: Document = {"count": 0, "environments": [], "releases": []}
    return {"id": group, "project": call.parameters["project"], "first_seen": at} | empty


def _counted(issue: Document, event: Document, at: str) -> Document:
    """The issue after one more event, under the title of this one."""
    return issue | {
        "title": title(event),
        "culprit": culprit(event),
        "level": level(event),
        "count": issue["count"] + 1,
        "last_seen": at,
        "environments": _with(issue["environments"], event.get("environment")),
        "releases": _with(issue["releases"], event.get("release")),
    }


def _with(known: list[str], new: Any) -> list[str]:
    return known if new is None or str(new) in known else [*known, str(new)]
