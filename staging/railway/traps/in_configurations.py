"""Traps in railway.json and railway.toml, as people have written them."""

from collections.abc import Iterator
from typing import Any, Final

from staging.railway.config import problems
from staging.railway.traps.material import CONFIGURATIONS, Json, Material
from staging.railway.traps.trap import Seen, Trap

SECONDS: Final = ("healthcheckTimeout", "overlapSeconds", "drainingSeconds")


def _keys(part: Any, before: str = "") -> Iterator[tuple[str, str, Any]]:
    """Each key at any depth: the whole way to it, the key itself and its value."""
    for key, value in part.items() if isinstance(part, dict) else ():
        yield f"{before}{key}", key, value
        yield from _keys(value, f"{before}{key}.")


def _all(material: Material) -> Iterator[tuple[str, str, str, Any]]:
    for name, whole in material.configurations.items():
        yield from ((name, *found) for found in _keys(whole))


def _damaged(material: Material) -> Iterator[Seen]:
    for name, whole in material.configurations.items():
        if not whole:
            yield name, "it can not be parsed, or says nothing"


def _small_letters(material: Material) -> Iterator[Seen]:
    for name, way, key, value in _all(material):
        if key in ("builder", "restartPolicyType") and value != str(value).upper():
            yield name, f"{way} is {value!r}"


def _seconds_as_text(material: Material) -> Iterator[Seen]:
    for name, way, key, value in _all(material):
        if key in SECONDS and isinstance(value, str):
            yield name, f"{way} is the text {value!r}"


def _several_commands(material: Material) -> Iterator[Seen]:
    for name, way, key, value in _all(material):
        if key == "preDeployCommand" and isinstance(value, list) and len(value) > 1:
            yield name, f"{way} lists {len(value)} commands"
    for service, call in material.calls.items():
        if len(call.get("preDeployCommand") or ()) > 1:
            yield service, "several commands are asked for before a deployment"


def _variables(material: Material) -> Iterator[Seen]:
    for name, way, key, _ in _all(material):
        if key == "variables":
            yield name, f"it has {way}"


def _nixpacks(material: Material) -> Iterator[Seen]:
    for name, way, key, value in _all(material):
        if value == "NIXPACKS" or key.startswith("nixpacks"):
            yield name, f"it has {way}"
    for service, call in material.calls.items():
        if call.get("builder") == "NIXPACKS" or call.get("nixpacksPlan"):
            yield service, "NIXPACKS is asked for"


def _differ(material: Material) -> Iterator[Seen]:
    if len(material.configurations) == 2:
        one, other = (dict(_flat(material.configurations[name])) for name in CONFIGURATIONS)
        differing = sorted(way for way in one.keys() | other if one.get(way) != other.get(way))
        if differing:
            yield " and ".join(CONFIGURATIONS), f"they differ in {', '.join(differing)}"


def _flat(whole: Json) -> Iterator[tuple[str, Any]]:
    return ((way, value) for way, _, value in _keys(whole) if not isinstance(value, dict))


def _refused(material: Material) -> Iterator[Seen]:
    for name, whole in material.configurations.items():
        yield from ((name, problem) for problem in problems(whole))


def _sleeps(material: Material) -> Iterator[Seen]:
    for name, way, key, value in _all(material):
        if key == "sleepApplication" and value:
            yield name, f"{way} is on"
    for service, call in material.calls.items():
        if call.get("sleepApplication"):
            yield service, "sleepApplication is on"


TRAPS = (
    Trap(
        "damaged_configuration",
        "Railway can not read such a file, and no deployment starts.",
        "Run `make generate`.",
        _damaged,
    ),
    Trap(
        "enum_in_small_letters",
        "Railway's own documents write builders and policies in small letters, and its schema"
        " refuses them.",
        "Write it in capitals.",
        _small_letters,
    ),
    Trap(
        "seconds_as_text",
        "Railway refuses the whole file: it expects a number, whatever its documents show.",
        "Take the quotes away.",
        _seconds_as_text,
    ),
    Trap(
        "several_pre_deploy_commands",
        "Railway takes one command at most, in a list or not.",
        "Put them into one program.",
        _several_commands,
    ),
    Trap(
        "variables_in_configuration",
        "There were never variables in these files: Railway refuses the key or does not see it.",
        "Give variables to the service or the environment, in staging/environment.py.",
        _variables,
    ),
    Trap(
        "nixpacks",
        "Nixpacks is no longer developed, and beside a Dockerfile its plan has never run.",
        "Build by the Dockerfile.",
        _nixpacks,
    ),
    Trap(
        "configurations_differ",
        "Where both files stand, Railway reads railway.toml and no other.",
        "Run `make generate`, which writes both.",
        _differ,
    ),
    Trap(
        "configuration_refused",
        "Railway's schema has no such key or value.",
        "Change staging/environment.py, and run `make generate`.",
        _refused,
    ),
    Trap(
        "sleeps",
        "After ten quiet minutes it is stopped, and the first request is answered 502 or 404.",
        "Leave it on; a pool of connections would keep it awake anyway.",
        _sleeps,
    ),
)
