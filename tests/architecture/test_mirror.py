"""One name, five views: a vendor's variables, provider, sandbox, section and row bear its name."""

import re
from pathlib import Path

from backend.settings import GROUPS, VENDORS
from sandboxes.app import SANDBOXES
from tests.architecture.house import ROOT, Tree

NO_PROVIDER = {
    "dispatch": "sends in the background what nobody waits for",
    "calls": "one question to any vendor, and when to ask it again",
    "http": "what all providers call with",
    "opening": "all providers as one value",
    "signatures": "how any vendor's webhook proves whose it is",
}
HOST = "railway"
"""Imitated as the vendors are, and none of them: staging calls it, and the backend does not."""
NO_VENDOR = {
    "kit": "what all sandboxes are made of",
    "templates": "the pages of all sandboxes",
}
"""Modules beside the providers, and folders beside the sandboxes, that are nobody's."""


def providers(root: Path) -> set[str]:
    """The vendors that the backend has an adapter for."""
    here = root / "backend" / "providers"
    modules = {path.stem for path in here.glob("*.py")}
    packages = {path.parent.name for path in here.glob("*/__init__.py")}
    return (modules | packages) - NO_PROVIDER.keys() - {"__init__"}


def sandboxes(root: Path) -> set[str]:
    """The vendors that a sandbox stands in for."""
    found = {path.parent.name for path in (root / "sandboxes").glob("*/*.*")}
    return found - NO_VENDOR.keys() - {"__pycache__"}


def sections(root: Path) -> set[str]:
    """The vendors that have a section in the example of an environment file."""
    example = (root / ".env.staging.example").read_text()
    return set(re.findall(r"^# --- (\w+)$", example, re.MULTILINE))


def rows(root: Path) -> set[str]:
    """The vendors that have a row in the documentation."""
    page = (root / "docs" / "environments.md").read_text()
    table = page.partition("<!-- generated: vendors -->")[2].partition("<!-- end -->")[0]
    return set(re.findall(r"^\| (\w+) \|", table, re.MULTILINE)) - {"Vendor"}


def test_every_vendor_has_variables_and_every_address_is_a_vendors() -> None:
    names = [name for group in GROUPS.values() for name in group.model_fields]
    for vendor in VENDORS:
        assert [name for name in names if name.startswith(f"{vendor}_")], vendor
    for name in names:
        if name.endswith("_base_url"):
            assert name.startswith(tuple(f"{vendor}_" for vendor in VENDORS)), name


def test_providers_and_sandboxes_are_those_of_the_vendors() -> None:
    assert providers(ROOT) == set(VENDORS)
    assert sandboxes(ROOT) == {*VENDORS, HOST}


def test_the_host_is_imitated_like_a_vendor_and_is_none() -> None:
    assert HOST not in VENDORS
    assert HOST not in providers(ROOT) | sections(ROOT) | rows(ROOT)
    assert HOST in {sandbox.name for sandbox in SANDBOXES}
    assert f"### {HOST}\n" in (ROOT / "docs" / "sandboxes.md").read_text()


def test_every_vendor_has_a_section_in_the_example_and_a_row_in_the_documentation() -> None:
    assert sections(ROOT) == set(VENDORS)
    assert rows(ROOT) == set(VENDORS)


def test_the_views_are_read_off_the_tree(tree: Tree) -> None:
    table = "| Vendor | Called |\n| --- | --- |\n| stripe | yes |\n"
    root = tree(
        {
            "backend/providers/__init__.py": "",
            "backend/providers/http.py": "",
            "backend/providers/postmark.py": "",
            "backend/providers/stripe/__init__.py": "",
            "backend/providers/stripe/client.py": "",
            "sandboxes/app.py": "",
            "sandboxes/kit/clock.py": "",
            "sandboxes/beehiiv/__init__.py": "",
            ".env.staging.example": "# --- openai\n\nOPENAI_API_KEY=\n",
            "docs/environments.md": f"<!-- generated: vendors -->\n\n{table}\n<!-- end -->\n",
        }
    )
    views = (providers(root), sandboxes(root), sections(root), rows(root))
    assert views == ({"postmark", "stripe"}, {"beehiiv"}, {"openai"}, {"stripe"})
