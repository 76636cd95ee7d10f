"""The files that Railway reads are what its own library makes of them, and all say the same."""

import ast
import json
import re
import runpy
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from staging.definition import Build, Environment, Service, Volume
from staging.environment import BACKEND, PROJECT, PYTHON, STAGING
from staging.railway import legacy
from staging.railway.code import code
from staging.railway.config import ENDS, problems
from staging.railway.graph import graph
from staging.railway.instances import update
from staging.values import AddressOf, Given, Literal, Reference, Secret, Shared

ROOT = Path(__file__).resolve().parents[2]
DATA = Service(
    "data-base",
    "",
    port=1,
    image="postgres:18",
    volume=Volume("/data", 0.5),
    variables={"PASSWORD": Secret("PASSWORD"), "QUOTED": Literal('it\'s "quoted", \\ and so on')},
)
SITE = Service(
    "site",
    "",
    port=3000,
    build=Build("site/Dockerfile", ("/site/**",)),
    health_path="/health",
    restarts_on_failure=0,
    replicas=2,
    public=True,
    variables={
        "DATA": Reference("data-base", "PASSWORD"),
        "NAME": Shared("NAME"),
        "KEY": Given(),
        "SELF": AddressOf("site"),
    },
)
SMALL = Environment("staging", (DATA, SITE), shared={"NAME": Literal("x")})


def evaluated(text: str, tmp_path: Path) -> Any:
    """The graph that Railway's own library makes of a file."""
    file = tmp_path / "railway.py"
    file.write_text(text)
    made = runpy.run_path(str(file))
    return {"partial": made.get("PARTIAL"), "project": made["main"]().to_graph()}


def test_railways_library_makes_our_graph_of_the_file_in_the_repository(tmp_path: Path) -> None:
    made = evaluated((ROOT / ".railway/railway.py").read_text(), tmp_path)
    assert made == json.loads((ROOT / ".railway/graph.json").read_text())
    assert made == graph(STAGING, PROJECT)


def test_railways_library_makes_our_graph_of_whatever_a_service_may_have(tmp_path: Path) -> None:
    assert evaluated(code(graph(SMALL, "small")), tmp_path) == graph(SMALL, "small")
    own = replace(SMALL, domains={"site": "site.example"})
    assert evaluated(code(graph(own, "small")), tmp_path) == graph(own, "small")


def test_the_graph_of_a_small_environment_is_this_one() -> None:
    volume, data, site = graph(SMALL, "small")["project"]["resources"]
    assert volume == {
        "address": "volume.data-base-volume",
        "type": "volume",
        "name": "data-base-volume",
        "config": {"sizeMB": 500},
    }
    assert data["source"] == {"type": "image", "image": "postgres:18"}
    assert data["volumeAttachments"]["data-base-volume"]["mountPath"] == "/data"
    assert site == {
        "address": "service.site",
        "type": "service",
        "kind": "empty",
        "name": "site",
        "build": {
            "builder": "DOCKERFILE",
            "dockerfilePath": "site/Dockerfile",
            "watchPatterns": ["/site/**"],
        },
        "deploy": {
            "healthcheckPath": "/health",
            "healthcheckTimeout": 100,
            "restartPolicyType": "NEVER",
            "numReplicas": 2,
            "overlapSeconds": 0,
            "drainingSeconds": 15,
        },
        "networking": {"serviceDomains": {"site-staging.up.railway.app": {"port": 3000}}},
        "variables": {
            "PORT": {"type": "literal", "value": "3000"},
            "DATA": {"type": "reference", "resource": "service.data-base", "output": "PASSWORD"},
            "NAME": {"type": "sharedReference", "name": "NAME"},
            "KEY": {"type": "preserve"},
            "SELF": {"type": "literal", "value": "https://${{RAILWAY_PUBLIC_DOMAIN}}"},
        },
    }


def test_no_secret_and_nothing_given_stands_in_a_file() -> None:
    for resource in graph(STAGING, PROJECT)["project"]["resources"]:
        for name, told in resource.get("variables", {}).items():
            value = STAGING.service(resource["name"]).variables.get(name)
            if isinstance(value, Secret | Given):
                assert told == {"type": "preserve"}


def test_the_older_forms_agree_with_each_other_and_with_what_railway_is_told() -> None:
    as_json = json.loads((ROOT / "railway.json").read_text())
    assert as_json == tomllib.loads((ROOT / "railway.toml").read_text())
    told = update(BACKEND)
    assert {name: told[name] for name in as_json["deploy"]} == as_json["deploy"]
    assert as_json["build"]["dockerfilePath"] == told["dockerfilePath"]


def test_the_older_form_says_what_the_brief_says() -> None:
    whole = json.loads(legacy.as_json(BACKEND))
    deploy = whole["deploy"]
    assert (whole["build"]["builder"], whole["build"]["dockerfilePath"]) == (
        "DOCKERFILE",
        "Dockerfile",
    )
    assert deploy["startCommand"] == "python -m backend"
    assert (deploy["healthcheckPath"], deploy["healthcheckTimeout"]) == ("/api/health", 100)
    assert (deploy["restartPolicyType"], deploy["restartPolicyMaxRetries"]) == ("ON_FAILURE", 3)


def test_the_older_form_says_when_it_ends() -> None:
    assert f"until {ENDS}" in legacy.as_toml(BACKEND).partition('"$schema"')[0]
    assert ENDS in (ROOT / "docs/environments.md").read_text()


def test_the_older_form_is_one_that_railway_takes() -> None:
    assert problems(legacy.configuration(BACKEND)) == []
    assert problems(legacy.configuration(SITE)) == []
    modern = {"environments": {"pr": {"deploy": {"numReplicas": 1, "preDeployCommand": "x"}}}}
    assert problems(modern) == []
    assert problems({"deploy": {"multiRegionConfig": {"us-west2": None}}, "build": None}) == []


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (
            {"environments": {"staging": {"variables": {"A": "b"}}}},
            "environments.staging.variables",
        ),
        ({"deploy": {"overlapSeconds": "60"}}, "deploy.overlapSeconds"),
        ({"deploy": {"drainingSeconds": "10"}}, "deploy.drainingSeconds"),
        ({"deploy": {"drainingSeconds": True}}, "deploy.drainingSeconds"),
        ({"deploy": {"drainingSeconds": -1}}, "deploy.drainingSeconds"),
        ({"deploy": {"restartPolicyType": "never"}}, "deploy.restartPolicyType"),
        ({"deploy": {"preDeployCommand": ["a", "b"]}}, "deploy.preDeployCommand"),
        ({"deploy": {"restartPolicyMaxRetries": 0}}, "deploy.restartPolicyMaxRetries"),
        ({"deploy": {"numReplicas": 201}}, "deploy.numReplicas"),
        ({"build": {"builder": "railpack"}}, "build.builder"),
        ({"build": {"rootDirectory": "backend"}}, "build.rootDirectory"),
        ({"buidl": {}}, "buidl"),
    ],
)
def test_what_railway_refuses_is_refused_by_its_key(wrong: dict[str, Any], key: str) -> None:
    found = problems(wrong)
    assert found
    assert all(problem.startswith(f"{key}: ") for problem in found)


def test_one_version_of_python_is_named_everywhere() -> None:
    images = re.findall(r"^FROM python:(\d+\.\d+)", text("Dockerfile"), re.MULTILINE)
    workflows = "".join(map(Path.read_text, (ROOT / ".github").rglob("*.y*ml")))
    asked = re.findall(r"python-version: *[\"']?(\d[\d.]*)", workflows)
    assert {text(".python-version").strip(), *images, *asked} == {PYTHON}


def test_the_version_of_python_is_one_that_the_project_runs_on() -> None:
    oldest = tomllib.loads(text("pyproject.toml"))["project"]["requires-python"]
    assert tuple(map(int, PYTHON.split("."))) >= tuple(
        map(int, oldest.removeprefix(">=").split("."))
    )


def test_the_file_says_what_it_is() -> None:
    made = ast.parse(code(graph(SMALL, "small")))
    assert ast.get_docstring(made)


def text(name: str) -> str:
    """A file of the repository; nothing when it does not stand."""
    return (ROOT / name).read_text() if (ROOT / name).exists() else ""
