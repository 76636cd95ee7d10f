"""Words that say nothing and ways round the rules, refused wherever they stand."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.architecture.house import OURS, ROOT, Rule, Source, Tree, findings, hold, kept, last_name

SAYS_NOTHING = re.compile(r"(Service|Manager|Handler|Helper|Util|Base|Impl)s?")
NAMED_BY_OTHERS = {
    "sandboxes/railway/services.py": {"services"},
    "staging/definition.py": {"Service"},
}
"""Words of somebody else's that must stay: Railway calls a deployable a service."""

SPEAKERS = {
    "staging/output.py",
    "backend/__main__.py",
    "backend/prepare.py",
    "backend/worker/__main__.py",
}
"""The one module by which the tool speaks, and the product's entries before logs stand."""

READERS = {
    "backend/__main__.py": "starts the backend",
    "backend/app.py": "is what an ASGI server is given",
    "backend/observability.py": "Prometheus' client is told by the environment where workers meet",
    "backend/prepare.py": "runs before a deployment",
    "backend/worker/__main__.py": "starts the worker",
    "sandboxes/__main__.py": "starts the sandboxes",
    "staging/__main__.py": "starts the tool",
    "staging/cli.py": "starts the tool",
    "staging/guard/sitecustomize.py": "is told by the environment alone where it stands",
    "staging/website.py": "hands npm the machine's own ways to its packages",
    "staging/seeds/__main__.py": "runs inside of an environment on Railway",
    "staging/processes/children.py": "hands a child PATH, HOME, LANG and TMPDIR, and nothing else",
}
"""Modules that may read the environment, and why; all others are handed what they need."""

LATER = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")
WRITTEN = {".md", ".py", ".sh", ".toml", ".ts", ".tsx", ".yml"}


def empty_words(source: Source) -> Iterator[tuple[int, str]]:
    """Modules and classes whose last word says nothing."""
    allowed = NAMED_BY_OTHERS.get(str(source.path), set())
    named = [(1, source.path.stem, source.path.stem.title())]
    named += [(node.lineno, node.name, node.name) for node in source.walk(ast.ClassDef)]
    for line, name, words in named:
        last = "".join(re.findall(r"[A-Z][a-z0-9]*", words)[-1:])
        if SAYS_NOTHING.fullmatch(last) and name not in allowed:
            yield line, f"{name} ends in a word that says nothing"


def mocks(source: Source) -> Iterator[tuple[int, str]]:
    """Mocks, and patches of our own code: a seam is a base URL or an argument."""
    for found in source.imported():
        if {"mock", "pytest_mock"} & {*found.name.split(".")}:
            yield found.line, f"imports {found.name}"
    ours = "|".join({*OURS, *(found.bound for found in source.imported() if found.is_ours)})
    patches = ("setattr", "delattr", "setitem", "delitem")
    for call in (call for call in source.walk(ast.Call) if last_name(call.func) in patches):
        if re.match(rf"monkeypatch\.\w+\('?({ours})\b", ast.unparse(call)):
            yield call.lineno, "patches our own code"


def bare_ignores(source: Source) -> Iterator[tuple[int, str]]:
    """Ignored types that are not named."""
    bare = re.compile(r"type:\s*ignore(?!\[)")
    for line, comment in source.comments.items() if bare.search(source.text) else ():
        if bare.search(comment):
            yield line, "ignores every type error; name the one"


def wide_nets(source: Source) -> Iterator[tuple[int, str]]:
    """Clauses that catch everything and do not say why."""
    for caught in source.walk(ast.ExceptHandler):
        near = (source.comments.get(caught.lineno + step, "") for step in (-1, 0, 1))
        reason = re.sub(r"#|noqa(: ?\w+)?|type: ignore\S*", "", " ".join(near)).split()
        kind = ast.unparse(caught.type) if caught.type else "BaseException"
        if kind in ("Exception", "BaseException") and len(reason) < 3:
            yield caught.lineno, "catches everything; catch less, or say why in a comment"


def prints(source: Source) -> Iterator[tuple[int, str]]:
    """Speaking past `staging/output.py`."""
    for call in source.walk(ast.Call):
        speaks = last_name(call.func) in ("print", "echo", "secho", "Console")
        if speaks and str(source.path) not in SPEAKERS:
            yield call.lineno, "speaks for itself; staging/output.py speaks for all"


def looks_into_the_environment(source: Source) -> Iterator[tuple[int, str]]:
    """Every look into the environment, allowed or not."""
    looks = ("os.environ", "os.environb", "os.getenv")
    lines = [found.line for found in source.imported() if found.name in looks]
    attributes = (node for node in source.walk(ast.Attribute) if f"os.{node.attr}" in looks)
    lines += [node.lineno for node in attributes if ast.unparse(node) in looks]
    for line in lines:
        yield line, "reads the environment; let the entry hand it over"


def environment_reads(source: Source) -> Iterator[tuple[int, str]]:
    """Looking into the environment anywhere but where a process starts."""
    return looks_into_the_environment(source) if str(source.path) not in READERS else iter(())


def sandboxes_known(source: Source) -> Iterator[tuple[int, str]]:
    """The word in the product, but where a base URL is documented."""
    explained = {line for text in base_urls_explained(source) for line in span(text)}
    for line, text in enumerate(source.text.splitlines(), 1):
        if "sandbox" in text.lower() and line not in explained:
            yield line, "knows of sandboxes; the product does not know whom it talks to"


def base_urls_explained(source: Source) -> Iterator[ast.stmt]:
    """Docstrings that speak of a base URL, or stand below a field of that name."""
    for node in ast.walk(source.tree):
        body = getattr(node, "body", [])
        for above, text in pairwise([None, *body] if isinstance(body, list) else []):
            if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
                field = ast.unparse(above) if isinstance(above, ast.AnnAssign) else ""
                if re.search(r"base.url", field + str(text.value.value), re.IGNORECASE):
                    yield text


def span(node: ast.stmt) -> range:
    """The lines that a statement takes."""
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


EVERYWHERE: tuple[str, ...] = ()
RULES: dict[Rule, tuple[str, ...]] = {
    empty_words: EVERYWHERE,
    mocks: EVERYWHERE,
    bare_ignores: EVERYWHERE,
    wide_nets: EVERYWHERE,
    prints: (*OURS, "scripts"),
    environment_reads: (*OURS, "scripts"),
    sandboxes_known: ("backend",),
}
"""Each rule, and the folders in which it holds."""


def put_off(source_text: str) -> list[int]:
    """Lines that promise work for later."""
    return [n for n, line in enumerate(source_text.splitlines(), 1) if LATER.search(line)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_nothing_breaks_the_rule_of(rule: Rule) -> None:
    hold(rule, *RULES[rule])


def test_nothing_is_put_off_in_a_comment() -> None:
    texts = {p: (ROOT / p).read_text() for p in kept(ROOT) if p.suffix in WRITTEN}
    assert not {path: put_off(text) for path, text in texts.items() if put_off(text)}


def test_no_reader_of_the_environment_is_listed_that_reads_nothing() -> None:
    there = {path for path in map(str, kept(ROOT)) if path in READERS}
    told = {line.split(":")[0] for line in findings(looks_into_the_environment, ROOT, *OURS)}
    assert there == told & there


SINS = [
    (empty_words, "class MailService: ..."),
    (empty_words, "class _TokenHelpers: ..."),
    (mocks, "from unittest.mock import Mock"),
    (mocks, "from unittest import mock"),
    (mocks, "from backend import app\ndef test(monkeypatch): monkeypatch.setattr(app, 'x', 1)"),
    (mocks, "def test(monkeypatch): monkeypatch.setattr('backend.app.x', 1)"),
    (bare_ignores, "x = 1  # type: ignore"),
    (wide_nets, "try: x\nexcept Exception: y"),
    (wide_nets, "try: x\nexcept: y  # noqa: E722"),
    (prints, "print('hello')"),
    (prints, "typer.echo('hello')"),
    (prints, "out = rich.console.Console()"),
    (environment_reads, "import os\nhome = os.environ['HOME']"),
    (environment_reads, "from os import environ"),
    (sandboxes_known, "if sandbox: pay()"),
    (sandboxes_known, 'def pay():\n    """Pays, but not in a sandbox."""'),
]
FINE = [
    (empty_words, "class Database: ..."),
    (mocks, "import os\ndef test(monkeypatch): monkeypatch.setattr(os, 'x', 1)"),
    (mocks, "def test(monkeypatch): monkeypatch.setenv('HOME', '')"),
    (bare_ignores, "x = 1  # type: ignore[arg-type]"),
    (bare_ignores, "x = '# type: ignore'"),
    (wide_nets, "try: x\nexcept ValueError: y"),
    (wide_nets, "try: x\n# A handler of a stranger may raise anything.\nexcept Exception: y"),
    (prints, "printed = 1"),
    (environment_reads, "theirs = process.environ()"),
    (sandboxes_known, 'class S:\n    x_base_url: str = "x"\n    """The API, or its sandbox."""'),
    (sandboxes_known, '"""Takes a base URL, so that a sandbox can answer."""'),
]


@pytest.mark.parametrize(("rule", "text"), SINS)
def test_a_sin_is_seen(tree: Tree, rule: Rule, text: str) -> None:
    assert findings(rule, tree({"backend/x.py": text}))


@pytest.mark.parametrize(("rule", "text"), FINE)
def test_what_is_fine_is_let_be(tree: Tree, rule: Rule, text: str) -> None:
    assert not findings(rule, tree({"backend/x.py": text}))


def test_a_module_whose_name_says_nothing_is_seen(tree: Tree) -> None:
    root = tree({"backend/mail_handler.py": "", "backend/database.py": ""})
    assert len(findings(empty_words, root)) == 1


def test_a_promise_for_later_is_seen() -> None:
    assert put_off("x = 1\n# TO" + "DO: mend\n# method\n") == [2]


def test_railways_own_word_stays_where_railway_is_described(tree: Tree) -> None:
    text = "class Service: ..."
    root = tree({"staging/definition.py": text, "staging/plan.py": text})
    assert findings(empty_words, root) == [
        "staging/plan.py:1: Service ends in a word that says nothing"
    ]
