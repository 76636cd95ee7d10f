"""What may be typed and what is said: help, wrong usage, refusals, and where nothing runs."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from staging.cli import COMMANDS, ROOT, main
from staging.processes import only_command
from tests.staging.places import Call, caller

BELOW = [
    *(["env", "check"], ["clock", "advance"], ["clock", "set"], ["clock", "reset"]),
    *(["preview", name] for name in ("create", "refresh", "list", "delete", "reap")),
]
"""The commands below a command."""
HEAVY = {"asyncpg", "backend", "httpx2", "psutil", "pydantic", "rich"}
"""What would make help wait."""


@pytest.fixture
def staging(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs `staging` on a data folder of its own, which is still empty."""
    return caller(tmp_path, capsys)


def test_help_lists_the_life_of_an_environment_in_order(staging: Call) -> None:
    said = staging("--help")
    assert said.code == 0
    listed = [line.split()[0] for line in said.out.rpartition("life:\n")[2].splitlines()]
    assert (
        listed
        == list(COMMANDS)
        == [
            "up",
            "status",
            "logs",
            "down",
            "env",
            "database",
            "seed",
            "backup",
            "restore",
            "clock",
            "fault",
            "jobs",
            "verify",
            "rehearse",
            "setup",
            "deploy",
            "rollback",
            "preview",
            "diff",
            "generate",
        ]
    )


@pytest.mark.parametrize("command", [[name] for name in COMMANDS] + BELOW)
def test_each_command_explains_itself_in_a_paragraph_with_an_example(
    staging: Call, command: list[str]
) -> None:
    said = staging(*command, "--help")
    assert said.code == 0
    paragraphs = said.out.split("\n\n")
    assert len(paragraphs[2]) > 100
    assert paragraphs[3].strip().startswith("Example")
    assert " ".join(["staging", *command]) in paragraphs[3]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_and_the_command_say_the_same_of_it(staging: Call, name: str) -> None:
    assert COMMANDS[name] in staging(name, "--help").out


def test_help_does_not_wait_for_what_commands_need() -> None:
    code = "import sys, staging.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert not HEAVY & {*loaded.stdout.split()}


def test_who_types_nothing_gets_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "life:\n  up " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["stauts"], "Did you mean 'status'?"),
        (["up", "--port", "1"], "--port-base"),
        (["up", "--port-base", "eighty"], "--port-base"),
        (["up", "--port-base", "80"], "--port-base"),
        (["seed", "--scale", "0"], "--scale"),
        (["env", "check"], "FILE"),
        (["env", "check", "nowhere"], "nowhere can not be read"),
        (["verify", "--only", "heath"], "there are dns, health"),
        (["clock", "advance"], "SPAN"),
        (["clock", "advance", "1d2"], "30d or 1d12h"),
        (["clock", "advance", "-3d"], "No such option"),
        (["clock", "advance", "999999999w"], "longer than any calendar"),
        (["clock", "set", "soon"], "2027-03-01T09:00Z"),
        (["clock", "set", "2027-03-01T09:00"], "2027-03-01T09:00Z is in UTC"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_ends_with_2_and_a_hint(staging: Call, words: list[str], hint: str) -> None:
    said = staging(*words)
    assert said.code == 2
    assert hint.lower() in said.err.lower()
    assert not said.out


@pytest.mark.parametrize(
    "command", ["status", "seed", "database", "clock", "fault", "verify", "logs", "env"]
)
def test_where_nothing_runs_a_command_says_so_and_what_to_do(staging: Call, command: str) -> None:
    said = staging(command)
    assert said.code == 1
    assert "`staging up`" in said.err
    assert not said.out


def test_ending_what_does_not_run_is_fine(staging: Call, tmp_path: Path) -> None:
    assert staging("down").code == 0
    nowhere = tmp_path / "nowhere"
    assert staging("--folder", nowhere, "down").code == 0
    assert not nowhere.exists()


def test_data_is_not_thrown_away_while_nobody_can_be_asked(staging: Call, tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{}")
    said = staging("down", "--purge")
    assert said.code == 3
    assert "--yes" in said.err
    assert (tmp_path / "secrets.json").exists()


def test_a_folder_that_is_no_environments_is_never_purged(staging: Call, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    said = staging("down", "--purge", "--yes")
    assert said.code == 3
    assert (tmp_path / "logs").exists()


def test_a_purge_takes_what_is_the_environments_and_nothing_else(
    staging: Call, tmp_path: Path
) -> None:
    (tmp_path / "secrets.json").write_text("{}")
    (tmp_path / "postgres" / "base").mkdir(parents=True)
    (tmp_path / "thesis.txt").write_text("mine")
    said = staging("down", "--purge", "--yes")
    assert said.code == 0
    assert "thesis.txt" in said.out
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_of_two_commands_that_change_it_the_second_is_refused(
    staging: Call, tmp_path: Path
) -> None:
    with only_command(tmp_path, "staging up"):
        for command in ("up", "down"):
            said = staging(command)
            assert said.code == 3
            assert f"`staging up` (pid {os.getpid()})" in said.err


def test_a_folder_that_is_a_file_is_refused_with_a_reason(staging: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = staging("--folder", tmp_path / "file", "up")
    assert said.code == 3
    assert "there is a file of that name" in said.err


def test_the_database_without_its_password_is_not_touched(staging: Call, tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    said = staging("up")
    assert said.code == 3
    assert "secrets.json is gone" in said.err


def test_what_nobody_foresaw_is_a_sentence(staging: Call, tmp_path: Path) -> None:
    (tmp_path / "choices.json").write_text('{"unforeseen": 1}')
    said = staging("env")
    assert said.code == 1
    assert "unforeseen" in said.err
    assert "--debug" in said.err
    assert "Traceback" not in said.err


def test_debug_gives_the_traceback_wherever_it_is_typed(tmp_path: Path) -> None:
    (tmp_path / "choices.json").write_text('{"unforeseen": 1}')
    for words in (["--debug", "env"], ["env", "--debug"]):
        with pytest.raises(TypeError, match="unforeseen"):
            main(["--folder", str(tmp_path), *words])


@pytest.fixture
def said_before(tmp_path: Path) -> Path:
    """Logs of two services."""
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "backend.log").write_text("".join(f"line {n}\n" for n in range(100)))
    (logs / "redis.log").write_text("ready\n")
    return logs


def test_logs_of_one_service_are_shown_as_they_are(staging: Call, said_before: Path) -> None:
    assert staging("logs", "backend", "--lines", 2).out == "line 98\nline 99\n"


def test_logs_of_several_services_are_named(staging: Call, said_before: Path) -> None:
    assert staging("logs", "-n", 1).out == "backend  line 99\nredis    ready\n"


def test_logs_of_a_service_that_is_not_there_are_wrong_usage(
    staging: Call, said_before: Path
) -> None:
    said = staging("logs", "bakend")
    assert said.code == 2
    assert "there are backend, redis" in said.err


def test_a_good_file_of_variables_passes_and_a_bad_one_is_named(
    staging: Call, tmp_path: Path
) -> None:
    example = (ROOT / ".env.staging.example").read_text()
    file = tmp_path / ".env.staging"
    file.write_text(example)
    said = staging("env", "check", file)
    assert said.code == 1
    assert "JWT_SECRET is malformed: it still holds a placeholder" in said.err
    file.write_text("\n".join(_filled(line) for line in example.splitlines()))
    assert staging("env", "check", file).code == 0
    report = json.loads(staging("env", "check", file, "--json").out)
    assert report == {"ok": True, "problems": []}


def _filled(line: str) -> str:
    name, _, value = line.partition("=")
    return f"{name}={'x1' * 32}" if value.startswith("<") and not name.startswith("#") else line


def test_colour_is_for_terminals_that_want_it(tmp_path: Path) -> None:
    staging = [sys.executable, "-c", "from staging.cli import main; main()"]
    status = [*staging, "--folder", str(tmp_path), "status"]
    assert "\x1b[" in _on_a_terminal(status, {"TERM": "xterm"})
    assert "\x1b[3" not in _on_a_terminal(status, {"TERM": "xterm", "NO_COLOR": "1"})
    piped = subprocess.run(status, check=False, capture_output=True, text=True)
    assert "\x1b" not in piped.stdout + piped.stderr


def _on_a_terminal(command: list[str], environ: dict[str, str]) -> str:
    """What a command writes when a terminal is there to read it."""
    ours, theirs = pty.openpty()
    subprocess.run(command, check=False, env=environ, stdout=theirs, stderr=theirs, stdin=theirs)
    os.close(theirs)
    told = os.read(ours, 100_000).decode()
    os.close(ours)
    return told
