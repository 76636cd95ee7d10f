"""The README says only what is true: its commands exist, and so does what it leads to."""

import re
import shlex

import pytest

from staging.cli import COMMANDS, ROOT, main
from staging.local import ports_from

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))
SPANS = "\n".join(re.findall(r"`([^`\n]+)`", README))


def typed(program: str) -> list[list[str]]:
    """What the README types after a program's name, in blocks and in running text."""
    lines = re.findall(rf"^ *{program} ([a-z][^|#\n]*)", f"{SHELL}\n{SPANS}", re.MULTILINE)
    return [shlex.split(line.replace(")", "")) for line in lines]


@pytest.mark.parametrize("words", typed("make"), ids=" ".join)
def test_a_target_that_it_names_can_be_made(words: list[str]) -> None:
    assert re.search(rf"^{words[0]}: .*##", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("words", typed("staging"), ids=" ".join)
def test_a_command_that_it_names_takes_what_is_typed(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    named = words[:2] if words[0] in ("env", "clock") else words[:1]
    with pytest.raises(SystemExit) as ended:
        main([*named, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert all(word in told for word in words if word.startswith("-"))


def test_it_goes_through_all_commands_in_their_order() -> None:
    listed = re.findall(r"^\| `staging (\w+)", README, re.MULTILINE)
    assert listed == list(COMMANDS)


def test_it_names_the_port_of_each_service() -> None:
    table = dict(re.findall(r"^\| (\w+) \| (\d+) \|", README, re.MULTILINE))
    told = {"frontend" if name == "website" else name: int(port) for name, port in table.items()}
    assert told == ports_from(None)


def test_whatever_it_links_to_stands_there() -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#([^)]+))?\)", README)
    assert links
    for path, section in links:
        assert (ROOT / path).exists(), path
        headings = (
            re.findall(r"^#+ (.+)$", (ROOT / path).read_text(), re.MULTILINE) if section else [""]
        )
        assert section in [heading.lower().replace(" ", "-") for heading in headings], section


def test_ci_runs_its_test_command_and_the_checks() -> None:
    said = (ROOT / ".ci" / "run").read_text()
    assert said.rstrip().endswith("exec make test check")
    assert {"make test", "make check"} <= {
        line.partition("#")[0].strip() for line in SHELL.splitlines()
    }
