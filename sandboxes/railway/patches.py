"""Patches of an environment's configuration: staged, or committed at once, and deployed.

A patch has the form of `EnvironmentConfig`. What can be patched here is the build, the deploy
settings, the source and the variables of services that are there, and shared variables.
"""

from typing import Any

from sandboxes.kit.records import Document
from sandboxes.railway import deploying, environment_config, people
from sandboxes.railway.asking import Asked, Asking, everything, new_id, the_environment
from sandboxes.railway.environment_config import BUILD, DEPLOY
from sandboxes.railway.errors import NotEmulated, NotFound, Problem
from sandboxes.railway.instances import change_instance, the_instance
from sandboxes.railway.kept import keep, kept, strings
from sandboxes.railway.workspace import USER

AT_ALL = frozenset({"services", "sharedVariables"})
OF_SERVICE = frozenset({"build", "deploy", "source", "variables"})
EMPTY: tuple[Any, ...] = ({}, None, [])


async def stage(asking: Asking, asked: Asked) -> Document:
    """Keep a patch for later, in place of the one that was staged or merged into it."""
    environment = await the_environment(asking, asked["environmentId"])
    check(asked["input"])
    staged = await _staged(asking, environment)
    patch = _merged(staged["patch"], asked["input"]) if asked.get("merge") else asked["input"]
    staged |= {"patch": patch, "updatedAt": asking.at}
    await asking.records.put("patch", staged["id"], staged)
    return staged


async def staged_changes(asking: Asking, asked: Asked) -> Document:
    """The patch that is staged; an empty one where none is."""
    return await _staged(asking, await the_environment(asking, asked["environmentId"]))


async def commit_staged(asking: Asking, asked: Asked) -> str:
    """Carry out what was staged, and deploy the services that it touches."""
    environment = await the_environment(asking, asked["environmentId"])
    staged = await _staged(asking, environment)
    if staged["patch"] in EMPTY:
        raise Problem("There are no staged changes to commit")
    skips = bool(asked.get("skipDeploys"))
    return await _commit(asking, environment, staged, asked.get("commitMessage"), deploys=not skips)


async def commit(asking: Asking, asked: Asked) -> str:
    """Carry out a patch at once, and deploy the services that it touches."""
    environment = await the_environment(asking, asked["environmentId"])
    patch = asked.get("patch") or {}
    check(patch)
    made = _new(asking, environment) | {"patch": patch}
    return await _commit(asking, environment, made, asked.get("commitMessage"), deploys=True)


async def _commit(
    asking: Asking, environment: Document, patch: Document, message: str | None, *, deploys: bool
) -> str:
    told = patch["patch"]
    await _set(asking, environment, None, told.get("sharedVariables") or {})
    for service_id, change in (told.get("services") or {}).items():
        instance = await the_instance(asking, environment["id"], service_id)
        await change_instance(asking, instance, _settings(change))
        await _set(asking, environment, service_id, change.get("variables") or {})
        if deploys:
            await deploying.redeploy_by_itself(asking, environment["id"], service_id)
    ended = {"status": "COMMITTED", "appliedAt": asking.at, "message": message, "appliedBy": USER}
    await asking.records.put("patch", patch["id"], patch | ended | {"updatedAt": asking.at})
    return str(patch["id"])


def check(patch: Any) -> None:
    """Raise Problem for what is no patch, NotEmulated for one that does more than is done here."""
    if not isinstance(patch, dict):
        raise Problem("The patch must be an object")
    beyond = [name for name, value in patch.items() if name not in AT_ALL and value not in EMPTY]
    services = patch.get("services") or {}
    for service in services.values():
        if not isinstance(service, dict):
            raise Problem("services: each must be an object")
        theirs = (n for n, value in service.items() if n not in OF_SERVICE and value not in EMPTY)
        beyond += [f"services.{name}" for name in theirs]
        for part, names in (("build", BUILD), ("deploy", DEPLOY)):
            unknown = (service.get(part) or {}).keys() - set(names)
            if unknown:
                raise Problem(f"{part}.{min(unknown)}: Unrecognized key")
    if beyond:
        raise NotEmulated(f"{', '.join(sorted(set(beyond)))} in a patch of an environment")


def _settings(change: Document) -> Document:
    told = {**(change.get("build") or {}), **(change.get("deploy") or {})}
    source = change.get("source")
    if source is not None:
        told["source"] = {name: source[name] for name in ("image", "repo") if source.get(name)}
        told |= {"rootDirectory": source["rootDirectory"]} if "rootDirectory" in source else {}
        if not told["source"]:
            told.pop("source")
    return told


async def _set(
    asking: Asking, environment: Document, service_id: str | None, told: Document
) -> None:
    if not told:
        return
    there = await kept(asking.records, environment["id"], service_id)
    base = {name: each for name, each in there.items() if told.get(name, there) is not None}
    given = {name: each["value"] for name, each in told.items() if each and "value" in each}
    sealed = frozenset(name for name, each in told.items() if each and each.get("isSealed"))
    await keep(asking, environment, service_id, strings(given), base=base, sealed=sealed)


async def patch(asking: Asking, asked: Asked) -> Document:
    """One patch."""
    found = await asking.records.get("patch", asked["id"])
    if found is None:
        raise NotFound("EnvironmentPatch")
    await the_environment(asking, found["environmentId"])
    return found


async def _staged(asking: Asking, environment: Document) -> Document:
    like = {"environmentId": environment["id"], "status": "STAGED"}
    found = await everything(asking.records, "patch", **like)
    return found[-1] if found else _new(asking, environment)


def _new(asking: Asking, environment: Document) -> Document:
    return {
        "id": new_id(),
        "environmentId": environment["id"],
        "status": "STAGED",
        "patch": {},
        "message": None,
        "lastAppliedError": None,
        "appliedAt": None,
        "appliedBy": None,
        "createdAt": asking.at,
        "updatedAt": asking.at,
    }


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return old | {name: _merged(old.get(name), value) for name, value in new.items()}


async def config_of(asking: Asking, source: Document, asked: Asked) -> Document:
    """The whole configuration of an environment."""
    decrypts = bool(asked.get("decryptVariables"))
    return await environment_config.config(asking, source, decrypts=decrypts)


async def etag_of(asking: Asking, source: Document, _asked: Asked) -> str:
    """A word that changes with that configuration."""
    return await environment_config.etag(asking, source)


async def unmerged_of(asking: Asking, source: Document, _asked: Asked) -> int:
    """How many services the staged patch touches."""
    return len((await _staged(asking, source))["patch"].get("services") or {})


async def patch_of(_asking: Asking, source: Document, _asked: Asked) -> Document:
    """What a patch changes, or has changed."""
    told: Document = source["patch"]
    return told


QUERIES = {"environmentPatch": patch, "environmentStagedChanges": staged_changes}
MUTATIONS = {
    "environmentPatchCommit": commit,
    "environmentPatchCommitStaged": commit_staged,
    "environmentStageChanges": stage,
}
FIELDS = {
    ("Environment", "config"): config_of,
    ("Environment", "configEtag"): etag_of,
    ("Environment", "unmergedChangesCount"): unmerged_of,
    ("EnvironmentPatch", "environment"): people.environment_of,
    ("EnvironmentPatch", "patch"): patch_of,
}
