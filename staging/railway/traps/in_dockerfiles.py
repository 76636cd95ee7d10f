"""Traps in Dockerfiles, which Railway builds by rules of its own."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from backend.settings import GROUPS, Website
from backend.variables import Group
from staging.railway.traps.material import Instruction, Material, folder_of
from staging.railway.traps.trap import Seen, Trap

OLDEST_PYTHON = (3, 11)
"""The oldest that this project runs on; 3.9 had its last mend in October 2025."""
GROUPS_OF_ALL: tuple[type[Group], ...] = (*GROUPS.values(), Website)
SECRETS = {v.name for group in GROUPS_OF_ALL for v in group.variables() if v.is_secret}


def _every(material: Material) -> Iterator[tuple[str, Instruction]]:
    for _, path, instructions in material.dockerfiles():
        yield from ((f"{path}:{each.line}", each) for each in instructions)


def _volume(material: Material) -> Iterator[Seen]:
    for where, each in _every(material):
        if each.word == "VOLUME":
            yield where, f"VOLUME {each.rest}"


def _cache_mount(material: Material) -> Iterator[Seen]:
    for where, each in _every(material):
        for mount in re.findall(r"--mount=(\S*type=cache\S*)", each.rest):
            if not re.search(r"\bid=s/", mount):
                yield where, f"a cache without an id of the service: {mount}"


def _dollar_without_shell(material: Material) -> Iterator[Seen]:
    for where, each in _every(material):
        is_exec = each.word in ("CMD", "ENTRYPOINT") and each.rest.startswith("[")
        shell = re.match(r'\[\s*"(/bin/)?(ba|da)?sh"', each.rest)
        if is_exec and not shell and re.search(r"\$\{?\w", each.rest):
            yield where, f"{each.word} {each.rest}"


def _swallows_signals(material: Material) -> Iterator[Seen]:
    for where, each in _every(material):
        is_start = each.word in ("CMD", "ENTRYPOINT")
        if is_start and not each.rest.startswith("[") and not each.rest.startswith("exec "):
            yield where, f"a shell is the first process of {each.rest!r}"


def _npm(material: Material) -> Iterator[Seen]:
    for where, each in _every(material):
        starts = each.word in ("CMD", "ENTRYPOINT")
        if starts and re.match(r'(\[\s*")?(exec )?(npm|npx|yarn|pnpm)\b', each.rest):
            yield where, f"{each.word} {each.rest}"


def _secret_in_image(material: Material) -> Iterator[Seen]:
    for where, each in _every(material):
        named = re.match(r"\w+", each.rest)
        if each.word in ("ARG", "ENV") and named and named[0] in SECRETS:
            yield where, f"{each.word} {named[0]}"


def _old_python(material: Material) -> Iterator[Seen]:
    for where, each in _every(material):
        version = re.match(r"python:(\d+)\.(\d+)", each.rest) if each.word == "FROM" else None
        if version and (int(version[1]), int(version[2])) < OLDEST_PYTHON:
            yield where, f"FROM {each.rest}"


def _copied(instruction: Instruction) -> list[str]:
    """What an instruction copies from the repository."""
    if instruction.word != "COPY" or "--from=" in instruction.rest:
        return []
    return [word for word in instruction.rest.split()[:-1] if not word.startswith("--")]


def _not_there(material: Material) -> Iterator[Seen]:
    for where, each in _every(material):
        for name in _copied(each):
            if material.root and not any(material.root.glob(name.strip("/"))):
                yield where, f"there is no {name} in the root of the repository"


def _not_watched(material: Material) -> Iterator[Seen]:
    for service, path, instructions in material.dockerfiles():
        watched = [*service.build.watch] if service.build else []
        copied = [name for each in instructions for name in _copied(each)]
        for name in (f"/{name.strip('/')}" for name in (path, *copied)):
            if watched and not any(
                fnmatchcase(f"{name}/x", w) or fnmatchcase(name, w) for w in watched
            ):
                yield path, f"{name} is not among what {service.name} watches"


def _disk_of_root(material: Material) -> Iterator[Seen]:
    for service, path, instructions in material.dockerfiles():
        users = [each.rest for each in instructions if each.word == "USER"]
        told = material.told[service.name]
        if service.volume and users and users[-1] != "root" and "RAILWAY_RUN_UID" not in told:
            yield path, f"it runs as {users[-1]}, with a disk at {service.volume.path}"


def _private_at_build(material: Material) -> Iterator[Seen]:
    for where, each in _every(material):
        if each.word == "RUN" and re.search(r"railway\.internal|_PRIVATE_DOMAIN", each.rest):
            yield where, "a step of the build asks the private network"


def _fixed_at_build(material: Material) -> Iterator[Seen]:
    for service, path, instructions in material.dockerfiles():
        folder = folder_of(service)
        own = (text for name, text in material.files.items() if name.startswith(folder))
        inlined = set(re.findall(r"process\.env\.(NEXT_PUBLIC_\w+)", "\n".join(own)))
        declared = {re.split(r"\W", each.rest)[0] for each in instructions if each.word == "ARG"}
        for name in sorted(inlined & material.told[service.name].keys() - declared):
            yield path, f"{name} is read by its name and is no ARG"


def _inside_only(material: Material) -> Iterator[Seen]:
    for service, path, instructions in material.dockerfiles():
        texts = [each.rest for each in instructions if each.word in ("CMD", "ENTRYPOINT", "ENV")]
        told = f"HOSTNAME={material.told[service.name].get('HOSTNAME', '')}"
        starts = " ".join([*service.start, *texts, told])
        if "server.js" in starts and not re.search(r"HOSTNAME=[\"']?(0\.0\.0\.0|::)", starts):
            yield path, "Next.js is not told to listen on every interface"
        if re.search(r"--(host|bind)[\",= ]+(127\.|localhost)", starts):
            yield path, "it listens on the loopback"


TRAPS = (
    Trap(
        "volume_in_dockerfile",
        "Railway refuses to build it.",
        "Give the service a volume in staging/environment.py.",
        _volume,
    ),
    Trap(
        "cache_without_service_id",
        "Railway builds with a cache only when its id is s/<service id>-<path>.",
        "Leave the cache out, or name the service in its id.",
        _cache_mount,
    ),
    Trap(
        "variable_without_shell_in_image",
        "In the exec form nobody expands it: `$PORT` is not a port.",
        "Let the program read its environment, or start it by `/bin/sh -c` and `exec`.",
        _dollar_without_shell,
    ),
    Trap(
        "shell_is_first_process",
        "A shell does not hand SIGTERM on: requests under way are cut off by SIGKILL.",
        "Use the exec form, or begin with `exec`.",
        _swallows_signals,
    ),
    Trap(
        "npm_is_first_process",
        "It does not hand SIGTERM on: requests under way are cut off by SIGKILL.",
        "Start node itself.",
        _npm,
    ),
    Trap(
        "secret_in_image",
        "Whatever is there while an image is built can be read out of it by whoever has it.",
        "Let the program read it when it starts.",
        _secret_in_image,
    ),
    Trap(
        "old_python",
        "Its end is near or past, and this project does not run on it.",
        "Use the version of staging/environment.py.",
        _old_python,
    ),
    Trap(
        "copies_what_is_not_there",
        "A build begins in the root of the repository, wherever its Dockerfile lies.",
        "Write the path from the root.",
        _not_there,
    ),
    Trap(
        "copied_and_not_watched",
        "A push that changes it alone deploys nothing: Railway skips it, and says SKIPPED.",
        "Add it to `watch` of the build.",
        _not_watched,
    ),
    Trap(
        "disk_of_root",
        "A disk belongs to root, and nobody else may write to it.",
        "Tell it RAILWAY_RUN_UID=0, or do without the disk.",
        _disk_of_root,
    ),
    Trap(
        "private_network_at_build",
        "The private network is not there while an image is built.",
        "Ask it before the deployment (`pre_deploy`), or when the service starts.",
        _private_at_build,
    ),
    Trap(
        "fixed_at_build",
        "Next.js writes it into the pages when they are built, and Railway hands a variable to a"
        " build only by ARG: it would be empty for good.",
        "Read it when the server starts, or declare it by ARG and build for each environment.",
        _fixed_at_build,
    ),
    Trap(
        "listens_inside_only",
        "Railway's edge can not reach the loopback of a container, and answers 502 for it.",
        "Listen on 0.0.0.0; Next.js does when HOSTNAME says so.",
        _inside_only,
    ),
)
