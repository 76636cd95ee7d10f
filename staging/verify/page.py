"""A report as one HTML page that needs nothing else: for people, on a screen or on paper."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from staging.verify.check import Outcome
from staging.verify.report import Report

MARKS = {
    Outcome.passed: "✓ passed",
    Outcome.warned: "! passed with a warning",
    Outcome.failed: "✗ failed",
    Outcome.not_applicable: "· does not apply",
}
TEMPLATES = Path(__file__).parent / "templates"


def page(report: Report) -> str:
    """The report as a page; whatever a target said in it is text and nothing else."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return templates.get_template("report.html").render(
        report=report, facts=_facts(report), filters=_filters(report), marks=MARKS
    )


def _facts(report: Report) -> list[tuple[str, str]]:
    target = report.target
    known = (
        ("API", target.backend_url),
        ("Website", target.frontend_url),
        ("Release that was meant", target.release),
        ("Deployment that was meant", target.deployment),
        ("Asked at", f"{report.started_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("Took", f"{report.took_ms / 1000:.1f} s"),
    )
    return [(name, value) for name, value in known if value]


def _filters(report: Report) -> list[tuple[str, str, int]]:
    """What can be shown alone: its name, its label, and how many there are, if any."""
    kinds = [
        ("all", "all", len(report.results)),
        ("failed", "failed", report.failed),
        ("warned", "with a warning", report.warned),
        ("passed", "passed", report.passed),
        ("not_applicable", "not applicable", report.not_applicable),
    ]
    return [kind for kind in kinds if kind[2]]
