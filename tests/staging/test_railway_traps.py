"""Each trap has an example that steps into it, and the house steps into none."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from staging.definition import Build, Environment, Service, Volume
from staging.environment import BACKEND, POSTGRES, REDIS, STAGING
from staging.railway import traps
from staging.railway.traps import TRAPS, Material, findings
from staging.railway.traps.material import CODE
from staging.values import Given, Literal, Value

ROOT = Path(__file__).resolve().parents[2]
HOUSE = Material.of(STAGING, ROOT)
SITE = Service("site", "", 3000, build=Build("site/Dockerfile", ()))


def of_services(*services: Service) -> Material:
    """A house with these services besides its databases."""
    return Material(replace(STAGING, services=(POSTGRES, REDIS, *services)))


def backend(**changes: Any) -> Material:
    """A house whose backend is another."""
    return of_services(replace(BACKEND, **changes))


def told(**values: Value) -> Material:
    """A house whose backend is told more."""
    return backend(variables={**BACKEND.variables, **values})


def database(**changes: Any) -> Material:
    """A house whose PostgreSQL is another."""
    return Material(replace(STAGING, services=(replace(POSTGRES, **changes), REDIS, BACKEND)))


def files(**texts: str) -> Material:
    """The house with these files, the dots of their names as two underscores."""
    return replace(HOUSE, files={n.replace("__", "."): text for n, text in texts.items()})


def code(text: str) -> Material:
    """The house with this in `.railway/railway.py`."""
    return replace(HOUSE, files={CODE: text})


def dockerfile(*lines: str) -> Material:
    """The house with this Dockerfile."""
    return files(Dockerfile="\n".join(("FROM python:3.13-slim", *lines)))


def website(
    image: str,
    values: Mapping[str, Value] | None = None,
    source: str = "",
    watch: tuple[str, ...] = ("/site/**",),
) -> Material:
    """A house with a website, its Dockerfile and a file of its source."""
    there = {"site/Dockerfile": image, "site/lib/env.ts": source}
    built = Build("site/Dockerfile", watch)
    return replace(of_services(replace(SITE, build=built, variables=values or {})), files=there)


def call(**asked: Any) -> Material:
    """The house with this asked for the backend."""
    return replace(HOUSE, calls={"backend": asked})


URL = {"NEXT_PUBLIC_API_URL": Literal("https://api.example")}
READS = "const api = process.env.NEXT_PUBLIC_API_URL"

STEPS_INTO: dict[str, tuple[Material, ...]] = {
    "variable_without_shell": (
        backend(start=("uvicorn", "backend.app:app", "--port", "$PORT")),
        files(railway__toml='[deploy]\nstartCommand = "uvicorn a:b --port $PORT"'),
    ),
    "several_commands_without_shell": (backend(pre_deploy=("migrate", "&&", "fill")),),
    "signal_is_swallowed": (
        backend(start=("npm", "start")),
        backend(start=("/bin/sh", "-c", "python -m backend")),
    ),
    "no_time_to_drain": (backend(draining_s=0), backend(draining_s=10), database(draining_s=0)),
    "health_path_redirects": (backend(health_path="/api/health/"), backend(health_path="health")),
    "health_path_unanswered": (
        replace(HOUSE, environment=backend(health_path="/healthz").environment),
    ),
    "probe_is_refused": (replace(HOUSE, hosts={"backend": frozenset({"api.example"})}),),
    "public_without_probe": (backend(health_path=None),),
    "disk_beside_another": (database(replicas=2), database(overlap_s=5)),
    "disk_before_a_deployment": (backend(volume=Volume("/data", 1)),),
    "builder_by_update": (call(builder="DOCKERFILE"),),
    "no_pgvector": (database(image="postgres:18"), database(image="ghcr.test/postgres-ssl:18")),
    "host_is_too_long": (of_services(Service("b" * 32, "", 1, public=True)),),
    "out_of_range": (backend(replicas=0), backend(health_timeout_s=0)),
    "reference_is_unresolved": (
        told(DATABASE_URL=Literal("${{Postgres.DATABASE_URL}}")),
        told(DATABASE_URL=Literal("${{postgres.database_url}}")),
        told(SENTRY_DSN=Literal("${{shared.SENTRY_DSN}}")),
        told(SENTRY_DSN=Literal("${{backend.STRIPE_SECRET_KEY}}")),
    ),
    "template_function": (told(CSP_REPORT_URI=Literal("/${{secret(32)}}")),),
    "git_variable": (told(RELEASE=Literal("${{RAILWAY_GIT_COMMIT_SHA}}")),),
    "port_is_not_told": (told(SERVER_API_URL=Literal("http://inside:${{redis.PORT}}")),),
    "public_host_of_a_private_service": (
        told(FRONTEND_URL=Literal("https://${{redis.RAILWAY_PUBLIC_DOMAIN}}")),
    ),
    "deprecated_variable": (told(BACKEND_URL=Literal("https://${{RAILWAY_STATIC_URL}}")),),
    "data_of_production": (
        told(DATABASE_URL=Literal("postgresql://wwmaa@db.wwmaa.com/wwmaa")),
        told(REDIS_URL=Literal("rediss://redis.example:6379/0")),
        told(DATABASE_URL=Literal("${{production.DATABASE_URL}}")),
    ),
    "value_of_one_environment": (
        told(ENVIRONMENT_NAME=Literal("staging")),
        told(CORS_ORIGINS=Literal("https://staging.wwmaa.com")),
    ),
    "unset_in_previews": (told(STRIPE_SECRET_KEY=Given()),),
    "sealed_variable": (code('service("a", env={"A": {"value": "b", "isSealed": True}})'),),
    "variable_is_refused": (told(WEB_CONCURRENCY=Literal("many")), told(PORTS=Literal("1"))),
    "variable_is_missing": (
        backend(variables={k: v for k, v in BACKEND.variables.items() if k != "FROM_EMAIL"}),
        told(POSTMARK_API_KEY=Given(needed=False)),
    ),
    "secret_in_the_open": (told(JWT_SECRET=Literal("k" * 32)),),
    "volume_in_dockerfile": (dockerfile("VOLUME /data"),),
    "cache_without_service_id": (
        dockerfile("RUN --mount=type=cache,target=/c \\", "    pip install x"),
        dockerfile("RUN --mount=type=cache,id=pip,target=/c pip install x"),
    ),
    "variable_without_shell_in_image": (
        dockerfile('CMD ["uvicorn", "backend.app:app", "--port", "$PORT"]'),
        dockerfile('ENTRYPOINT ["serve", "${PORT}"]'),
    ),
    "shell_is_first_process": (dockerfile("CMD python -m backend"),),
    "npm_is_first_process": (dockerfile('CMD ["npm", "start"]'), dockerfile("CMD exec npm start")),
    "secret_in_image": (dockerfile("ARG STRIPE_SECRET_KEY"), dockerfile("ENV JWT_SECRET=x")),
    "old_python": (files(Dockerfile="FROM python:3.9-slim"), files(Dockerfile="FROM python:3.10")),
    "copies_what_is_not_there": (dockerfile("COPY frontend/package.json backend/nothing /app/"),),
    "copied_and_not_watched": (
        dockerfile("COPY --chown=1:1 pyproject.toml /app/"),
        website("FROM node:24", watch=("/site/app/**",)),
    ),
    "disk_of_root": (
        replace(
            dockerfile("USER 10001:10001"), environment=backend(volume=Volume("/d", 1)).environment
        ),
    ),
    "private_network_at_build": (dockerfile("RUN curl http://backend.railway.internal:8000"),),
    "fixed_at_build": (website("FROM node:24\nRUN npm run build", URL, READS),),
    "listens_inside_only": (
        website('FROM node:24\nCMD ["node", "server.js"]'),
        dockerfile('CMD ["uvicorn", "backend.app:app", "--host", "127.0.0.1"]'),
    ),
    "damaged_code": (code("service("),),
    "dropped_by_the_library": (
        code('service("a", healthcheckpath="/health")'),
        code('service("a", restartPolicyType="NEVER")'),
        code('service("a", overlapSeconds=5)'),
        code('service("a", deploy={"healthCheckPath": "/"})'),
        code('service("a", networking={"customDomains": {"a.example": {"port": 1}}})'),
    ),
    "variable_is_no_text": (code('service("a", env={"PORT": 8000})'),),
    "no_replicas": (
        code('service("a", replicas=0)'),
        code('service("a", deploy={"numReplicas": 0})'),
    ),
    "config_file_of_a_service": (
        code('service("a", configFile="/railway.toml")'),
        call(railwayConfigFile="/railway.json"),
    ),
    "damaged_configuration": (files(railway__json="{"), files(railway__toml="[deploy")),
    "enum_in_small_letters": (
        files(railway__toml='[deploy]\nrestartPolicyType = "never"'),
        files(railway__json='{"build": {"builder": "railpack"}}'),
    ),
    "seconds_as_text": (
        files(railway__json='{"deploy": {"overlapSeconds": "60"}}'),
        files(railway__toml='[environments.pr.deploy]\ndrainingSeconds = "10"'),
    ),
    "several_pre_deploy_commands": (
        files(railway__json='{"deploy": {"preDeployCommand": ["migrate", "fill"]}}'),
        call(preDeployCommand=["migrate", "fill"]),
    ),
    "variables_in_configuration": (
        files(railway__json='{"environments": {"staging": {"variables": {"PYTHON_ENV": "x"}}}}'),
    ),
    "nixpacks": (
        files(railway__json='{"build": {"builder": "NIXPACKS"}}'),
        files(railway__json='{"build": {"nixpacksPlan": {"phases": {}}}}'),
        call(builder="NIXPACKS"),
    ),
    "configurations_differ": (
        files(
            railway__json='{"deploy": {"numReplicas": 1}}', railway__toml="[deploy]\nnumReplicas=2"
        ),
    ),
    "configuration_refused": (
        files(railway__json='{"build": {"rootDirectory": "backend"}}'),
        files(railway__json='{"deploy": {"restartPolicyMaxRetries": 0}}'),
    ),
    "sleeps": (files(railway__json='{"deploy": {"sleepApplication": true}}'),),
}
"""By the name of a trap, materials that step into it."""


def test_the_house_steps_into_none_and_neither_does_a_preview_of_it() -> None:
    assert list(map(str, traps.of(STAGING, ROOT))) == []


def test_every_trap_has_an_example() -> None:
    assert STEPS_INTO.keys() == {trap.name for trap in TRAPS}
    assert len({trap.name for trap in TRAPS}) == len(TRAPS)


@pytest.mark.parametrize(
    ("name", "example"),
    [(name, index) for name, examples in STEPS_INTO.items() for index in range(len(examples))],
)
def test_a_trap_is_found(name: str, example: int) -> None:
    found = findings(STEPS_INTO[name][example])
    assert name in {finding.trap.name for finding in found}


def test_a_finding_says_where_what_why_and_what_to_do() -> None:
    (found,) = (f for f in findings(backend(draining_s=0)) if f.where == "backend")
    assert str(found) == (
        "backend: it has 0 s to end, and may need 10 s [no_time_to_drain]. Railway's own time "
        "between SIGTERM and SIGKILL is none: long requests are cut off. Give draining_s more than "
        "the service takes to end."
    )


def test_every_trap_says_why_and_what_to_do_in_whole_sentences() -> None:
    for trap in TRAPS:
        assert trap.why[0].isupper() or trap.why.startswith("railway-sdk")
        assert trap.cure[0].isupper()
        assert trap.why.endswith(".")
        assert trap.cure.endswith(".")


GOOD = (
    dockerfile("COPY --chown=1:1 backend/*.txt backend /app/", "COPY --from=a /nothing /app"),
    dockerfile('CMD ["/bin/sh", "-c", "exec serve --port $PORT"]', "RUN pip install x"),
    dockerfile("# VOLUME in a comment", "CMD exec python -m backend"),
    dockerfile("RUN --mount=type=cache,id=s/1234-pip,target=/c pip install x"),
    website('FROM node:24\nENV HOSTNAME=0.0.0.0\nCMD ["node", "server.js"]', URL, "env[name]"),
    website("FROM node:24\nARG NEXT_PUBLIC_API_URL\nRUN npm run build", URL, READS),
    backend(start=("/bin/sh", "-c", "exec serve --port $PORT")),
    code('service("a", deploy={"numReplicas": 1}, env={"PORT": "8000"}, domains=["a.example"])'),
    files(
        railway__json='{"deploy": {"numReplicas": 1}}', railway__toml="[deploy]\nnumReplicas = 1"
    ),
)


@pytest.mark.parametrize("material", GOOD, ids=map(str, range(len(GOOD))))
def test_the_cure_is_no_trap(material: Material) -> None:
    assert list(map(str, findings(material))) == []


def test_the_backend_answers_railways_probe_where_it_is_told_what_the_definition_says() -> None:
    for environment in (STAGING, STAGING.preview("pr-1")):
        answered = Material.of(environment, ROOT).hosts["backend"]
        assert "healthcheck.railway.app" in answered


def test_a_website_answers_what_its_folders_say(tmp_path: Path) -> None:
    for name in ("app/health/route.ts", "app/(public)/events/page.tsx", "node_modules/a/page.tsx"):
        (tmp_path / "site" / name).parent.mkdir(parents=True)
        (tmp_path / "site" / name).write_text("")
    site = replace(SITE, health_path="/health")
    material = Material.of(Environment("staging", (site,)), tmp_path)
    assert material.routes["site"] == {"/health", "/events"}
    assert list(material.files) == ["site/app/(public)/events/page.tsx", "site/app/health/route.ts"]
