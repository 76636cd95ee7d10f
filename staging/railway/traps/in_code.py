"""Traps in `.railway/railway.py`: what Railway's library drops, or takes for something else."""

import ast
from collections.abc import Iterator
from typing import Final

from staging.railway.config import BuildKeys, DeployKeys
from staging.railway.traps.material import CODE, Material
from staging.railway.traps.trap import Seen, Trap

SERVICE: Final = {
    *("source", "root", "rootDirectory", "build", "deploy", "run", "start", "startCommand"),
    *("preDeploy", "preDeployCommand", "healthcheck", "healthcheckPath", "healthcheckTimeout"),
    *("replicas", "regions", "env", "variables", "domains", "tcp", "tcpProxies", "networking"),
    *("volumeMounts", "tracing", "cdn", "groupId"),
}
"""What `service()` of railway-sdk 0.7 reads; whatever else it is given, it drops."""
BUILD: Final = {field.alias or "" for field in BuildKeys.model_fields.values()}
DEPLOY: Final = {field.alias or "" for field in DeployKeys.model_fields.values()}


def _calls(material: Material) -> Iterator[ast.Call]:
    try:
        tree = ast.parse(material.files.get(CODE, ""))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "service":
            yield node


def _entries(call: ast.Call, argument: str) -> Iterator[tuple[str, ast.expr]]:
    """The pairs of an argument that is a dictionary."""
    for keyword in call.keywords:
        if keyword.arg == argument and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                yield str(getattr(key, "value", "")), value


def _where(node: ast.expr) -> str:
    return f"{CODE}:{node.lineno}"


def _damaged(material: Material) -> Iterator[Seen]:
    try:
        ast.parse(material.files.get(CODE, ""))
    except SyntaxError as error:
        yield f"{CODE}:{error.lineno}", str(error.msg)


def _dropped(material: Material) -> Iterator[Seen]:
    for call in _calls(material):
        for keyword in call.keywords:
            if keyword.arg not in SERVICE | {"configFile"}:
                yield _where(keyword.value), f"service() is given {keyword.arg}"
        for argument, known in (("deploy", DEPLOY), ("build", BUILD)):
            for name, value in _entries(call, argument):
                if name not in known:
                    yield _where(value), f"{argument} is given {name}"
        for name, value in _entries(call, "networking"):
            if name in ("customDomains", "tcpProxies"):
                yield _where(value), f"networking is given {name}"


def _not_text(material: Material) -> Iterator[Seen]:
    for call in _calls(material):
        for argument in ("env", "variables"):
            for name, value in _entries(call, argument):
                if isinstance(value, ast.Constant) and not isinstance(value.value, str):
                    yield _where(value), f"{name} is {value.value!r}"


def _no_replicas(material: Material) -> Iterator[Seen]:
    for call in _calls(material):
        asked = [(k.arg or "", k.value) for k in call.keywords if k.arg == "replicas"]
        asked += [each for each in _entries(call, "deploy") if each[0] == "numReplicas"]
        for name, value in asked:
            if isinstance(value, ast.Constant) and value.value == 0:
                yield _where(value), f"{name} is 0"


def _config_file(material: Material) -> Iterator[Seen]:
    for call in _calls(material):
        for keyword in call.keywords:
            if keyword.arg == "configFile":
                yield _where(keyword.value), "a service is given configFile"
    for service, call_of in material.calls.items():
        if call_of.get("railwayConfigFile"):
            yield service, "railwayConfigFile is asked for"


TRAPS = (
    Trap(
        "damaged_code",
        "Railway's command line can not read it.",
        "Run `make generate`.",
        _damaged,
    ),
    Trap(
        "dropped_by_the_library",
        "railway-sdk drops what it does not know there, without a word.",
        "Probes and policies belong below `deploy`, hosts below `domains`.",
        _dropped,
    ),
    Trap(
        "variable_is_no_text",
        "railway-sdk hands it on as raw, which is no value.",
        "Put quotes around it.",
        _not_text,
    ),
    Trap(
        "no_replicas",
        "railway-sdk takes 0, and then nothing runs.",
        "Say 1 or more.",
        _no_replicas,
    ),
    Trap(
        "config_file_of_a_service",
        "Railway refuses to give a service railway.json or railway.toml: they are deprecated.",
        "Tell it the same by staging/environment.py.",
        _config_file,
    ),
)
