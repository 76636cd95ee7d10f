"""Every command that a page or a workflow tells is one that is there, with the words it takes."""

import re
from pathlib import Path

import pytest

from staging.cli import COMMANDS
from staging.verify import CHECKS
from tests.architecture.commands import fault, in_page, in_script, named_commands, pages
from tests.architecture.house import ROOT

LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_tells_commands_that_are_there(path: Path) -> None:
    assert not [it for line in in_page(path.read_text()) if (it := fault(line))]


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_leads_to_what_is_there(path: Path) -> None:
    led = [path.parent / target for target in LINK.findall(path.read_text())]
    assert not [str(target) for target in led if not target.exists()]


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_names_checks_that_are_made(path: Path) -> None:
    named = re.findall(r"--only (\w+)", path.read_text())
    assert set(named) <= {check.name for check in CHECKS} | {"NAME"}


def test_every_command_is_told_of_somewhere() -> None:
    told = {it for path in pages() for it in named_commands(in_page(path.read_text()))}
    assert COMMANDS.keys() - told == set()


@pytest.mark.parametrize(
    "line",
    [
        "staging verify --nope",
        "staging frobnicate",
        "staging fault postmark --kind",
        ".venv/bin/staging preview create --pull-request four",
        "staging clock wind",
        "make everything",
        "scripts/railway/none.sh",
        "RAILWAY_TOKEN=x staging verify --nope > report",
    ],
)
def test_a_command_that_can_not_be_run_is_seen(line: str) -> None:
    assert fault(line)
    assert [*in_page(f"Run:\n\n```sh\n{line}  # like this\n```\n")]


def test_commands_are_found_in_blocks_and_between_backticks() -> None:
    page = "`staging up` or\n```sh\ncd x && staging down \\\n  --yes | cat\n```\n`make test`"
    assert [*in_page(page)] == ["cd x", "staging down    --yes", "cat", "staging up", "make test"]
    assert [*in_script("staging up  # and then; staging down ends it")] == ["staging up"]
    assert [*in_script("a=$(staging status --json)")] == ["a=", "staging status --json"]
