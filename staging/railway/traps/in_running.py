"""Traps in how a service is started, asked, replaced and ended."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from staging.definition import Service
from staging.railway.naming import LONGEST_ENVIRONMENT, LONGEST_LABEL
from staging.railway.traps.material import Material
from staging.railway.traps.trap import Seen, Trap

PROBE: Final = "healthcheck.railway.app"
GRACE: Final = 10
"""How long the backend lets requests end, unless SHUTDOWN_GRACE_SECONDS says otherwise."""
SHELL = re.compile(r"(/bin/)?(ba|da)?sh")


def _commands(material: Material) -> Iterator[tuple[str, tuple[str, ...]]]:
    for service in material.environment.hosted:
        yield from ((service.name, words) for words in (service.start, service.pre_deploy) if words)
    for name, whole in material.configurations.items():
        deploy = whole.get("deploy") or {}
        told = (deploy.get("startCommand"), deploy.get("preDeployCommand"))
        for text in chain.from_iterable([t] if isinstance(t, str) else t or () for t in told):
            yield name, tuple(str(text).split())


def _dollar_without_shell(material: Material) -> Iterator[Seen]:
    for where, words in _commands(material):
        if not SHELL.fullmatch(words[0]) and any(re.search(r"\$\{?\w", word) for word in words):
            yield where, " ".join(words)


def _several_without_shell(material: Material) -> Iterator[Seen]:
    for where, words in _commands(material):
        if not SHELL.fullmatch(words[0]) and {"&&", "||", ";", "|", ">"} & {*words}:
            yield where, " ".join(words)


def _swallows_signals(material: Material) -> Iterator[Seen]:
    for service in material.environment.hosted:
        first = service.start[:1]
        if first and first[0] in ("npm", "npx", "yarn", "pnpm"):
            yield service.name, f"{first[0]} is its first process"
        if first and SHELL.fullmatch(first[0]) and not service.start[-1].startswith("exec "):
            yield service.name, "a shell is its first process"


def _no_time(material: Material) -> Iterator[Seen]:
    for service in material.environment.hosted:
        told = material.told[service.name].get("SHUTDOWN_GRACE_SECONDS", GRACE)
        needed = float(str(told)) if service.is_python and service.public else 0
        if service.draining_s <= needed:
            yield service.name, f"it has {service.draining_s} s to end, and may need {needed:g} s"


def _redirects(material: Material) -> Iterator[Seen]:
    for service in material.environment.hosted:
        path = service.health_path
        if path is not None and not re.fullmatch(r"(/[\w.~-]+)+|/", path):
            yield service.name, f"its health path is {path!r}"


def _unanswered(material: Material) -> Iterator[Seen]:
    for service in material.environment.hosted:
        answered = material.routes.get(service.name)
        if answered is not None and service.health_path and service.health_path not in answered:
            yield service.name, f"nothing answers at {service.health_path}"


def _probe_refused(material: Material) -> Iterator[Seen]:
    for service, answered in material.hosts.items():
        if PROBE not in answered:
            yield service, f"it refuses the host {PROBE}"


def _unprobed(material: Material) -> Iterator[Seen]:
    for service in material.environment.hosted:
        if service.public and not service.health_path:
            yield service.name, "it is public and has no health path"


def _volume_and_replicas(material: Material) -> Iterator[Seen]:
    for service in material.environment.hosted:
        if service.volume and service.replicas > 1:
            yield service.name, f"a disk and {service.replicas} replicas"
        if service.volume and service.overlap_s:
            yield service.name, f"a disk, and {service.overlap_s} s beside its successor"


def _volume_before(material: Material) -> Iterator[Seen]:
    for service in material.environment.hosted:
        if service.volume and service.pre_deploy:
            yield service.name, "a disk, and a command before a deployment"


def _builder_asked_for(material: Material) -> Iterator[Seen]:
    for service, call in material.calls.items():
        if call.get("builder") == "DOCKERFILE":
            yield service, "serviceInstanceUpdate is asked for the builder DOCKERFILE"


def _no_vectors(material: Material) -> Iterator[Seen]:
    for service in material.environment.hosted:
        image = service.image or ""
        if "postgres" in image and "vector" not in image:
            yield service.name, image


def _label_too_long(material: Material) -> Iterator[Seen]:
    for service in material.environment.hosted:
        if service.public and len(service.name) + 1 + LONGEST_ENVIRONMENT > LONGEST_LABEL:
            yield service.name, "its name and that of a preview do not fit into a host"


def _out_of_range(material: Material) -> Iterator[Seen]:
    def is_odd(service: Service) -> bool:
        return not 1 <= service.replicas <= 200 or service.health_timeout_s <= 0

    for service in filter(is_odd, material.environment.hosted):
        yield service.name, f"{service.replicas} replicas, {service.health_timeout_s} s to be ready"


TRAPS = (
    Trap(
        "variable_without_shell",
        "Beside an image or a Dockerfile a start command is run without a shell: nobody expands"
        " `$PORT`, and it is not a port.",
        "Let the program read its environment, or start it by `/bin/sh -c` and `exec`.",
        _dollar_without_shell,
    ),
    Trap(
        "several_commands_without_shell",
        "Beside an image or a Dockerfile a command is run without a shell: `&&` is an argument.",
        "Put them into one program, or start them by `/bin/sh -c`.",
        _several_without_shell,
    ),
    Trap(
        "signal_is_swallowed",
        "Neither npm nor a shell hands SIGTERM on: requests under way are cut off by SIGKILL.",
        "Start the program itself, or begin with `exec`.",
        _swallows_signals,
    ),
    Trap(
        "no_time_to_drain",
        "Railway's own time between SIGTERM and SIGKILL is none: long requests are cut off.",
        "Give draining_s more than the service takes to end.",
        _no_time,
    ),
    Trap(
        "health_path_redirects",
        "Only 200 counts; a redirect, as for a slash at the end, fails until the time is over.",
        "Write the path as it is answered, from / on and without a slash at its end.",
        _redirects,
    ),
    Trap(
        "health_path_unanswered",
        "Only 200 counts; the deployment fails when the time is over, and the old one goes on.",
        "Name a path that the service answers.",
        _unanswered,
    ),
    Trap(
        "probe_is_refused",
        "Railway asks the health path under a host of its own, and who refuses that is not ready.",
        "Let the service answer to it.",
        _probe_refused,
    ),
    Trap(
        "public_without_probe",
        "Traffic goes to it as soon as it runs, ready or not, and is answered 502.",
        "Give it a health path.",
        _unprobed,
    ),
    Trap(
        "disk_beside_another",
        "Railway never runs two deployments on one disk, and no replicas.",
        "Say 1 replica and an overlap of 0.",
        _volume_and_replicas,
    ),
    Trap(
        "disk_before_a_deployment",
        "The command before a deployment runs apart, and sees no disk.",
        "Do it when the service starts.",
        _volume_before,
    ),
    Trap(
        "builder_by_update",
        "The field of the API knows no DOCKERFILE, though configurations do: it is refused.",
        "Set dockerfilePath.",
        _builder_asked_for,
    ),
    Trap(
        "no_pgvector",
        "Neither Railway's PostgreSQL nor the plain image has pgvector, which search needs.",
        "Use pgvector/pgvector.",
        _no_vectors,
    ),
    Trap(
        "host_is_too_long",
        "DNS takes 63 characters between two dots.",
        "Name the service in fewer.",
        _label_too_long,
    ),
    Trap(
        "out_of_range",
        "Railway takes 1 to 200 replicas, and gives up at once where it may wait for no time.",
        "Say a number within.",
        _out_of_range,
    ),
)
