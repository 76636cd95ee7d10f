"""What is sent to Railway: what git would keep, nothing that is ignored, the same each time."""

import os
import tarfile
from pathlib import Path

import pytest

from staging.railway.archive import LinkLeadsOutside, contents, packed

TREE = {
    ".gitignore": "*.log\n/build/\n.env.*\n!.env.*.example\n",
    ".railwayignore": "docs/\n!kept.log\n",
    ".git/config": "",
    ".env.staging": "JWT_SECRET=1",
    ".env.staging.example": "",
    ".hidden": "",
    "app.py": "",
    "build/out": "",
    "docs/page.md": "",
    "kept.log": "",
    "noise.log": "",
    "website/.gitignore": ".next/\n!loud.log\n",
    "website/.next/chunk": "",
    "website/build/page": "",
    "website/loud.log": "",
    "website/node_modules/left-pad/index.js": "",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_what_is_ignored_stays_here_and_hidden_files_do_not(tree: Path) -> None:
    assert sorted(map(str, contents(tree))) == [
        ".env.staging.example",
        ".gitignore",
        ".hidden",
        ".railwayignore",
        "app.py",
        "kept.log",
        "website/.gitignore",
        "website/build/page",
        "website/loud.log",
    ]


def test_the_same_files_make_the_same_archive(tree: Path) -> None:
    with packed(tree) as archive:
        first = archive.digest
        assert archive.files == 9
        assert archive.size == archive.path.stat().st_size
    os.utime(tree / "app.py", (1, 1))
    (tree / "noise.log").write_text("more")
    with packed(tree) as archive:
        assert archive.digest == first
    (tree / "app.py").write_text("changed")
    with packed(tree) as archive:
        assert archive.digest != first
    assert not archive.path.exists()


def test_an_entry_names_nobody_and_keeps_whether_it_runs(tree: Path) -> None:
    (tree / "app.py").chmod(0o750)
    with packed(tree) as archive, tarfile.open(archive.path) as told:
        entries = {entry.name: entry for entry in told}
    assert entries["./app.py"].mode == 0o755
    assert entries["./.hidden"].mode == 0o644
    assert {(it.uid, it.gid, it.uname, it.mtime) for it in entries.values()} == {(0, 0, "", 0)}


def test_links_are_followed_inside_the_project(tree: Path) -> None:
    (tree / "again.py").symlink_to("app.py")
    (tree / "site").symlink_to("website")
    assert {"again.py", "site/build/page"} <= {*map(str, contents(tree))}
    with packed(tree) as archive, tarfile.open(archive.path) as told:
        assert all(entry.isreg() for entry in told)


@pytest.mark.parametrize("target", ["..", "../elsewhere", "/etc/hostname", "."])
def test_a_link_that_leads_out_or_round_is_refused(tree: Path, target: str) -> None:
    (tree / "website" / "link").symlink_to(target)
    with pytest.raises(LinkLeadsOutside, match=r"website/link"):
        list(contents(tree))


def test_files_that_are_one_on_the_disk_are_both_sent(tree: Path) -> None:
    (tree / "app.py").write_text("once")
    (tree / "twin.py").hardlink_to(tree / "app.py")
    with packed(tree) as archive, tarfile.open(archive.path) as told:
        assert {told.getmember(f"./{name}").size for name in ("app.py", "twin.py")} == {4}
