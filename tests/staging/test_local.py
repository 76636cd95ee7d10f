"""What a service on this machine is told, and where everything stands."""

import json
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from backend.settings import GROUPS, Settings
from staging.definition import Environment, Service
from staging.departures import variables, variables_of_node
from staging.environment import BACKEND, SANDBOXES
from staging.local import CHOICES, SECRETS, Local, ValueIsMissing, ports_from, release
from staging.node import node
from staging.processes import DataFolderIsUnusable, HttpProbe
from staging.seeds import PERSONAS
from staging.tables import vendor_of
from staging.values import AddressOf, Given, Literal, Shared, Value
from staging.verify.wire import is_of_this_machine, place


@pytest.fixture
def local(tmp_path: Path) -> Local:
    return Local.at(tmp_path).with_secrets()


def test_everything_has_its_usual_port() -> None:
    assert ports_from(None) == {
        "frontend": 3000,
        "backend": 8000,
        "sandboxes": 8100,
        "postgres": 8200,
        "redis": 8300,
        "worker": 8400,
    }


def test_a_port_base_moves_all_ports_and_keeps_their_order() -> None:
    assert list(ports_from(9000).items()) == [
        ("frontend", 9000),
        ("backend", 9001),
        ("sandboxes", 9002),
        ("postgres", 9003),
        ("redis", 9004),
        ("worker", 9005),
    ]


def test_the_backend_is_told_a_complete_and_valid_environment(local: Local) -> None:
    settings = Settings.load(local.variables(BACKEND))
    assert settings.core.port == 8000
    assert settings.core.web_concurrency == 2
    assert settings.core.frontend_url == "http://localhost:3000"
    assert settings.mail.postmark_base_url == "http://127.0.0.1:8100/postmark"
    assert settings.core.release == release(BACKEND)


def test_both_spellings_of_this_machine_are_answered(local: Local) -> None:
    hosts = Settings.load(local.variables(BACKEND)).hosts
    assert {"127.0.0.1", "localhost", "healthcheck.railway.app"} <= hosts


def test_addresses_follow_the_ports(local: Local) -> None:
    moved = replace(local, ports=ports_from(9000))
    told = moved.variables(BACKEND)
    assert told["BACKEND_URL"] == "http://127.0.0.1:9001"
    assert told["PORT"] == "9001"
    assert "@127.0.0.1:9003/" in told["DATABASE_URL"]
    assert told["REDIS_URL"].endswith("@127.0.0.1:9004/0")
    assert told["DATABASE_URL"] == moved.variables(SANDBOXES)["DATABASE_URL"]


def test_a_vendor_that_a_service_is_told_of_stands_on_this_machine(local: Local) -> None:
    addresses = [
        variable
        for group in GROUPS.values()
        for variable in group.variables()
        if vendor_of(variable) and variable.default.startswith("https://")
    ]
    assert addresses
    for told in map(local.variables, local.environment.raised):
        for variable in addresses:
            if any(name.startswith(f"{vendor_of(variable)}_".upper()) for name in told):
                assert is_of_this_machine(place(told[variable.name]).host), variable.name


def test_a_service_starts_as_railway_would_start_it(local: Local) -> None:
    processes = {process.name: process for process in local.processes}
    names = ["postgres", "redis", "sandboxes", "backend", "worker", "frontend"]
    assert list(processes) == names
    backend = processes["backend"]
    assert backend.argv == (sys.executable, "-m", "backend")
    assert [task.argv[1:] for task in backend.before] == [("-m", "backend.prepare")]
    assert backend.before[0].env == backend.env
    assert backend.restart.at_most == 3
    assert isinstance(backend.ready, HttpProbe)
    assert backend.ready.url == "http://127.0.0.1:8000/api/health"
    assert backend.ready.host_header == "healthcheck.railway.app"
    assert (backend.ready.status, backend.ready.window) == (200, 100)


def test_the_worker_rises_beside_the_backend_which_prepares_for_both(local: Local) -> None:
    worker = {process.name: process for process in local.processes}["worker"]
    assert worker.argv == (sys.executable, "-m", "backend.worker")
    assert (worker.before, worker.beside) == ((), True)
    told = local.variables(local.environment.service("worker"))
    backends = local.variables(BACKEND)
    assert {name for name in backends if told.get(name) != backends[name]} == {"PORT"}


def test_the_website_runs_on_node_inside_its_build_and_is_told_where_its_api_is(
    local: Local,
) -> None:
    website = {process.name: process for process in local.processes}["frontend"]
    assert website.argv == (str(node().program), "server.js")
    assert Path(website.cwd) == local.website.folder
    assert website.env["SERVER_API_URL"] == local.url("backend")
    assert website.env["RELEASE"] == f"local-{local.website.digest}"
    assert isinstance(website.ready, HttpProbe)
    assert website.ready.url == "http://localhost:3000/health"
    doors = json.loads(website.env["STAGING_DOORS"])
    assert doors["password"] == local.password
    assert {each["email"] for each in doors["personas"]} == {
        each.email for each in PERSONAS if each.may_log_in
    }


def test_a_guard_stands_in_our_own_services_and_what_they_are_told_is_theirs(
    local: Local,
) -> None:
    for process in local.processes:
        told = local.variables(local.environment.service(process.name))
        guard = {name: value for name, value in process.env.items() if name not in told}
        if process.name in ("sandboxes", "backend", "worker"):
            assert guard == variables(local.folder, process.name)
        elif process.name == "frontend":
            assert guard == variables_of_node(local.folder, process.name)
        else:
            assert not {"PYTHONPATH", "NODE_OPTIONS"} & process.env.keys()


def test_secrets_are_made_once_and_kept_for_their_owner_alone(local: Local) -> None:
    file = local.folder / SECRETS
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {"JWT_SECRET", "METRICS_TOKEN", "POSTGRES_PASSWORD"} <= json.loads(
        file.read_text()
    ).keys()
    assert Local.at(local.folder).with_secrets().secrets == local.secrets


def test_a_secret_that_is_new_is_added_to_those_that_are_kept(local: Local) -> None:
    kept = {name: value for name, value in local.secrets.items() if name != "METRICS_TOKEN"}
    (local.folder / SECRETS).write_text(json.dumps(kept))
    again = Local.at(local.folder).with_secrets().secrets
    assert again["METRICS_TOKEN"] != local.secrets["METRICS_TOKEN"]
    assert {**again, "METRICS_TOKEN": local.secrets["METRICS_TOKEN"]} == local.secrets


def test_no_two_secrets_are_alike_and_no_two_environments_share_one(
    local: Local, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = Local.at(tmp_path / "other").with_secrets()
    values = [*local.secrets.values(), *other.secrets.values()]
    assert len(values) == len(set(values))


def test_the_personas_password_can_be_typed_and_not_be_guessed(local: Local) -> None:
    assert local.password.replace("-", "").isalnum()
    assert len(local.password) == 19


def test_no_secret_shows_when_it_is_printed(local: Local) -> None:
    assert not [name for name, value in local.secrets.items() if value in repr(local)]


def test_where_it_stands_is_known_until_it_is_ended(local: Local) -> None:
    replace(local, ports=ports_from(9000), scale=3).keep()
    assert Local.at(local.folder).ports == ports_from(9000)
    Local.at(local.folder).keep(ports=False)
    assert Local.at(local.folder) == replace(local, scale=3)


def test_a_damaged_file_is_said_with_what_to_do(local: Local) -> None:
    (local.folder / CHOICES).write_text('{"ports": ')
    with pytest.raises(DataFolderIsUnusable, match=r"choices\.json can not be read.*--purge"):
        Local.at(local.folder)


def test_a_value_that_somebody_must_give_is_refused_here(local: Local) -> None:
    wanting = Service("backend", "it", port=1, variables={"KEY": Given()})
    environment = Environment("staging", (wanting,))
    with pytest.raises(ValueIsMissing, match="KEY"):
        replace(local, environment=environment).variables(wanting)


def test_what_the_environment_keeps_for_all_is_told_under_each_ones_own_name(local: Local) -> None:
    values: dict[str, Value] = {
        "STAGE": Shared("ENVIRONMENT_NAME"),
        "SOCKET": AddressOf("backend", "/live", protocol="ws"),
    }
    told = local.variables(Service("backend", "it", port=1, variables=values))
    assert told["STAGE"] == "staging"
    assert told["SOCKET"] == "ws://127.0.0.1:8000/live"
    named = replace(local, environment=replace(local.environment, name="pr-42"))
    assert named.variables(BACKEND)["ENVIRONMENT_NAME"] == "pr-42"
    assert named.variables(BACKEND)["JWT_SECRET"] == local.secrets["JWT_SECRET"]


def test_a_value_of_the_environment_can_be_another_on_one_machine(local: Local) -> None:
    wanting = Service("backend", "it", port=1, variables={"KEY": Shared("POSTMARK_API_KEY")})
    with pytest.raises(ValueIsMissing, match="KEY"):
        local.variables(wanting)
    told = replace(wanting, here={"KEY": Literal("test")})
    assert local.variables(told)["KEY"] == "test"


def test_a_release_changes_with_the_code_and_the_packages_and_only_then(tmp_path: Path) -> None:
    code, lock = tmp_path / "backend/app.py", tmp_path / "staging/requirements.txt"
    for file in (code, lock):
        file.parent.mkdir()
        file.write_text("one")
    first = release(BACKEND, tmp_path)
    (tmp_path / "backend/app.pyc").write_text("compiled")
    assert release(BACKEND, tmp_path) == first
    for file in (code, lock):
        file.write_text("two")
        assert release(BACKEND, tmp_path) != first
        file.write_text("one")
