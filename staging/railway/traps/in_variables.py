"""Traps in variables: references that lead nowhere, and values of another environment."""

import re
from collections.abc import Iterator
from typing import Final

from staging.env import ALL_GROUPS, problems
from staging.railway.traps.material import REFERENCE, Material
from staging.railway.traps.trap import Seen, Trap
from staging.railway.variables import key_of
from staging.values import Given, Literal

DEPRECATED = re.compile(r"RAILWAY_STATIC_URL|RAILWAY_SERVICE_\w+_URL")
DATA = re.compile(r"^(?:postgres(?:ql)?|rediss?)://(?:[^@/]*@)?([^/:@]+)")
KIND: Final = "PYTHON_ENV"
OF_RAILWAY: Final = "RAILWAY_"


def _references(material: Material) -> Iterator[tuple[str, str, str]]:
    """Where each reference stands, whose variable it names and which."""
    for owner, name, text in material.texts():
        for whose, variable in REFERENCE.findall(text):
            yield f"{owner}.{name}", whose or owner, variable


def _unresolved(material: Material) -> Iterator[Seen]:
    for where, whose, variable in _references(material):
        told = material.told.get(whose)
        if told is None:
            near = [owner for owner in material.told if owner.lower() == whose.lower()]
            yield where, f"there is no {whose}" + (f", but {near[0]}" if near else "")
        elif variable == "PORT" or variable.startswith(OF_RAILWAY):
            continue
        elif variable not in told:
            near = [name for name in told if name.lower() == variable.lower()]
            yield where, f"{whose} has no {variable}" + (f", but {near[0]}" if near else "")
        elif told[variable] == Given(needed=False):
            yield where, f"{variable} of {whose} may not be set"


def _template_function(material: Material) -> Iterator[Seen]:
    for owner, name, text in material.texts():
        if found := re.search(r"\$\{\{[^}]*\([^}]*\}\}", text):
            yield f"{owner}.{name}", found[0]


def _git_variable(material: Material) -> Iterator[Seen]:
    for where, _, variable in _references(material):
        if variable.startswith("RAILWAY_GIT_"):
            yield where, f"it names {variable}"


def _port(material: Material) -> Iterator[Seen]:
    for where, whose, variable in _references(material):
        if variable == "PORT" and "PORT" not in material.told.get(whose, {"PORT": ""}):
            yield where, f"{whose} is not told a PORT"


def _no_domain(material: Material) -> Iterator[Seen]:
    public = {service.name for service in material.environment.hosted if service.public}
    for where, whose, variable in _references(material):
        if variable == "RAILWAY_PUBLIC_DOMAIN" and whose in material.told and whose not in public:
            yield where, f"{whose} is not public"


def _deprecated(material: Material) -> Iterator[Seen]:
    for owner, name, text in material.texts():
        if found := DEPRECATED.search(f"{name} {text}"):
            yield f"{owner}.{name}", f"it uses {found[0]}"


def _production(material: Material) -> Iterator[Seen]:
    for owner, name, text in material.texts():
        if re.search(r"production|(?<![a-z])prod(?![a-z])", text, re.IGNORECASE):
            yield f"{owner}.{name}", "it names production"
        elif (data := DATA.match(text)) and "$" not in data[1]:
            yield f"{owner}.{name}", f"its data lie at {data[1]}, wherever the environment is"


def _of_one_environment(material: Material) -> Iterator[Seen]:
    here = material.environment
    for service in here.hosted:
        for name, value in {**here.shared, **service.variables}.items():
            text = value.text if isinstance(value, Literal) else ""
            host = next((host for host in here.domains.values() if host in text), None)
            if host:
                yield f"{service.name}.{name}", f"it spells out {host}"
            elif text == here.name and name != KIND:
                yield f"{service.name}.{name}", f"it spells out {here.name}"


def _unset_in_previews(material: Material) -> Iterator[Seen]:
    """What a preview would have to be given once more: whatever is needed and not shared."""
    for service in material.environment.hosted:
        for name, value in service.variables.items():
            if value == Given(needed=True):
                yield f"{service.name}.{name}", "it is needed, and given to this service alone"


def _sealed(material: Material) -> Iterator[Seen]:
    for path, text in material.files.items():
        if path.startswith(".railway") and "isSealed" in text:
            yield path, "it seals a variable"


def _refused(material: Material) -> Iterator[Seen]:
    declared = {v.name for group in ALL_GROUPS.values() for v in group.variables()}
    for service in material.environment.hosted:
        if not service.is_python:
            continue
        told = material.told[service.name]
        texts = {name: text for name, text in told.items() if isinstance(text, str)}
        plain = {name: text for name, text in texts.items() if not REFERENCE.search(text)}
        for problem in problems(plain):
            if problem.variable in plain:
                yield service.name, str(problem)
        yield from ((service.name, f"nobody reads {name}") for name in told.keys() - declared)


def _missing(material: Material) -> Iterator[Seen]:
    required = {
        v.name for g in list(ALL_GROUPS.values())[:-1] for v in g.variables() if v.is_required
    }
    for service in material.environment.hosted:
        if service.is_python:
            told = material.told[service.name]
            names = sorted(required - {n for n, v in told.items() if v != Given(needed=False)})
            yield from ((service.name, f"nobody tells it {name}") for name in names)


def _secret_in_the_open(material: Material) -> Iterator[Seen]:
    secrets = {v.name for g in ALL_GROUPS.values() for v in g.variables() if v.is_secret}
    for owner, name, text in material.texts():
        if (name in secrets or name.endswith("_PASSWORD")) and not REFERENCE.search(text):
            yield f"{owner}.{key_of(name, text)}", "a secret is spelled out"


TRAPS = (
    Trap(
        "reference_is_unresolved",
        "Railway takes names by their exact letters, and puts nothing in the place of one that it"
        " does not know.",
        "Name a service and a variable of the definition, as they are written there.",
        _unresolved,
    ),
    Trap(
        "template_function",
        "Railway makes random values in templates only; elsewhere it is left as it stands.",
        "Use Secret().",
        _template_function,
    ),
    Trap(
        "git_variable",
        "It is there when a push to GitHub is deployed, and not when the source is uploaded.",
        "Use RAILWAY_DEPLOYMENT_ID, or a variable that the deployment sets.",
        _git_variable,
    ),
    Trap(
        "port_is_not_told",
        "Railway gives every service a PORT, and no other service can name it unless it is a"
        " variable as well.",
        "Give that service a health path: then it is told its port.",
        _port,
    ),
    Trap(
        "public_host_of_a_private_service",
        "It has no host in public until somebody makes one, and the reference is empty.",
        "Make the service public, or ask it inside.",
        _no_domain,
    ),
    Trap(
        "deprecated_variable",
        "Railway goes on with it for old services only.",
        "Use RAILWAY_PUBLIC_DOMAIN of the service.",
        _deprecated,
    ),
    Trap(
        "data_of_production",
        "What is reset, filled and thrown away must not know where production's data lie.",
        "Refer to the environment's own services.",
        _production,
    ),
    Trap(
        "value_of_one_environment",
        "A preview shares the definition, and would take itself for the other environment.",
        "Use EnvironmentName() or AddressOf(), which follow the environment.",
        _of_one_environment,
    ),
    Trap(
        "unset_in_previews",
        "A preview begins without it, and nobody is asked again.",
        "Keep it in what the environment shares, which a preview gets from staging.",
        _unset_in_previews,
    ),
    Trap(
        "sealed_variable",
        "What is sealed is not copied to previews, and can not be read to compare it.",
        "Leave it unsealed; it is shown to nobody who may not see the project.",
        _sealed,
    ),
    Trap(
        "variable_is_refused",
        "The service does not start with it, or does not read it.",
        "Compare it with its declaration in backend/settings.py.",
        _refused,
    ),
    Trap(
        "variable_is_missing",
        "The service does not start without it.",
        "Give it in staging/environment.py.",
        _missing,
    ),
    Trap(
        "secret_in_the_open",
        "The definition lies in the repository, for everybody to read.",
        "Use Secret(), or Given() for one that somebody else makes.",
        _secret_in_the_open,
    ),
)
