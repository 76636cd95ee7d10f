"""What Railway is told of a service, as plain data, and what it would make of it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from backend.settings import Settings
from staging.definition import Environment, Service, Use, Volume
from staging.environment import BACKEND, FRONTEND, POSTGRES, REDIS, STAGING
from staging.railway import costs, instances, variables
from staging.railway.naming import environment_of, host_of, private_host_of
from staging.railway.variables import DoorsStayShut, ValuesAreMissing
from staging.values import AddressOf, Doors, Given, Literal, Reference, Secret, Shared, Value

KNOWN = {
    "JWT_SECRET": "j" * 32,
    "CSRF_SECRET": "c" * 32,
    "METRICS_TOKEN": "m" * 32,
    "POSTMARK_API_KEY": "p" * 32,
    "POSTGRES_PASSWORD": "secret-of-postgres",
    "REDIS_PASSWORD": "secret-of-redis",
}
SCHEMA = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "railway.graphql"


def told(values: dict[str, Value]) -> dict[str, variables.Told]:
    """What Railway is told of these values of a service named `it`."""
    return variables.of_service(STAGING, Service("it", "", port=1, variables=values))


def test_each_kind_of_value_is_told_as_railway_writes_it() -> None:
    values: dict[str, Value] = {
        "LITERAL": Literal("as it stands"),
        "REFERENCE": Reference("postgres", "DATABASE_URL"),
        "OWN": Reference("it", "PORT"),
        "SHARED": Shared("JWT_SECRET"),
        "ADDRESS": AddressOf("backend", "/health"),
        "SOCKET": AddressOf("backend", protocol="ws"),
        "INSIDE": AddressOf("backend", "/api", inside=True),
        "SECRET": Secret("KEY", "sk_test_"),
        "GIVEN": Given(),
    }
    assert told(values) == {
        "LITERAL": "as it stands",
        "REFERENCE": "${{postgres.DATABASE_URL}}",
        "OWN": "${{PORT}}",
        "SHARED": "${{shared.JWT_SECRET}}",
        "ADDRESS": "https://api-staging.wwmaa.com/health",
        "SOCKET": "wss://api-staging.wwmaa.com",
        "INSIDE": "http://${{backend.RAILWAY_PRIVATE_DOMAIN}}:${{backend.PORT}}/api",
        "SECRET": Secret("KEY", "sk_test_"),
        "GIVEN": Given(),
    }


def test_a_service_that_others_may_ask_is_told_its_port_and_another_is_not() -> None:
    assert variables.of_service(STAGING, BACKEND)["PORT"] == "8000"
    assert "PORT" not in variables.of_service(STAGING, REDIS)


def test_a_hosted_website_is_told_its_addresses_and_no_way_in_for_everybody() -> None:
    website = variables.of_service(STAGING, FRONTEND)
    assert website["NEXT_PUBLIC_SITE_URL"] == "https://staging.wwmaa.com"
    assert website["SERVER_API_URL"] == (
        "http://${{backend.RAILWAY_PRIVATE_DOMAIN}}:${{backend.PORT}}"
    )
    assert "STAGING_DOORS" not in website
    with pytest.raises(DoorsStayShut, match="in `here`"):
        told({"STAGING_DOORS": Doors()})


def test_a_preview_is_told_its_own_name_and_railways_hosts() -> None:
    preview = STAGING.preview("pr-42")
    assert variables.shared(preview)["ENVIRONMENT_NAME"] == "pr-42"
    backend = variables.of_service(preview, BACKEND)
    assert backend["BACKEND_URL"] == "https://${{RAILWAY_PUBLIC_DOMAIN}}"


def test_what_is_known_is_filled_in_and_what_may_be_missing_is_left_out() -> None:
    full = variables.filled(variables.of_service(STAGING, BACKEND), KNOWN)
    assert "STRIPE_SECRET_KEY" not in full
    assert full["JWT_SECRET"] == "${{shared.JWT_SECRET}}"
    known = {**KNOWN, "STRIPE_SECRET_KEY": "sk_test_1"}
    full = variables.filled(variables.of_service(STAGING, BACKEND), known)
    assert full["STRIPE_SECRET_KEY"] == "sk_test_1"


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(ValuesAreMissing) as missing:
        variables.filled(variables.shared(STAGING), {})
    assert missing.value.names == (
        "JWT_SECRET",
        "CSRF_SECRET",
        "METRICS_TOKEN",
        "POSTMARK_API_KEY",
    )


def test_the_backend_accepts_what_it_is_told_once_railway_has_resolved_it() -> None:
    owners = {service.name: service for service in STAGING.hosted}
    system = {"RAILWAY_PRIVATE_DOMAIN": "inside.test", "RAILWAY_PUBLIC_DOMAIN": "x.test"}
    kept = {
        name: variables.filled(variables.of_service(STAGING, service), KNOWN) | system
        for name, service in owners.items()
    } | {"shared": variables.filled(variables.shared(STAGING), KNOWN)}

    def resolved(text: str, owner: str) -> str:
        def one(found: re.Match[str]) -> str:
            named, _, variable = found[1].rpartition(".")
            return resolved(kept[named or owner][variable], named or owner)

        return re.sub(r"\$\{\{([^}]+)\}\}", one, text)

    settings = Settings.load({k: resolved(v, "backend") for k, v in kept["backend"].items()})
    assert settings.core.backend_url == "https://api-staging.wwmaa.com"
    assert settings.database.database_url.get_secret_value() == (
        "postgresql://wwmaa:secret-of-postgres@inside.test:5432/wwmaa"
    )
    assert {"inside.test", "x.test"} <= settings.hosts
    assert settings.prefix == STAGING.prefix


def test_the_backend_runs_as_the_brief_says() -> None:
    assert instances.update(BACKEND) == {
        "source": None,
        "rootDirectory": None,
        "dockerfilePath": "Dockerfile",
        "watchPatterns": ["/Dockerfile", "/.dockerignore", "/backend/**"],
        "startCommand": "python -m backend",
        "preDeployCommand": ["python -m backend.prepare"],
        "healthcheckPath": "/api/health",
        "healthcheckTimeout": 100,
        "restartPolicyType": "ON_FAILURE",
        "restartPolicyMaxRetries": 3,
        "numReplicas": 1,
        "overlapSeconds": 10,
        "drainingSeconds": 15,
    }


def test_a_database_is_an_image_without_a_probe_or_a_build() -> None:
    assert instances.update(POSTGRES)["source"] == {"image": "pgvector/pgvector:pg18"}
    assert instances.build(POSTGRES) == {}
    assert "healthcheckPath" not in instances.deploy(POSTGRES)
    assert instances.update(POSTGRES)["healthcheckPath"] is None


def test_what_is_never_started_again_has_no_number_of_times() -> None:
    once = instances.update(replace(BACKEND, restarts_on_failure=0))
    assert (once["restartPolicyType"], once["restartPolicyMaxRetries"]) == ("NEVER", None)


def test_every_field_is_one_that_railway_has() -> None:
    if not SCHEMA.exists():
        pytest.skip("Railway's own schema does not lie beside this project")
    form = SCHEMA.read_text().partition("input ServiceInstanceUpdateInput {")[2].partition("}")[0]
    assert instances.update(BACKEND).keys() <= set(re.findall(r"^  (\w+):", form, re.MULTILINE))


@pytest.mark.parametrize(
    ("branch", "name"),
    [
        ("pr-42", "pr-42"),
        ("feature/Login", "feature-login-"),
        ("42", "branch-42-"),
        ("a" * 40, "a" * 24 + "-"),
        ("ünïcode", "n-code-"),
        ("///", "branch-"),
    ],
)
def test_a_preview_is_named_after_its_branch(branch: str, name: str) -> None:
    found = environment_of(branch)
    assert found.startswith(name)
    assert STAGING.preview(found).name == found


def test_no_two_branches_share_a_preview() -> None:
    branches = ("feature/a", "feature-a", "feature_a", "Feature/a", "f" * 40, "f" * 41)
    assert len({environment_of(branch) for branch in branches}) == len(branches)


def test_a_host_is_one_that_dns_takes() -> None:
    assert host_of("backend", "staging") == "backend-staging.up.railway.app"
    assert host_of("backend", "pr_42") == "backend-pr-42.up.railway.app"
    assert len(host_of("b" * 60, "staging").partition(".")[0]) <= 63
    assert private_host_of("My Service_1") == "my-service-1.railway.internal"


def test_what_a_month_costs_follows_from_railways_prices() -> None:
    taken = replace(BACKEND, use=Use(memory_gb=0.5, vcpu=0.1), replicas=2)
    assert costs.of_service(taken) == pytest.approx(2 * (0.5 * 10 + 0.1 * 20))
    kept = replace(POSTGRES, use=Use(0, 0), volume=Volume("/data", 10))
    assert costs.of_service(kept) == pytest.approx(1.5)
    here = replace(BACKEND, only_here=True)
    whole = Environment("staging", (taken, kept, here))
    assert costs.of_environment(whole) == pytest.approx(14 + 1.5)
