"""Whether anything is left of somebody: every collection and Redis, read from end to end."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Final

from backend.features.privacy.sources import SOURCES, Fate, Traces
from backend.parts import Parts
from backend.schema import KEPT

RETAINED: Final[dict[str, str]] = {
    **{
        f"{source.kind.collection}.{source.field}": source.why
        for source in SOURCES
        if source.fate is Fate.kept
    },
    "audit_log.details": "what else was written of it: ids alone",
    "jobs.key": "what keeps a job from being done twice, for 30 days: an id alone",
}
"""Where the id of somebody who is forgotten may still stand, and why. It leads to nobody."""


@dataclass(frozen=True)
class Remnant:
    """A place where somebody is still named; what it says there is not repeated."""

    where: str
    """A document, such as `jobs/<id>`, or a key of Redis."""
    field: str


async def scan(parts: Parts, traces: Traces, *, besides: str = "") -> list[Remnant]:
    """Where this person is still named, `besides` the document that this scan is for."""
    found = [each async for each in _in_the_store(parts, traces) if each.where != besides]
    return found + [each async for each in _in_redis(parts, traces)]


async def _in_the_store(parts: Parts, traces: Traces) -> AsyncIterator[Remnant]:
    for kind in KEPT:
        async for document in parts.store.every(kind):
            for path, text in _texts(document.model_dump(mode="json")):
                if traces.mentions(text) and not _may_stand(kind.collection, path, text, traces):
                    yield Remnant(f"{kind.collection}/{document.id}", path)


def _may_stand(collection: str, path: str, text: str, traces: Traces) -> bool:
    """Whether it is an id alone, where ids are kept."""
    is_id_alone = not Traces(traces.email, traces.email, traces.name).mentions(text)
    place = f"{collection}.{path}"
    return is_id_alone and any(place == it or place.startswith(f"{it}.") for it in RETAINED)


async def _in_redis(parts: Parts, traces: Traces) -> AsyncIterator[Remnant]:
    async for found in parts.redis.scan_iter(match=f"{parts.settings.prefix}*", count=500):
        key = str(found)
        if traces.mentions(key.replace(":", " ")):
            yield Remnant(key, "key")
        for path, text in _texts(await _value(parts, key)):
            if traces.mentions(text):
                yield Remnant(key, path)


async def _value(parts: Parts, key: str) -> Any:
    """What a key of Redis holds, of whichever kind it is."""
    redis = parts.redis
    told: Any = None
    match str(await redis.type(key)):
        case "string":
            told = await redis.get(key)
        case "hash":
            told = await redis.hgetall(key)
        case "set":
            told = sorted(map(str, await redis.smembers(key)))
        case "list":
            told = await redis.lrange(key, 0, -1)
        case "zset":
            told = await redis.zrange(key, 0, -1)
        case "stream":
            told = [fields for _, fields in await redis.xrange(key) or []]
    return told


def _texts(told: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts in a value with their places, and the names of things as well."""
    if isinstance(told, dict):
        for name, value in told.items():
            yield path or "names", str(name)
            yield from _texts(value, f"{path}.{name}" if path else str(name))
    elif isinstance(told, list | tuple):
        for each in told:
            yield from _texts(each, path)
    elif isinstance(told, str):
        yield path, told
