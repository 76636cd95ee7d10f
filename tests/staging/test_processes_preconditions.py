"""Nothing starts before the folder, the disk and the ports are free for it, and says why."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from staging.processes import (
    AnotherCommandIsRunning,
    DataFolderIsUnusable,
    PortsAreTaken,
    only_command,
    port_owner,
    require_free_ports,
    require_room,
)
from tests.staging.processes_actors import free_port

HOLD = """
import sys, time
from pathlib import Path
from staging.processes import only_command
with only_command(Path(sys.argv[1]), "staging up"):
    print("held", flush=True)
    time.sleep(5)
"""
ROOT = Path(__file__).parents[2]


def test_of_two_commands_at_once_the_second_is_told_of_the_first(tmp_path: Path) -> None:
    command = (sys.executable, "-c", HOLD, str(tmp_path))
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as first:
        assert first.stdout
        assert first.stdout.readline() == b"held\n"
        with (
            pytest.raises(AnotherCommandIsRunning) as refused,
            only_command(tmp_path, "staging down"),
        ):
            pytest.fail("two at once")
        assert refused.value.pid == first.pid
        assert f"`staging up` (pid {first.pid}) is already at work" in refused.value.fact
        assert f"kill {first.pid}" in refused.value.advice
        first.kill()
    with only_command(tmp_path, "staging down"):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()} staging down"


def test_a_command_after_another_needs_nothing_cleaned_up(tmp_path: Path) -> None:
    for command in ("staging up", "staging down"):
        with only_command(tmp_path, command):
            assert (tmp_path / "lock").read_text().endswith(command)


def test_all_taken_ports_are_told_at_once_by_name_and_owner() -> None:
    free = free_port()
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("", 0)) as two:
        taken = {"backend": one.getsockname()[1], "sandboxes": two.getsockname()[1]}
        with pytest.raises(PortsAreTaken) as refused:
            require_free_ports({**taken, "website": free})
    owner = f"is taken by {psutil.Process().name()} (pid {os.getpid()})"
    backend, sandboxes = taken.values()
    assert refused.value.fact == (
        f"backend: port {backend} {owner}; sandboxes: port {sandboxes} {owner}."
    )
    assert "--port-base" in refused.value.advice
    require_free_ports({"website": free})


def test_a_port_is_free_right_after_its_listener_has_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), listener.accept()[0]:
            assert port_owner(port)
    assert port_owner(port) is None


def test_a_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "clone" / ".staging"
    require_room(folder, megabytes=1)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(DataFolderIsUnusable, match=r"has \d+ MB free, and .* needs 999999999 MB"):
        require_room(tmp_path, megabytes=999_999_999)


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / ".staging").touch()
    with pytest.raises(DataFolderIsUnusable, match="there is a file of that name"):
        require_room(tmp_path / ".staging")


def test_a_folder_that_can_not_be_written_is_told() -> None:
    with pytest.raises(DataFolderIsUnusable, match="can not be written"):
        require_room(Path("/dev/null/staging"))
