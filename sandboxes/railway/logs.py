"""Logs: of a build, of what runs, of an environment, and of requests that the edge passed on."""

import re
import shlex
from datetime import datetime

from sandboxes.kit.records import Document
from sandboxes.railway import loglines
from sandboxes.railway.asking import Asked, Asking, everything, the_environment
from sandboxes.railway.deployments import the_deployment
from sandboxes.railway.errors import Problem
from sandboxes.railway.loglines import Line, Wanted

LARGEST, USUAL = 5000, 500
LEVEL = re.compile(r"@?(?:level|severity):(\w+)")
REQUEST: Document = {
    "clientUa": "",
    "deploymentInstanceId": "",
    "downstreamProto": "HTTP/1.1",
    "edgeRegion": "us-west2",
    "host": "",
    "httpStatus": 0,
    "method": "",
    "path": "",
    "requestId": "",
    "responseDetails": "",
    "rxBytes": 0,
    "srcIp": "",
    "totalDuration": 0,
    "txBytes": 0,
    "upstreamAddress": "",
    "upstreamErrors": "",
    "upstreamProto": "HTTP/1.1",
    "upstreamRqDuration": 0,
}


async def build_logs(asking: Asking, asked: Asked) -> list[Document]:
    """The lines of a build."""
    return await _lines(asking, asked, "build")


async def deployment_logs(asking: Asking, asked: Asked) -> list[Document]:
    """The lines of what runs."""
    return await _lines(asking, asked, "deploy")


async def _lines(asking: Asking, asked: Asked, kind: str) -> list[Document]:
    of = await the_deployment(asking, asked["deploymentId"])
    since, until = _moment(asked.get("startDate")), _moment(asked.get("endDate"))
    wanted = Wanted([of["id"]], [kind], since, until, _limit(asked.get("limit")))
    found = await loglines.find(asking.records, wanted)
    return [loglines.as_log(line, of) for line in found if _passes(line, asked.get("filter"))]


async def environment_logs(asking: Asking, asked: Asked) -> list[Document]:
    """The lines of everything that runs in an environment, before and after a moment."""
    environment = await the_environment(asking, asked["environmentId"])
    there = await everything(asking.records, "deployment", environmentId=environment["id"])
    by_id = {each["id"]: each for each in there}
    found = await _around(asking, asked, list(by_id), ["deploy"])
    kept = [line for line in found if _passes(line, asked.get("filter"))]
    return [loglines.as_log(line, by_id[line.deployment_id]) for line in kept]


async def http_logs(asking: Asking, asked: Asked) -> list[Document]:
    """The requests that the edge passed on to a deployment."""
    of = await the_deployment(asking, asked["deploymentId"])
    found = await _around(asking, asked, [of["id"]], ["http"])
    about = {"deploymentId": of["id"]}
    return [REQUEST | line.data | about | {"timestamp": line.at.isoformat()} for line in found]


async def _around(asking: Asking, asked: Asked, ids: list[str], kinds: list[str]) -> list[Line]:
    anchor = asked.get("anchorDate")
    before, after = asked.get("beforeDate") or anchor, asked.get("afterDate") or anchor
    found: list[Line] = []
    if asked.get("beforeLimit") is not None or before or not after:
        limit = _limit(asked.get("beforeLimit") or asked.get("limit"))
        wanted = Wanted(ids, kinds, until=_moment(before), limit=limit)
        found += await loglines.find(asking.records, wanted)
    if after:
        limit = _limit(asked.get("afterLimit"))
        wanted = Wanted(ids, kinds, since=_moment(after), limit=limit, is_newest=False)
        found += await loglines.find(asking.records, wanted)
    return found


def _passes(line: Line, filter_: str | None) -> bool:
    """Whether a line has every word of a filter; `@level:error` asks for its severity.

    Of Railway's language for filters these are the words, the quotes and the level.
    """
    if not filter_:
        return True
    try:
        words = shlex.split(filter_)
    except ValueError as error:
        raise Problem(f"Invalid filter: {error}") from error
    for word in words:
        level = LEVEL.fullmatch(word)
        if level and line.data["s"] != level[1]:
            return False
        if not level and word.lower() not in line.data["m"].lower():
            return False
    return True


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Problem(f"Invalid date: {text[:80]}") from error
    if moment.tzinfo is None:
        raise Problem(f"Invalid date, it has no time zone: {text[:80]}")
    return moment


def _limit(limit: int | None) -> int:
    if limit is None:
        return USUAL
    if not 1 <= limit <= LARGEST:
        raise Problem(f"limit must be between 1 and {LARGEST}")
    return limit


QUERIES = {
    "buildLogs": build_logs,
    "deploymentLogs": deployment_logs,
    "environmentLogs": environment_logs,
    "httpLogs": http_logs,
}
