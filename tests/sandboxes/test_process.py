"""`python -m sandboxes` on a real port: it lives, it remembers, it ends."""

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from sandboxes.settings import Settings, SettingsAreWrong
from tests.sandboxes.process import COMMAND, running


def test_mails_survive_a_restart(postgres_url: str) -> None:
    mail = {"From": "a@b.example", "To": "restart@d.example", "TextBody": "Hajime"}
    headers = {"X-Postmark-Server-Token": "sandbox"}
    with running(postgres_url) as (address, _):
        httpx2.post(f"{address}/postmark/email", json=mail, headers=headers).raise_for_status()
    with running(postgres_url) as (address, _):
        assert len(httpx2.get(f"{address}/_sandbox/inbox.json?to=restart@d.example").json()) == 1


def test_sigterm_lets_a_request_finish_and_ends_the_process(postgres_url: str) -> None:
    fault = {"vendor": "postmark", "kind": "slow", "delay": 0.5, "times": 1}
    headers = {"X-Postmark-Server-Token": "sandbox"}
    with running(postgres_url) as (address, process), ThreadPoolExecutor(1) as pool:
        httpx2.post(f"{address}/_sandbox/faults", json=fault).raise_for_status()
        answer = pool.submit(httpx2.get, f"{address}/postmark/server", headers=headers)
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert answer.result(timeout=5).status_code == 200
        assert process.wait(timeout=5) in {0, -signal.SIGTERM}


@pytest.mark.parametrize(
    ("environment", "code", "words"),
    [
        ({"PORT": "8100"}, 2, "DATABASE_URL must be set"),
        ({"DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}, 1, "PostgreSQL does not let us in"),
    ],
)
def test_a_wrong_environment_ends_in_one_line(
    environment: dict[str, str], code: int, words: str
) -> None:
    clean = {name: os.environ[name] for name in os.environ if name not in {"DATABASE_URL", "PORT"}}
    ended = subprocess.run(
        COMMAND, env=clean | environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (code, "")
    assert ended.stderr.startswith("sandboxes: ")
    assert words in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_the_sandboxes_listen_on_the_loopback_unless_told_otherwise() -> None:
    url = "postgresql://wwmaa@127.0.0.1/wwmaa"
    assert Settings.from_environment({"DATABASE_URL": url}) == Settings(url, "127.0.0.1", 8100)
    told = {"DATABASE_URL": url, "HOST": "0.0.0.0", "PORT": "8101"}  # noqa: S104
    assert Settings.from_environment(told) == Settings(url, "0.0.0.0", 8101)  # noqa: S104


@pytest.mark.parametrize("port", ["", "http", "-1", "65536", "8100 ", "٣"])
def test_all_that_is_wrong_is_named_at_once(port: str) -> None:
    with pytest.raises(SettingsAreWrong, match=r"DATABASE_URL.*PORT"):
        Settings.from_environment({"DATABASE_URL": "mysql://x", "PORT": port})
