"""The one definition: what it refuses, and what another environment has of its own."""

import pytest

from backend.settings import GROUPS, PythonEnv, Website
from backend.variables import Group
from staging.definition import Environment, EnvironmentIsRefused
from staging.environment import STAGING
from staging.values import AddressOf, Reference, Shared

GROUPS_OF_ALL: tuple[type[Group], ...] = (*GROUPS.values(), Website)
DECLARED = {variable.name for group in GROUPS_OF_ALL for variable in group.variables()}


@pytest.mark.parametrize("name", ["", "42", "Staging", "feature/login", "a" * 32, "pr 42"])
def test_a_name_that_no_variable_could_hold_is_refused(name: str) -> None:
    with pytest.raises(EnvironmentIsRefused, match="can not name an environment"):
        STAGING.preview(name)


def test_an_environment_named_production_can_not_be() -> None:
    with pytest.raises(EnvironmentIsRefused, match="never raised, seeded or reset"):
        STAGING.preview("production")
    with pytest.raises(EnvironmentIsRefused):
        Environment("staging", (), kind=PythonEnv.production)


def test_a_preview_shares_the_services_and_neither_name_nor_hosts() -> None:
    preview = STAGING.preview("pr-42")
    assert preview.services == STAGING.services
    assert (preview.name, preview.prefix, preview.kind) == ("pr-42", "pr_42_", PythonEnv.staging)
    assert not preview.domains
    assert STAGING.prefix == "staging_"


def test_a_preview_is_never_what_it_is_a_preview_of() -> None:
    with pytest.raises(EnvironmentIsRefused, match="can not be staging itself"):
        STAGING.preview("staging")


def test_what_is_on_one_machine_only_is_not_hosted() -> None:
    assert "sandboxes" not in {service.name for service in STAGING.hosted}
    told = [value for service in STAGING.hosted for value in service.variables.values()]
    assert not [
        v for v in told if isinstance(v, AddressOf | Reference) and v.service in "sandboxes"
    ]


def test_whatever_a_service_shares_is_there() -> None:
    for service in STAGING.services:
        shared = (v for v in service.variables.values() if isinstance(v, Shared))
        assert {value.name for value in shared} <= STAGING.shared.keys()


def test_a_service_built_from_source_is_told_declared_variables_only() -> None:
    built = [service for service in STAGING.services if service.build]
    assert built
    for service in built:
        assert service.variables.keys() <= DECLARED


def test_every_service_is_either_built_or_an_image_or_here_alone() -> None:
    for service in STAGING.services:
        assert [bool(service.build), bool(service.image), service.only_here].count(True) == 1
