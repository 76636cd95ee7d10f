"""An environment is hurt, and `staging up` mends it, or says what it can not mend."""

import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import closing

import httpx2

from staging.departures import log_of
from tests.staging.places import Place

MAIL = {"email": "kept@people.example", "full_name": "Somebody Real"}


def test_a_service_that_is_killed_comes_back_by_itself(place: Place) -> None:
    before = place.pids()
    os.kill(before["backend"], signal.SIGKILL)
    said = place.staging("up")
    assert said.returncode == 0, said.stderr
    after = place.pids()
    assert after.pop("backend") != before.pop("backend")
    assert after == before


def test_a_cache_that_hangs_is_seen_and_forgiven(place: Place) -> None:
    redis = place.pids()["redis"]
    os.kill(redis, signal.SIGSTOP)
    try:
        said = place.staging("verify", "--only", "health", "--only", "dependencies")
        assert said.returncode == 1
        assert "redis" in said.stderr
    finally:
        os.kill(redis, signal.SIGCONT)
    time.sleep(1.1)
    assert place.staging("verify", "--only", "health", "--only", "dependencies").returncode == 0


def test_what_a_crash_of_everything_leaves_is_mended_by_up(place: Place) -> None:
    registered = httpx2.post(
        f"http://127.0.0.1:{place.base + 1}/api/auth/register",
        json={**MAIL, "password": "a long and honest phrase", "terms_accepted": True},
        trust_env=False,
    )
    assert registered.status_code == 202, registered.text
    supervisor = next(it for it in place.left() if "staging.processes" in it.cmdline())
    supervisor.kill()
    supervisor.wait(10)
    status = place.staging("status")
    assert status.returncode == 1
    assert "`staging up` mends that" in status.stderr
    before, log = place.left(), log_of(place.folder)
    guarded = log.read_text().splitlines()
    said = place.staging("up")
    assert said.returncode == 0, said.stderr
    assert not [it for it in before if it.is_running()]
    assert not {*guarded} & {*log.read_text().splitlines()}, "the guard's log is the old one"
    mails = f"http://127.0.0.1:{place.base + 2}/_sandbox/inbox.json"
    found = httpx2.get(mails, params={"to": MAIL["email"]}, trust_env=False).json()
    assert found, "what was kept before the crash is gone"


def test_taken_ports_are_said_all_at_once_and_nothing_is_begun(
    places: Callable[[], Place],
) -> None:
    place = places()
    with (
        closing(socket.create_server(("127.0.0.1", place.base + 1))),
        closing(socket.create_server(("127.0.0.1", place.base + 3))),
    ):
        said = place.staging("up", "--port-base", place.base)
    assert said.returncode == 3
    for service, step in (("backend", 1), ("postgres", 3)):
        assert f"{service}: port {place.base + step} is taken" in said.stderr
    assert f"(pid {os.getpid()})" in said.stderr
    assert "--port-base" in said.stderr
    assert not place.left()


def test_a_part_that_does_not_come_up_is_named_with_its_last_words(
    places: Callable[[], Place],
) -> None:
    place = places()
    (place.folder / "redis").mkdir()
    (place.folder / "redis" / "appendonlydir").write_text("not a folder")
    said = place.staging("up", "--port-base", place.base)
    assert said.returncode == 1
    assert "redis did not come up" in said.stderr
    assert "appendonlydir" in said.stderr
    assert "`staging logs redis`" in said.stderr
    assert not place.left()
    assert not place.listening()
    assert "redis did not start" in place.staging("status").stderr


def test_an_interrupted_up_goes_on_and_ended_leaves_nothing(
    places: Callable[[], Place],
) -> None:
    place = places()
    command = place.start("up", "--port-base", place.base)
    assert command.stdout
    assert "postgres" in command.stdout.readline()
    command.send_signal(signal.SIGINT)
    _, err = command.communicate(timeout=20)
    assert command.returncode == 130
    assert "`staging up` goes on from here" in err
    first = place.start("up", "--no-seed")
    assert first.stdout
    assert "postgres" in first.stdout.readline()
    second = place.staging("up")
    assert second.returncode == 3
    assert f"(pid {first.pid}) is already at work" in second.stderr
    out, err = first.communicate(timeout=100)
    assert first.returncode == 0, err
    assert "seeds" not in out
    ended = place.staging("down")
    assert ended.returncode == 0, ended.stderr
    stopped = [line.split()[1] for line in ended.stdout.splitlines() if " stopped" in line]
    assert stopped == ["frontend", "worker", "backend", "sandboxes", "redis", "postgres"]
    assert not place.left()
    assert not place.listening()
    assert (place.folder / "postgres").is_dir()
    assert place.staging("down", "--purge", "--yes").returncode == 0
    assert not place.folder.exists()
