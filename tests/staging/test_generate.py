"""The files written from code are whole, true to the declarations and the same each time."""

import re
from pathlib import Path

import pytest

from backend.schema import KEPT, Document
from backend.settings import VENDORS
from staging.env import ALL_GROUPS
from staging.environment import STAGING
from staging.generate import GENERATED, UnknownTable, example, stale, with_tables, write
from staging.tables import ROOT, TABLES

VARIABLES = [v for group in ALL_GROUPS.values() for v in group.variables()]
PAGE = "Before.\n\n<!-- generated: vendors -->\nold\n<!-- end -->\n\nAfter.\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A root in which the generated files stand as they do here."""
    for name, _ in GENERATED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    write(tmp_path)
    return tmp_path


def test_what_was_just_written_is_not_stale(house: Path) -> None:
    assert stale(house) == ()
    assert write(house) == ()


def test_a_changed_file_is_stale_until_it_is_written_again(house: Path) -> None:
    path = house / ".env.staging.example"
    path.write_text(path.read_text().replace("PYTHON_ENV=staging", "PYTHON_ENV=production"))
    assert stale(house) == (path,)
    assert write(house) == (path,)
    assert stale(house) == ()


def test_a_missing_file_is_stale(house: Path) -> None:
    (house / ".env.staging.example").unlink()
    assert stale(house) == (house / ".env.staging.example",)


def test_each_file_ends_with_one_newline(house: Path) -> None:
    for name, _ in GENERATED:
        assert re.search(r"[^\n]\n\Z", (house / name).read_text())


def test_a_table_is_put_between_its_marks_and_nothing_else_is_touched() -> None:
    page = with_tables(PAGE)
    assert page.startswith("Before.\n\n<!-- generated: vendors -->\n\n| Vendor |")
    assert page.endswith("|\n\n<!-- end -->\n\nAfter.\n")
    assert "old" not in page
    assert with_tables(page) == page


def test_a_table_that_nobody_renders_is_refused() -> None:
    with pytest.raises(UnknownTable, match=r"'prices'.*variables, vendors"):
        with_tables(PAGE.replace("vendors", "prices"))


def test_every_table_stands_in_a_page() -> None:
    pages = "".join((ROOT / name).read_text() for name, _ in GENERATED)
    assert all(f"<!-- generated: {name} -->" in pages for name in TABLES)


def test_the_example_has_every_variable_once() -> None:
    named = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", example(""), re.MULTILINE)
    assert sorted(named) == sorted(variable.name for variable in VARIABLES)


def test_the_example_gives_what_is_required_and_no_value_of_a_secret() -> None:
    given = dict(re.findall(r"^([A-Z][A-Z0-9_]+)=(.*)", example(""), re.MULTILINE))
    assert {v.name for v in VARIABLES if v.is_required} <= given.keys()
    for secret in (v.name for v in VARIABLES if v.is_secret):
        assert re.fullmatch(r"<.*>|\$\{\{.*\}\}|", given.get(secret, ""))


def test_the_example_has_a_section_for_each_group_and_each_vendor() -> None:
    assert re.findall(r"^# ===== (\w+):", example(""), re.MULTILINE) == [
        name.capitalize() for name in ALL_GROUPS
    ]
    assert re.findall(r"^# --- (\w+)", example(""), re.MULTILINE) == [
        "zerodb",
        *(vendor for vendor in VENDORS if vendor != "zerodb"),
    ]


def test_every_variable_stands_in_the_table_of_variables_with_its_meaning() -> None:
    rows = [row for row in TABLES["variables"]().splitlines() if row.startswith("| `")]
    assert len(rows) == len(VARIABLES)
    for row, variable in zip(rows, VARIABLES, strict=True):
        assert f"| `{variable.name}` | {variable.meaning}" in row


def test_every_field_of_every_collection_stands_in_its_table() -> None:
    sections = re.split(r"^### ", TABLES["collections"](), flags=re.MULTILINE)[2:]
    assert len(sections) == len(KEPT)
    for section, kind in zip(sections, KEPT, strict=True):
        own = kind.model_fields.keys() - Document.model_fields.keys()
        assert section.startswith(kind.collection)
        assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == own


def test_indexes_and_references_are_told() -> None:
    rows = {row.split(" | ")[0][3:-1]: row for row in TABLES["collections"]().splitlines()}
    assert "| unique |" in rows["email"]
    assert "| yes | events |" in rows["event_id"]
    assert "Unique together: `event_id`, `profile_id`." in TABLES["collections"]()


def test_every_hosted_service_stands_in_each_table_about_railway() -> None:
    for table in ("probes", "hosts", "costs"):
        for service in STAGING.hosted:
            assert f"\n| {service.name} |" in TABLES[table]()


def test_what_it_costs_is_the_sum_of_its_services() -> None:
    *each, whole = re.findall(r"\| \**\$(\d+\.\d\d)\** \|", TABLES["costs"]())
    assert sum(map(float, each)) == pytest.approx(float(whole), abs=0.02)


def test_every_value_is_told_by_its_kind() -> None:
    told = TABLES["values"]()
    assert "| `JWT_SECRET` | all that share it | random, made once for the environment |" in told
    assert "| `JWT_SECRET` | backend | `JWT_SECRET` of the environment |" in told
    assert "| `DATABASE_URL` | backend | `DATABASE_URL` of postgres |" in told
    assert "| `STRIPE_SECRET_KEY` | backend | given by you, or not set |" in told


def test_every_service_stands_in_the_table_of_services() -> None:
    rows = TABLES["services"]()
    for service in STAGING.services:
        assert re.search(rf"\| {service.name}\b.*\| {service.port or ''} \|", rows)


def test_tables_are_the_same_each_time() -> None:
    assert [table() for table in TABLES.values()] == [table() for table in TABLES.values()]
