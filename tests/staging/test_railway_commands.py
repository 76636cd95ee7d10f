"""`staging setup` and `staging diff` as typed: exit codes, what is shown, and what never is."""

import json
import os
import pty
import re
import select
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from sandboxes.railway import railway
from staging.cli import ROOT
from staging.environment import STAGING
from tests.sandboxes.served import served
from tests.staging.places import Call, caller
from tests.staging.railways import Obliging

FILE = "POSTMARK_API_KEY=the-key-of-a-test\nSTRIPE_SECRET_KEY=sk_test_of_it\nPYTHON_ENV=staging\n"


@pytest.fixture(scope="module")
def address(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a Railway stands that says yes to everything."""
    with served(postgres_url, railway(Obliging(), tmp_path_factory.mktemp("uploads"))) as url:
        yield url


@pytest.fixture
def staging(
    address: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Call:
    """Runs `staging` as somebody who has an account's token, where nothing is yet."""
    for name in ("RAILWAY_TOKEN", "POSTMARK_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    httpx2.post(f"{address}/_sandbox/reset", trust_env=False).raise_for_status()
    order = {"kind": "account"}
    told = httpx2.post(f"{address}/_sandbox/railway/tokens", json=order, trust_env=False).json()
    monkeypatch.setenv("RAILWAY_API_URL", f"{address}/railway/graphql/v2")
    monkeypatch.setenv("RAILWAY_API_TOKEN", told["token"])
    return caller(tmp_path / "data", capsys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What the vendors gave."""
    path = tmp_path / "given.env"
    path.write_text(FILE)
    return path


def test_a_plan_is_shown_and_nothing_is_made(staging: Call) -> None:
    said = staging("setup", "--plan")
    assert said.code == 0
    assert re.match(r"wwmaa-staging, staging: (\d+) of \1 parts to do\.", said.out)
    assert "Not complete without: POSTMARK_API_KEY." in said.out
    told = json.loads(staging("setup", "--plan", "--json").out)
    assert {each["standing"] for each in told["plan"]} == {"create", "change"}
    assert not told["done"]


def test_a_program_sets_it_up_and_then_there_is_nothing_to_do(
    staging: Call, file: Path, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    said = staging("setup", "--yes", "--variables", file, "--token-file", token)
    assert said.code == 0, said.err
    assert "✓ postgres start" in said.out
    assert "Not taken from" in said.out
    assert "PYTHON_ENV" in said.out
    assert "backend  https://backend-staging.up.railway.app" in said.out
    assert "Put this into the DNS of api-staging.wwmaa.com" in said.out
    assert "\n       TXT    _railway-verify.api-staging.wwmaa.com  railway-verify=" in said.out
    assert said.out.count("TXT") == 2
    assert token.stat().st_mode & 0o777 == 0o600
    for secret in ("the-key-of-a-test", "sk_test_of_it", token.read_text().strip()):
        assert secret not in said.out + said.err
    link = json.loads((tmp_path / "data" / "railway.json").read_text())
    assert link["services"].keys() >= {"postgres", "redis", "backend"}
    again = staging("setup", "--yes", "--json")
    told = json.loads(again.out)
    assert {each["standing"] for each in told["plan"]} == {"exists"}
    assert told["project"]["id"] == link["project_id"]
    assert told["missing"]["needed"] == []
    assert "nothing" not in again.err


def test_an_environment_that_lacks_something_ends_with_1(staging: Call) -> None:
    said = staging("setup", "--yes")
    assert said.code == 1
    assert "Still missing: POSTMARK_API_KEY" in said.out


def test_what_is_in_the_environment_of_the_process_is_used(
    staging: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTMARK_API_KEY", "the-key-of-a-test")
    assert staging("setup", "--yes").code == 0


def test_a_person_is_asked_and_a_live_key_that_is_typed_goes_nowhere(
    staging: Call, tmp_path: Path
) -> None:
    live = f"sk_{'live'}_typed"
    code, shown = typed(tmp_path / "data", [live, "the-key-of-a-test", "y"])
    assert code == 0, shown
    assert shown.count("POSTMARK_API_KEY is refused") == 1
    assert live not in shown
    assert "the-key-of-a-test" not in shown
    told = json.loads(staging("setup", "--plan", "--json").out)
    assert {each["standing"] for each in told["plan"]} == {"exists"}
    assert not told["missing"]["needed"]


def typed(folder: Path, answers: list[str]) -> tuple[int, str]:
    """How `staging setup` ends on a terminal, when somebody answers so; and all it showed."""
    words = [sys.executable, "-c", "from staging.cli import main; main()", "--folder", str(folder)]
    pid, terminal = pty.fork()
    if not pid:
        os.execv(sys.executable, [*words, "setup"])  # noqa: S606
    shown, quiet = b"", 0
    while True:
        # Whoever asks for a secret throws away what was typed before: so wait until it is quiet.
        if select.select([terminal], [], [], 0.3)[0]:
            quiet = 0
            try:
                shown += os.read(terminal, 65_536)
            except OSError:  # The program has ended.
                break
        elif asked := shown.count(b"for later):") + shown.count(b"[y/N]"):
            quiet += 1
            if quiet % 20 == 1:
                os.write(terminal, f"{answers[asked - 1]}\n".encode())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("setup",), "--yes"),
        (("setup", "--yes", "--project", "production"), "never set up"),
        (("setup", "--yes", "--workspace", "Judo Club"), "WWMAA"),
        (("setup", "--yes", "--anew", "STRIPE_SECRET_KEY"), "JWT_SECRET"),
    ],
)
def test_what_is_refused_ends_with_3(staging: Call, words: tuple[str, ...], hint: str) -> None:
    said = staging(*words)
    assert said.code == 3
    assert hint in said.err


def test_without_a_token_it_says_where_to_get_one(
    staging: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAILWAY_API_TOKEN", "")
    said = staging("setup", "--yes")
    assert said.code == 3
    assert "railway.com/account/tokens" in said.err


def test_values_that_can_not_be_used_are_named_before_anything_is_asked(
    staging: Call, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.env"
    file.write_text(f"STRIPE_SECRET_KEY=sk_{'live'}_1\nSENTRY_DSN=<dsn>\n")
    said = staging("setup", "--yes", "--variables", file)
    assert said.code == 3
    assert "STRIPE_SECRET_KEY is refused" in said.err
    assert "SENTRY_DSN is malformed" in said.err
    assert staging("setup", "--yes", "--variables", tmp_path / "nowhere").code == 2


def test_a_token_is_not_written_over_a_file(staging: Call, file: Path) -> None:
    said = staging("setup", "--yes", "--token-file", file)
    assert said.code == 3
    assert file.read_text() == FILE


def test_differences_end_with_2_and_what_is_the_same_with_0(
    staging: Call, address: str, file: Path
) -> None:
    said = staging("diff", "--only", "railway")
    assert said.code == 2
    assert "→ staging setup" in said.out
    assert staging("setup", "--yes", "--variables", file).code == 0
    waits = json.loads(staging("diff", "--json").out)
    compared = {each["side"]: each for each in waits["compared"]}
    assert {each["kind"] for each in compared["railway"]["differences"]} == {"host"}
    assert compared["here"]["skipped"] == "nothing was raised here yet"
    for host in STAGING.domains.values():
        verified = f"{address}/_sandbox/railway/domains/{host}/verify"
        httpx2.post(verified, trust_env=False).raise_for_status()
    said = staging("diff", "--only", "railway")
    assert said.code == 0
    assert "wwmaa-staging on Railway is as the definition says." in said.out


def limit(address: str, seconds: int) -> None:
    """Let Railway refuse the next question, and name the seconds until it answers again."""
    order = {"vendor": "railway", "kind": "status", "status": 429, "times": 1}
    told = httpx2.post(
        f"{address}/_sandbox/faults", json=order | {"retry_after": seconds}, trust_env=False
    )
    told.raise_for_status()


def test_a_pause_that_railway_asks_for_is_told_or_left_to_people(
    staging: Call, address: str, file: Path
) -> None:
    assert staging("setup", "--yes", "--variables", file).code == 0
    for command in ("deploy", "verify --target railway", "status --target railway", "preview list"):
        limit(address, 1800)
        said = staging(*command.split())
        assert (said.code, "it answers again at" in said.err) == (1, True), said
        assert "Run the same command again" in said.err
    limit(address, 1)
    said = staging("status", "--target", "railway")
    assert "… waiting 1 s: Railway has been asked too often" in said.out
    assert "postgres  SUCCESS" in said.out


def test_a_file_is_compared_and_no_value_of_it_is_shown(staging: Call, file: Path) -> None:
    assert staging("setup", "--yes", "--variables", file).code == 0
    file.write_text("POSTMARK_API_KEY=hush-hush-hush\nWEB_CONCURRENCY=7\n")
    said = staging("diff", file, "--only", "file")
    assert said.code == 2
    assert "found  another one, 14 characters" in said.out
    assert "→ staging setup --variables given.env" in said.out
    assert "hush" not in said.out


def test_what_can_not_be_compared_is_said(
    staging: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RAILWAY_API_TOKEN", "")
    said = staging("diff")
    assert said.code == 1
    assert "nothing was raised here yet" in said.err
    assert staging("diff", "--only", "railway").code == 3
    assert staging("diff", "--only", "nowhere").code == 2
    assert staging("diff", tmp_path / "nowhere").code == 2


def test_the_door_with_the_seeds_name_only_opens() -> None:
    door = ROOT / "scripts" / "railway" / "setup-staging.sh"
    assert os.access(door, os.X_OK)
    assert door.read_text().count("\n") == 3
    assert 'staging" setup "$@"' in door.read_text()
