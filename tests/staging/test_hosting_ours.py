"""The association's own services are deployed here as they would be at Railway, by their images."""

import shutil
from pathlib import Path

import pytest

from sandboxes.railway.running import Order
from staging.environment import BACKEND, FRONTEND
from staging.local import ROOT, Local, ports_from
from staging.railway.archive import contents
from tests.staging.hosting import Machine, order
from tests.staging.places import free_base

pytestmark = pytest.mark.usefixtures("emptied")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an upload of this clone holds."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in contents(ROOT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


def laid(machine: Machine, asked: Order) -> set[str]:
    """What stands at the top of an image."""
    return {path.name for path in (machine.folder / "images" / asked.deployment_id).iterdir()}


@pytest.mark.usefixtures("website")
async def test_backend_and_website_are_built_and_run_as_their_dockerfiles_say(
    machine: Machine, checkout: Path, tmp_path: Path, postgres_url: str, redis_url: str
) -> None:
    local = Local(tmp_path, ports_from(free_base())).with_secrets()
    told = local.variables(BACKEND) | {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url}
    told |= {"ALLOWED_HOSTS": "localhost,api.test", "WEB_CONCURRENCY": "1"}
    backend = order(
        checkout,
        service_name="backend",
        service_id="service-backend",
        start_command="python -m backend",
        pre_deploy_command="python -m backend.prepare",
        healthcheck_path=BACKEND.health_path,
        healthcheck_timeout_s=100,
        variables={name: value for name, value in told.items() if name != "PORT"},
        hosts=("api.test",),
    )
    assert await machine.up(backend) == ["BUILDING", "DEPLOYING", "SUCCESS"]
    assert "parts needed a hand" in "".join(machine.heard.said(backend)), "backend.prepare says so"
    assert (await machine.ask("/api/health", host="api.test")).status_code == 200
    assert laid(machine, backend) == {"backend"}, "and nothing of the neighbours"
    inside = machine.hosting.address("environment", "backend")
    website = order(
        checkout,
        dockerfile_path="frontend/Dockerfile",
        start_command="node server.js",
        healthcheck_path=FRONTEND.health_path,
        healthcheck_timeout_s=60,
        variables={
            "HOSTNAME": "127.0.0.1",
            "NEXT_PUBLIC_ENVIRONMENT": "staging",
            "NEXT_PUBLIC_SITE_URL": "https://web.test",
            "NEXT_PUBLIC_API_URL": "https://api.test",
            "NEXT_PUBLIC_WS_URL": "wss://api.test",
            "SERVER_API_URL": f"http://{inside}",
        },
    )
    assert await machine.up(website) == ["BUILDING", "DEPLOYING", "SUCCESS"]
    assert (await machine.ask("/health")).status_code == 200
    assert laid(machine, website) >= {"server.js", ".next"}
