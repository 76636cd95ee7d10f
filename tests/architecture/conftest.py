"""Small trees with a sin in them, so that each guard is seen to bark."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.architecture.house import Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Makes a git work tree of the given files; each call makes another."""

    def make(files: Mapping[str, str]) -> Path:
        root = tmp_path / str(len(list(tmp_path.iterdir())))
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        command = ["git", "init", "--quiet", "--template=", str(root)]
        subprocess.run(command, check=True)
        return root

    return make
