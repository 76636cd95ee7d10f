"""The commands for Railway at the terminal: what they refuse, how they end, what they say."""

import subprocess
from pathlib import Path

import pytest

from staging.local import ROOT
from tests.staging.places import Call, caller

COMMANDS = [
    ["deploy"],
    ["rollback"],
    ["verify", "--target", "railway"],
    ["status", "--target", "railway"],
    ["logs", "--target", "railway"],
    ["preview", "list"],
]


@pytest.fixture
def staging(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Call:
    """Runs `staging` in an environment that knows nothing of Railway."""
    for name in ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN", "RAILWAY_API_URL", "STAGING_CONNECT_TO"):
        monkeypatch.delenv(name, raising=False)
    return caller(tmp_path, capsys)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_a_token_it_is_refused_and_said_where_one_comes_from(
    staging: Call, command: list[str]
) -> None:
    said = staging(*command)
    assert (said.code, said.out) == (3, "")
    assert "is not set" in said.err
    assert "railway.com/account/tokens" in said.err or "in the project's settings" in said.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_malformed_token_is_refused_and_not_shown(
    staging: Call, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAILWAY_API_TOKEN", "secret word")
    said = staging(*command)
    assert said.code == 3
    assert "RAILWAY_API_TOKEN holds no token" in said.err
    assert "secret" not in said.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_where_nothing_is_set_up_it_is_refused(
    staging: Call, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAILWAY_API_TOKEN", "a-good-token")
    said = staging(*command)
    assert said.code == 3
    assert "linked to no environment on Railway" in said.err
    assert "`staging setup`" in said.err


def test_a_project_token_makes_no_preview(staging: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAILWAY_TOKEN", "a-good-token")
    said = staging("preview", "create", "--pull-request", "42")
    assert said.code == 3
    assert "a project token belongs to one environment" in said.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["deploy", "--connect-to", "nowhere"], "is no detour"),
        (["verify", "--target", "moon"], "'local'"),
        (["preview", "create", "--branch", "x", "--pull-request", "1"], "a branch or a pull"),
        (["preview", "delete", "--branch", "staging"], "staging is no preview"),
        (["preview", "reap", "--older-than", "soon"], "30d or 1d12h"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_asked(
    staging: Call, words: list[str], hint: str
) -> None:
    said = staging(*words)
    assert said.code in (2, 3)
    assert hint in said.err


@pytest.mark.parametrize("door", ["setup", "deploy", "verify"])
def test_the_doors_lead_to_the_commands(door: str) -> None:
    script = ROOT / f"scripts/railway/{door}-staging.sh"
    said = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    assert f"staging {door}" in said.stdout
