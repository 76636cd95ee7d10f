"""The workflows of GitHub: sound by its own schema, safe, and true to the commands they run."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.commands import fault, in_script
from tests.architecture.house import ROOT

FOLDER = ROOT / ".github/workflows"
PATHS = sorted(FOLDER.glob("*.yml"))
BIN = Path(sys.executable).parent
PINNED = re.compile(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
"""Actions of GitHub's own, at one commit; everything else is a command that anybody can run."""
TRUSTED = "github.event.pull_request.head.repo.full_name == github.repository"

by_name = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def loaded(text: str) -> dict[Any, Any]:
    """A workflow; YAML takes its key `on` for true."""
    found: dict[Any, Any] = yaml.safe_load(text)
    return found


def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    """Every step of every job."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def risks(text: str) -> list[str]:
    """What would let a stranger in, or a secret out."""
    workflow = loaded(text)
    events, found = workflow[True], []
    if workflow.get("permissions") != {"contents": "read"}:
        found.append("it does not say that it may only read")
    if "pull_request_target" in events or "workflow_run" in events:
        found.append("it runs with secrets for whoever asks")
    for name, job in workflow["jobs"].items():
        told = yaml.safe_dump(job)
        if "secrets." in told and "pull_request" in events and TRUSTED not in job.get("if", ""):
            found.append(f"{name} has secrets where a fork may come in")
        if "secrets." in told and "environment" not in job:
            found.append(f"{name} has secrets without the environment that guards them")
        if "timeout-minutes" not in job:
            found.append(f"{name} may run for hours")
    for step in steps(workflow):
        if "${{" in step.get("run", ""):
            found.append(f"{step['run']!r} puts somebody's words into a shell")
        if re.search(
            r"(echo|printf|env$|printenv|set -x).*(TOKEN|SECRET|KEY)?", step.get("run", "")
        ):
            found.append(f"{step['run']!r} may show a secret")
    used = re.findall(r"uses: (.+)$", text, re.MULTILINE)
    return found + [f"{it} is not pinned" for it in used if not PINNED.fullmatch(it)]


@by_name
def test_a_workflow_lets_nobody_in_and_no_secret_out(path: Path) -> None:
    assert not risks(path.read_text())


@by_name
def test_a_workflow_runs_commands_that_are_there(path: Path) -> None:
    told = [step["run"] for step in steps(loaded(path.read_text())) if "run" in step]
    # A number stands for each value that is filled in, and nothing for an option that may be.
    scripts = [re.sub(r" \$[A-Z]+\b", "", re.sub(r'"\$[A-Z]+"', "1", script)) for script in told]
    assert not [it for script in scripts for line in in_script(script) if (it := fault(line))]


def test_what_is_written_beside_a_deployment_lies_outside_the_clone() -> None:
    for name in ("deploy", "preview"):
        for step in steps(loaded((FOLDER / f"{name}.yml").read_text())):
            written = re.findall(r"(?:>|--junit|--html) (\S+)", step.get("run", ""))
            assert all(it.startswith('"$RUNNER_TEMP/') for it in written), step["run"]


@pytest.mark.parametrize(
    ("before", "after", "risk"),
    [
        ("contents: read", "contents: write", "only read"),
        ("  pull_request:", "  pull_request_target:", "whoever asks"),
        (f"      && {TRUSTED}\n", "", "a fork may come in"),
        ("    environment: preview\n", "", "guards them"),
        ("    timeout-minutes: 15\n", "", "hours"),
        ('"$NUMBER" --json\n', '"${{ github.head_ref }}" --json\n', "into a shell"),
        ("run: make", "run: echo $RAILWAY_API_TOKEN; make", "show a secret"),
        ("@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "@v5", "not pinned"),
    ],
)
def test_a_risk_is_seen(before: str, after: str, risk: str) -> None:
    whole = (FOLDER / "preview.yml").read_text()
    assert before in whole
    assert risk in " ".join(risks(whole.replace(before, after)))


@pytest.mark.parametrize(
    "command",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, PATHS)],
        ["check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"],
        ["zizmor", "--offline", "--no-progress", ".github"],
    ],
    ids=["schema", "dependabot", "zizmor"],
)
def test_those_who_know_workflows_find_nothing(command: list[str]) -> None:
    argv = [str(BIN / command[0]), *command[1:]]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
