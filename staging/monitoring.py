"""What is watched: alert rules for Prometheus and a dashboard for Grafana, from one definition.

Both speak of the backend's own metrics alone. The limits are those that the association set itself
for its API, its vendors and its errors.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

JOB = "wwmaa-backend"
"""What Prometheus calls the backend where it scrapes it."""
RUNBOOK = "docs/runbook.md"
ASKED = 'endpoint!~"/api/health.*|/metrics"'
"""What people ask, without the probes, which come at any hour."""
UNREADY = 'endpoint="/api/health/readiness",status_code="503"'
RARELY = "0.05"
"""Requests a second below which a share of them says nothing: three a minute."""

Severity = Literal["critical", "warning"]


@dataclass(frozen=True)
class Alert:
    """A question that Prometheus asks all the time; whoever is told of it finds what to do."""

    name: str
    expression: str
    minutes: int
    """How long it must hold before anybody is told."""
    severity: Severity
    what: str
    section: str
    """The heading in the runbook that tells what to do, as a link names it."""


@dataclass(frozen=True)
class Panel:
    """One picture of the dashboard: lines by legend, each a question to Prometheus."""

    title: str
    unit: str
    lines: tuple[tuple[str, str], ...]


def failing(share: str) -> str:
    """Whether more than this share of what people ask fails by our own fault."""
    failed = f'sum(rate(http_requests_total{{{ASKED},status_code=~"5.."}}[5m]))'
    asked = f"sum(rate(http_requests_total{{{ASKED}}}[5m]))"
    return f"{failed} / ({asked} > {RARELY}) > {share}"


def slower(seconds: str) -> str:
    """The routes of whose answers one in twenty takes longer than this."""
    buckets = f"sum by (le, endpoint) (rate(http_request_duration_seconds_bucket{{{ASKED}}}[5m]))"
    return f"histogram_quantile(0.95, {buckets}) > {seconds}"


def vendor_slower(seconds: str) -> str:
    """The vendors of whose answers one in twenty takes longer than this."""
    buckets = "sum by (le, service) (rate(external_api_duration_seconds_bucket[5m]))"
    return f"histogram_quantile(0.95, {buckets}) > {seconds}"


HEALTH, CRASH, VENDOR = "health-fails", "a-deployment-does-not-start", "a-vendor-fails"
SLOW, ROLLBACK, LOGINS = "answers-are-slow", "going-back", "many-logins-are-refused"
JOBS = "jobs-are-late"

ALERTS: tuple[Alert, ...] = (
    Alert(
        "BackendDoesNotAnswer",
        f'up{{job="{JOB}"}} == 0',
        2,
        "critical",
        "Prometheus gets no metrics from the backend.",
        CRASH,
    ),
    Alert(
        "BackendIsNotReady",
        f"sum(rate(http_requests_total{{{UNREADY}}}[5m])) > 0",
        3,
        "critical",
        "The database or Redis does not answer the backend.",
        HEALTH,
    ),
    Alert(
        "RequestsFail",
        failing("0.05"),
        2,
        "critical",
        "More than 5 % of requests fail.",
        HEALTH,
    ),
    Alert("SomeRequestsFail", failing("0.01"), 5, "warning", "More than 1 % fail.", HEALTH),
    Alert("AnswersAreVerySlow", slower("5"), 2, "critical", "A route takes over 5 s.", SLOW),
    Alert("AnswersAreSlow", slower("1"), 5, "warning", "A route takes over 1 s.", SLOW),
    Alert(
        "ManyRequestsAtOnce",
        "sum(active_requests) > 100",
        5,
        "warning",
        "More than 100 requests are being answered at once.",
        SLOW,
    ),
    Alert(
        "VendorFails",
        "sum by (service) (rate(external_api_errors_total[5m])) > 0.1",
        5,
        "warning",
        "Calls of a vendor fail, whatever is tried.",
        VENDOR,
    ),
    Alert(
        "PaymentsFail",
        'sum(rate(external_api_errors_total{service="stripe"}[5m])) > 0.01',
        2,
        "critical",
        "Calls of Stripe fail, so that nobody can pay.",
        VENDOR,
    ),
    Alert("VendorIsSlow", vendor_slower("3"), 5, "warning", "A vendor takes over 3 s.", VENDOR),
    Alert(
        "JobsAreLate",
        "max(jobs_oldest_due_seconds) > 300",
        5,
        "critical",
        "Mails and other effects wait for more than five minutes.",
        JOBS,
    ),
    Alert("JobsWereGivenUp", "max(jobs_dead) > 0", 5, "warning", "Jobs were given up.", JOBS),
    Alert(
        "TwoReleasesServe",
        "count(count by (version) (app_info)) > 1",
        15,
        "warning",
        "Two releases have answered for longer than a deployment takes.",
        ROLLBACK,
    ),
    Alert(
        "LoginsAreRefused",
        'sum(rate(http_requests_total{endpoint="/api/auth/login",status_code=~"401|429"}[5m])) > 1',
        5,
        "warning",
        "Somebody tries passwords, more than one a second.",
        LOGINS,
    ),
)

REQUESTS = "sum by (endpoint) (rate(http_requests_total[5m]))"
PANELS: tuple[Panel, ...] = (
    Panel("Requests", "reqps", ((REQUESTS, "{{endpoint}}"),)),
    Panel(
        "Answers by status",
        "reqps",
        (("sum by (status_code) (rate(http_requests_total[5m]))", "{{status_code}}"),),
    ),
    Panel("Share that fails", "percentunit", ((failing("0"), "5xx"),)),
    Panel(
        "How long answers take",
        "s",
        tuple(
            (
                f"histogram_quantile({share}, sum by (le) "
                f"(rate(http_request_duration_seconds_bucket{{{ASKED}}}[5m])))",
                name,
            )
            for share, name in (("0.5", "half"), ("0.95", "95 of 100"), ("0.99", "99 of 100"))
        ),
    ),
    Panel("Slow routes", "s", ((slower("0.3"), "{{endpoint}}"),)),
    Panel("Requests being answered", "short", (("sum(active_requests)", "requests"),)),
    Panel(
        "Calls of vendors",
        "reqps",
        (("sum by (service) (rate(external_api_requests_total[5m]))", "{{service}}"),),
    ),
    Panel(
        "Vendors that fail",
        "reqps",
        (
            (
                "sum by (service, error_type) (rate(external_api_errors_total[5m]))",
                "{{service}}: {{error_type}}",
            ),
        ),
    ),
    Panel("How long vendors take", "s", ((vendor_slower("0"), "{{service}}"),)),
    Panel(
        "Jobs done",
        "reqps",
        (("sum by (task, outcome) (rate(job_runs_total[5m]))", "{{task}}: {{outcome}}"),),
    ),
    Panel("Jobs due", "short", (("max(jobs_due)", "due"), ("max(jobs_dead)", "given up"))),
    Panel(
        "Logins",
        "reqps",
        (
            (
                'sum by (status_code) (rate(http_requests_total{endpoint="/api/auth/login"}[5m]))',
                "{{status_code}}",
            ),
        ),
    ),
    Panel("Releases", "short", (("count by (version) (app_info)", "{{version}}"),)),
)


def rules(_page: str) -> str:
    """The alert rules, as Prometheus reads them."""
    return "\n".join((*_HEAD, *(line for alert in ALERTS for line in _rule(alert)), ""))


def dashboard(_page: str) -> str:
    """The dashboard, as Grafana imports it."""
    places = zip(count(1), PANELS, strict=False)
    board: dict[str, Any] = {
        "title": "WWMAA backend",
        "uid": "wwmaa-backend",
        "tags": ["wwmaa"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {
            "list": [{"name": "source", "label": "Source", "type": "datasource"} | _PROMETHEUS]
        },
        "panels": [_panel(number, panel) for number, panel in places],
    }
    return f"{json.dumps(board, indent=2)}\n"


_PROMETHEUS = {"query": "prometheus"}
_HEAD = (
    "# Alert rules for Prometheus.",
    "# Generated from staging/monitoring.py by `staging generate`: change that, not this file.",
    "groups:",
    f"  - name: {JOB}",
    "    rules:",
)


def _rule(alert: Alert) -> Iterator[str]:
    yield f"      - alert: {alert.name}"
    yield f"        expr: {json.dumps(alert.expression)}"
    yield f"        for: {alert.minutes}m"
    yield "        labels:"
    yield f"          severity: {alert.severity}"
    yield "        annotations:"
    yield f"          summary: {json.dumps(alert.what)}"
    yield f"          runbook: {RUNBOOK}#{alert.section}"


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${source}"}
    row, column = divmod(number - 1, 2)
    return {
        "id": number,
        "title": panel.title,
        "type": "timeseries",
        "datasource": source,
        "gridPos": {"x": 12 * column, "y": 8 * row, "w": 12, "h": 8},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(65 + n), "expr": expr, "legendFormat": legend, "datasource": source}
            for n, (expr, legend) in enumerate(panel.lines)
        ],
    }
