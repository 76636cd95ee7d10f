"""What the image is made of, read off its two files; `make image` builds it in earnest."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from docker.utils import exclude_paths

from staging.environment import STAGING
from tests.architecture.house import ROOT, Tree, kept

INSTRUCTION = re.compile(r"^([A-Z]+) (.+)$")
DOCKERFILE = ROOT / "Dockerfile"
SEEDS = ROOT / "staging/seeds/Dockerfile"
PYTHONS = {"backend": DOCKERFILE, "seeds": SEEDS}
"""The images that Python runs in, by their services."""
PYTHON = (ROOT / ".python-version").read_text().strip()

OUTSIDE = {
    ".env.staging": "secrets",
    ".env": "secrets",
    ".github/workflows/ci.yml": "what others run",
    ".staging/secrets.json": "secrets",
    ".venv/bin/python": "packages of this machine",
    "backend/__pycache__/app.cpython-311.pyc": "bytecode of another Python",
    "backend/features/events/__pycache__/routes.cpython-313.pyc": "bytecode of another Python",
    "docs/runbook.md": "words",
    "frontend/package.json": "another image",
    "sandboxes/app.py": "the outside world",
    "staging/cli.py": "the hands",
    "tests/conftest.py": "what proves it",
    "whatever-comes-next.txt": "what nobody has named",
}
"""Files that may lie in a work tree, and what it would be that got into the image."""


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """What a Dockerfile says, one instruction each, without comments and broken lines."""
    lines = "\n".join(x for x in dockerfile.splitlines() if not x.lstrip().startswith("#"))
    found = map(INSTRUCTION.match, re.sub(r"\\\n\s*", " ", lines).splitlines())
    return [(each[1], each[2].strip()) for each in found if each]


def faults(dockerfile: str) -> list[str]:
    """What Railway refuses or misreads in a Dockerfile, and what makes it less safe."""
    said = instructions(dockerfile)
    told = dict(said)
    found = [f"{name} is not supported on Railway" for name, _ in said if name == "VOLUME"]
    for name, value in said:
        if name == "FROM" and not re.match(r"\S+:\d[\w.]*-", value) and " AS " in value:
            found.append(f"FROM {value} has no version")
        if name == "RUN" and "--mount=type=cache" in value and "id=s/" not in value:
            found.append("a cache without the id that Railway asks for")
        if (
            name == "RUN"
            and re.search(r"\bpip\b.* install ", value)
            and "--require-hashes" not in value
        ):
            found.append("packages without hashes")
        if name in ("CMD", "ENTRYPOINT") and not _is_exec(value):
            found.append(f"{name} needs a shell, which would keep SIGTERM for itself")
        if name in ("CMD", "ENTRYPOINT") and "$" in value:
            found.append(f"{name} has a variable that nobody expands")
    if told.get("USER", "0").split(":")[0] in ("0", "root"):
        found.append("it runs as root")
    if "HEALTHCHECK" not in told:
        found.append("it has no health check")
    return found


def _is_exec(value: str) -> bool:
    return value.startswith("[") and isinstance(json.loads(value), list)


def context(root: Path, ignores: Path = ROOT / ".dockerignore") -> set[str]:
    """The files below a root that a build is given, by the rules of Docker's own client."""
    patterns = ignores.read_text().splitlines()
    given = exclude_paths(str(root), [x for x in patterns if x and not x.startswith("#")])
    # The client hands the Dockerfile over in any case; nothing can copy it from there.
    return {path for path in given if (root / path).is_file()} - {DOCKERFILE.name}


@pytest.mark.parametrize("dockerfile", PYTHONS.values(), ids=PYTHONS.keys())
def test_the_dockerfile_has_no_faults(dockerfile: Path) -> None:
    assert not faults(dockerfile.read_text())


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('CMD ["python", "-m", "backend"]', "CMD python -m backend", "needs a shell"),
        ('CMD ["python", "-m", "backend"]', 'CMD ["python", "$PORT"]', "nobody expands"),
        ("USER 10001:10001", "USER root", "root"),
        ("STOPSIGNAL SIGTERM", "VOLUME /data", "VOLUME"),
        (f"FROM python:{PYTHON}-slim-trixie AS", "FROM python:latest AS", "no version"),
        (" --require-hashes", "", "hashes"),
        ("RUN python", "RUN --mount=type=cache,target=/cache python", "cache"),
        ("HEALTHCHECK", "LABEL", "health check"),
    ],
)
def test_a_fault_is_seen(before: str, after: str, fault: str) -> None:
    whole = DOCKERFILE.read_text()
    assert before in whole
    assert fault in " ".join(faults(whole.replace(before, after)))


def test_one_version_of_python_is_named_and_it_is_one_that_we_support() -> None:
    texts = (dockerfile.read_text() for dockerfile in PYTHONS.values())
    bases = [value for text in texts for name, value in instructions(text) if name == "FROM"]
    assert {base.split()[0] for base in bases} == {f"python:{PYTHON}-slim-trixie"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    least = project["requires-python"].removeprefix(">=")
    assert [*map(int, PYTHON.split("."))] >= [*map(int, least.split("."))]


@pytest.mark.parametrize("name", PYTHONS)
def test_it_starts_what_the_definition_starts(name: str) -> None:
    service = STAGING.service(name)
    told = dict(instructions(PYTHONS[name].read_text()))
    assert tuple(json.loads(told["CMD"])) == (service.pre_deploy if service.once else service.start)
    assert service.build is not None
    assert ROOT / service.build.dockerfile == PYTHONS[name]


@pytest.mark.parametrize("name", PYTHONS)
def test_a_push_that_changes_the_image_builds_it(name: str) -> None:
    service, dockerfile = STAGING.service(name), PYTHONS[name]
    assert service.build is not None
    said = instructions(dockerfile.read_text())
    copied = [value.split()[:-1] for name, value in said if name == "COPY"]
    own = {word for words in copied if not words[0].startswith("--from") for word in words}
    ignores = dockerfile.with_name("Dockerfile.dockerignore")
    own.add(str((ignores if ignores.exists() else ROOT / ".dockerignore").relative_to(ROOT)))
    watch = [pattern.lstrip("/").removesuffix("/**") for pattern in service.build.watch]
    for path in {*own, str(dockerfile.relative_to(ROOT))}:
        assert any(path == it or path.startswith(f"{it}/") for it in watch), path


def test_the_seeds_image_is_built_from_the_backend_and_the_seeds_and_nothing_else(
    tree: Tree,
) -> None:
    alone = {"staging/__init__.py", "staging/seed.py"}
    inside = {str(p) for p in kept(ROOT) if p.parts[:2] == ("staging", "seeds")} | alone
    inside |= {str(path) for path in kept(ROOT) if path.parts[0] == "backend"}
    beside = {str(p.relative_to(ROOT)) for p in SEEDS.parent.glob("Dockerfile*")}
    root = tree(dict.fromkeys([*inside, *OUTSIDE], "x"))
    assert context(root, SEEDS.with_name("Dockerfile.dockerignore")) == inside - beside


def test_the_image_is_built_from_the_backend_and_nothing_else(tree: Tree) -> None:
    inside = {str(path) for path in kept(ROOT) if path.parts[0] == "backend"}
    root = tree(dict.fromkeys([*inside, *OUTSIDE], "x"))
    assert (root / ".git/config").exists()
    assert context(root) == inside
