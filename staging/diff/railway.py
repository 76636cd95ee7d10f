"""What differs on Railway: services, settings, disks, variables, hosts, and the age of secrets."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from staging.definition import Environment, Service
from staging.diff.difference import Difference, Kind
from staging.diff.shapes import shape
from staging.railway.given import Place, places, wrong
from staging.railway.held import SHARED, Held, HeldInstance
from staging.railway.instances import update
from staging.railway.planning import GONE
from staging.railway.settings import differences, plain
from staging.railway.telling import undeclared, variables_of
from staging.values import Given, Secret

OLDEST: Final = timedelta(days=90)
"""A secret that was set earlier is to be changed: once a quarter."""
SETUP: Final = "staging setup"
_told = partial(Difference, "railway")
EXTENSIONS: Final = {"pgvector/pgvector": "pgvector"}
"""What an image brings that others of its kind lack."""


def nothing_there(environment: Environment, name: str) -> tuple[Difference, ...]:
    """There is no such project, or no such environment in it."""
    return (_told("missing", "", environment.name, f"an environment of {name}", "none", SETUP),)


def against_railway(environment: Environment, held: Held, now: datetime) -> tuple[Difference, ...]:
    """All that is not on Railway as the definition says."""
    return tuple(_found(environment, held, now))


def _found(environment: Environment, held: Held, now: datetime) -> Iterator[Difference]:
    declared = tuple(places(environment))
    yield from _variables(declared, held, SHARED, now)
    for service in environment.hosted:
        there = held.services.get(service.name)
        if there is None:
            yield _told("missing", service.name, "service", service.what, "none", SETUP)
            continue
        yield from _image(service, there)
        yield from _settings(service, there)
        yield from _disk(service, there)
        yield from _variables(declared, held, service.name, now)
        yield from _hosts(environment, service, there)
    known = {service.name for service in environment.hosted}
    for name in sorted(held.services.keys() - known):
        mend = "delete it in Railway's dashboard, or declare it in staging/environment.py"
        yield _told("unused", name, "service", "none", "a service that nobody declares", mend)


def _image(service: Service, there: HeldInstance) -> Iterator[Difference]:
    wanted, found = service.image, there.image
    if not wanted or wanted == found:
        return
    mend = SETUP
    if there.volumes and found:
        mend = "staging backup, the image in Railway's dashboard, staging restore"
    name, _, _ = wanted.partition(":")
    is_same = (found or "").partition(":")[0] == name
    yield _told(
        "version" if is_same else "different", service.name, "image", wanted, found or "none", mend
    )
    if name in EXTENSIONS and not is_same:
        yield _told("extension", service.name, EXTENSIONS[name], "there", "not there", mend)


def _settings(service: Service, there: HeldInstance) -> Iterator[Difference]:
    wanted = update(service)
    for name in differences(wanted, there.settings):
        if name != "source":
            said, is_ = (_text(plain(name, it.get(name))) for it in (wanted, there.settings))
            yield _told("setting", service.name, name, said, is_, f"{SETUP}; staging deploy")
    if service.image and there.latest and there.latest.status in GONE:
        yield _told("state", service.name, "deployment", "runs", there.latest.status, SETUP)


def _disk(service: Service, there: HeldInstance) -> Iterator[Difference]:
    if service.volume and service.volume.path not in there.volumes:
        found = ", ".join(there.volumes) or "none"
        yield _told("missing", service.name, "volume", service.volume.path, found, SETUP)


def _hosts(environment: Environment, service: Service, there: HeldInstance) -> Iterator[Difference]:
    if not service.public:
        return
    if not there.hosts.service_domains:
        yield _told("missing", service.name, "host", "one of Railway's", "none", SETUP)
    own = environment.domains.get(service.name)
    known = {host.domain: host for host in there.hosts.custom_domains}
    if own and own not in known:
        yield _told("missing", service.name, "host", own, ", ".join(known) or "none", SETUP)
    elif own and (proof := known[own].status) and not proof.verified:
        mend = f"put the DNS records in place that `{SETUP}` shows"
        yield _told("host", service.name, own, "proven by its DNS", "not proven", mend)


def _variables(
    declared: tuple[Place, ...], held: Held, owner: str, now: datetime
) -> Iterator[Difference]:
    there = variables_of(held, owner)
    for place in (each for each in declared if each.owner == owner):
        if place.name in there.sealed:
            yield from _age(place, there.set_at.get(place.name), now)
        elif not there.values.get(place.name):
            if place.is_needed:
                yield _variable("missing", place, "none")
        else:
            yield from _value(place, there.values[place.name])
            yield from _age(place, there.set_at.get(place.name), now)
    for name in undeclared(declared, owner, there):
        found = shape(there.values.get(name, ""))
        yield _told("unused", owner, name, "none", found, f"{SETUP} --prune")


def _value(place: Place, value: str) -> Iterator[Difference]:
    if isinstance(place.told, str):
        if value != place.told:
            yield _variable("different", place, shape(value))
        return
    prefix = place.told.prefix if isinstance(place.told, Secret) else ""
    problems = [each.why for each in wrong({place.name: value}) if each.variable == place.name]
    if not value.startswith(prefix):
        problems.append(f"it does not begin with {prefix}")
    if problems:
        yield _variable("different", place, f"{shape(value)}: {problems[0]}")


def _age(place: Place, set_at: datetime | None, now: datetime) -> Iterator[Difference]:
    is_secret = isinstance(place.told, Secret | Given)
    if is_secret and set_at and now - set_at > OLDEST:
        age = f"set {(now - set_at).days} days ago"
        yield _variable("age", place, age, f"set within {OLDEST.days} days")


def _variable(kind: Kind, place: Place, found: str, wanted: str = "") -> Difference:
    mend = f"{SETUP} --variables FILE" if isinstance(place.told, Given) else SETUP
    if isinstance(place.told, Secret) and kind in ("age", "different"):
        mend = f"{SETUP} --anew {place.name}"
    return _told(kind, place.owner, place.name, wanted or _wanted(place), found, mend)


def _wanted(place: Place) -> str:
    match place.told:
        case Secret():
            return "a secret, made by the tool"
        case Given():
            return "what somebody gives"
    return place.told


def _text(value: Any) -> str:
    if value is None:
        return "none"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
