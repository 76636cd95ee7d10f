"""railway.json as Railway reads it: every key with its kind and limits, and no other key.

Railway calls this Config as Code. It ends on 2026-12-01, and no new service can be given one.
"""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Le, MaxLen
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

ENDS = "2026-12-01"
"""The day from which Railway does not read these files any more."""

Json = dict[str, Any]
Seconds = Annotated[int | float, Ge(0)]
Replicas = Annotated[int, Ge(1), Le(200)]


class Part(BaseModel):
    """A part of the file: its keys as Railway spells them, each of which may be null."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", strict=True, use_attribute_docstrings=True
    )


class BuildKeys(Part):
    """How the source becomes an image."""

    builder: Literal["RAILPACK", "DOCKERFILE", "NIXPACKS", "HEROKU", "PAKETO"] | None = None
    build_command: str | None = None
    dockerfile_path: str | None = None
    watch_patterns: list[str] | None = None
    """Like .gitignore's, from the root of the repository."""
    build_environment: Literal["V2", "V3"] | None = None
    railpack_version: str | None = None
    nixpacks_version: str | None = None
    nixpacks_config_path: str | None = None
    nixpacks_plan: Json | None = None


class Region(Part):
    """The replicas of one region."""

    num_replicas: Replicas | None = None
    stacker_assignment: str | None = None


class Containers(Part):
    """What a replica may take at most."""

    cpu: float | None = None
    memory_bytes: int | None = None
    disk_bytes: int | None = None


class Limits(Part):
    """Limits of a service."""

    containers: Containers | None = None


class Registry(Part):
    """Who pulls a private image."""

    username: str
    password: str


class DeployKeys(Part):
    """How the image runs."""

    start_command: str | None = None
    pre_deploy_command: str | Annotated[list[str], MaxLen(1)] | None = None
    """One command: a list is allowed, and longer than one it is not."""
    healthcheck_path: str | None = None
    healthcheck_timeout: Seconds | None = None
    restart_policy_type: Literal["ON_FAILURE", "ALWAYS", "NEVER"] | None = None
    restart_policy_max_retries: Annotated[int, Ge(1)] | None = None
    num_replicas: Replicas | None = None
    multi_region_config: dict[str, Region | None] | None = None
    region: str | None = None
    overlap_seconds: Seconds | None = None
    draining_seconds: Seconds | None = None
    cron_schedule: str | None = None
    sleep_application: bool | None = None
    required_mount_path: str | None = None
    limit_override: Limits | None = None
    registry_credentials: Registry | None = None
    runtime: Literal["UNSPECIFIED", "LEGACY", "V2"] | None = None
    use_legacy_stacker: bool | None = None
    stacker_assignment: str | None = None


class OfEnvironment(Part):
    """What differs in one environment. Variables are not among it, here or anywhere in the file."""

    build: BuildKeys | None = None
    deploy: DeployKeys | None = None


class Configuration(OfEnvironment):
    """The whole file."""

    address: str | None = Field(None, alias="$schema")
    environments: dict[str, OfEnvironment | None] | None = None


def problems(configuration: Json) -> list[str]:
    """What Railway would refuse in it, a line for each key."""
    try:
        Configuration.model_validate(configuration)
    except ValidationError as refused:
        found = {".".join(map(str, _keys(e["loc"]))): e["msg"] for e in refused.errors()}
        return [f"{key}: {why}" for key, why in found.items()]
    return []


def _keys(location: tuple[int | str, ...]) -> list[int | str]:
    # Pydantic names the branch of a union as well; the keys of the file say enough.
    branches = ("function-", "list[", "constrained-", "str", "int", "float")
    return [key for key in location if not str(key).startswith(branches)]
