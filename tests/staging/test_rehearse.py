"""`staging rehearse` raises Railway on this machine; `staging down` ends it, however it died."""

import json
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from staging.hosting.detached import DEPLOYED, FOLDER
from staging.processes.ours import MARK
from tests.staging.places import Place, free_base


def left(folder: Path) -> list[psutil.Process]:
    """The living processes of Railway on this machine, and of what is deployed there."""
    marks = {str(folder.resolve() / FOLDER), str(folder.resolve() / FOLDER / DEPLOYED)}
    return [each for each in psutil.process_iter() if _mark(each) in marks]


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except psutil.Error:
        return None


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A place where nothing runs."""
    return Place(tmp_path, free_base())


def rehearse(place: Place) -> dict[str, Any]:
    """Raise it and leave it; what the command printed."""
    ended = place.staging("rehearse", "--keep", "--json", "--port-base", place.base)
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def test_it_rises_is_killed_rises_anew_and_goes(place: Place) -> None:
    """Killed as by a power cut, with all its supervisors: nothing of it holds up the next one."""
    told = rehearse(place)
    assert whoami(told) == "Staging Developer"
    killed = left(place.folder)
    assert len(killed) >= 4, "a supervisor, PostgreSQL, Railway and its edge"
    for process in killed:
        if "envoy" not in process.name():
            process.kill()
    psutil.wait_procs(killed, timeout=3)
    assert [process.name() for process in left(place.folder)] == ["envoy"]
    again = rehearse(place)
    assert whoami(again) == "Staging Developer"
    assert again["variables"]["RAILWAY_API_TOKEN"] != told["variables"]["RAILWAY_API_TOKEN"]
    assert place.staging("down").returncode == 0
    assert not left(place.folder)


def whoami(told: dict[str, Any]) -> str:
    """Who the token belongs to, asked as every client of Railway's asks."""
    variables = told["variables"]
    answer = httpx2.post(
        variables["RAILWAY_API_URL"],
        json={"query": "{ me { name } }"},
        headers={"authorization": f"Bearer {variables['RAILWAY_API_TOKEN']}"},
        trust_env=False,
    )
    return str(answer.json()["data"]["me"]["name"])
