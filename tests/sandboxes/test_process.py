"""`python -m sandboxes` on a real port, and the clients that Postmark's customers use."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import httpx2
import postmark
import pytest
from postmark.exceptions import InactiveRecipientException, InvalidAPIKeyException
from postmark.models.outbound import Email

from sandboxes.settings import Settings, SettingsAreWrong

COMMAND = (sys.executable, "-m", "sandboxes")


@contextmanager
def running(database_url: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address and the process of sandboxes that answer."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"DATABASE_URL": database_url, "PORT": str(port)}
    process = subprocess.Popen(COMMAND, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_sandbox/health", process)
        yield address, process
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 15
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx2.get(address).status_code == 200:
                return
        except httpx2.ConnectError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answers at {address}")


@pytest.fixture(scope="module")
def address(postgres_url: str) -> Iterator[str]:
    with running(postgres_url) as (address, _):
        httpx2.post(f"{address}/_sandbox/reset").raise_for_status()
        yield address


async def test_postmarks_own_library_sends_finds_and_hears_refusals(address: str) -> None:
    base = f"{address}/postmark"
    mail = Email(sender="WWMAA <a@example.com>", to="Zoë <zoe@example.com>", text_body="Hajime")
    to = "hardbounce@" + "bounce-testing.postmarkapp.com"
    bouncing = Email(sender="a@example.com", to=to, text_body="Hajime")
    async with postmark.ServerClient("sandbox", retries=0, base_url=base) as client:
        sent = await client.outbound.send(mail)
        assert sent.success
        batch = await client.outbound.send_batch([mail, mail])
        assert [each.message for each in batch] == ["OK", "OK"]
        details = await client.outbound.get(sent.message_id)
        assert (details.to[0].name, details.text_body) == ("Zoë", "Hajime")
        server = await client.server.get()
        assert server.delivery_type == "Sandbox"
        await client.outbound.send(bouncing)
        with pytest.raises(InactiveRecipientException) as refusal:
            await client.outbound.send(bouncing)
        assert refusal.value.inactive_recipients == [bouncing.to]
    live = "0b1c2d3e-4f50-4162-8394-a5b6c7d8e9f0"
    async with postmark.ServerClient(live, retries=0, base_url=base) as client:
        with pytest.raises(InvalidAPIKeyException):
            await client.server.get()


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
