"""What a verification found, as a value: for the terminal, for programs and for CI."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from xml.etree import ElementTree as Xml

from staging.verify.check import Outcome, Result
from staging.verify.target import Target


@dataclass(frozen=True)
class Report:
    """The results of all checks, in the order in which the checks are declared."""

    target: Target
    started_at: datetime
    took_ms: float
    results: tuple[Result, ...]

    def count(self, outcome: Outcome) -> int:
        """How many checks ended so."""
        return sum(result.outcome is outcome for result in self.results)

    @property
    def passed(self) -> int:
        """How many checks passed, those that warn among them."""
        return self.count(Outcome.passed) + self.warned

    @property
    def warned(self) -> int:
        """How many checks passed with a warning."""
        return self.count(Outcome.warned)

    @property
    def failed(self) -> int:
        """How many checks failed."""
        return self.count(Outcome.failed)

    @property
    def not_applicable(self) -> int:
        """How many checks could not be made."""
        return self.count(Outcome.not_applicable)

    @property
    def ok(self) -> bool:
        """Whether the target is verified: something was checked, and nothing failed."""
        return self.failed == 0 and self.passed > 0

    @property
    def verdict(self) -> str:
        """The whole in one sentence."""
        if not self.passed and not self.failed:
            return "No check applies to this target, so nothing is verified."
        apart = f"; {self.not_applicable} do not apply" if self.not_applicable else ""
        warned = f", {self.warned} with a warning" if self.warned else ""
        return f"{self.passed} of {self.passed + self.failed} checks passed{warned}{apart}."

    def as_json(self) -> str:
        """The report as a JSON document."""
        return json.dumps(
            {
                "ok": self.ok,
                "verdict": self.verdict,
                "target": {
                    "kind": self.target.kind,
                    "environment": self.target.environment,
                    "backend": self.target.backend_url,
                    "frontend": self.target.frontend_url,
                },
                "started_at": self.started_at.isoformat(),
                "took_ms": self.took_ms,
                "passed": self.passed,
                "warned": self.warned,
                "failed": self.failed,
                "not_applicable": self.not_applicable,
                "checks": [asdict(result) for result in self.results],
            },
            indent=2,
        )

    def as_junit(self) -> str:
        """The report as JUnit XML; what does not apply is skipped."""
        counts = {
            "tests": str(len(self.results)),
            "failures": str(self.failed),
            "errors": "0",
            "skipped": str(self.not_applicable),
            "time": _seconds(self.took_ms),
        }
        name = f"staging verify {self.target.backend_url}"
        suites = Xml.Element("testsuites", {"name": name} | counts)
        started = {"timestamp": self.started_at.isoformat(timespec="seconds")}
        suite = Xml.SubElement(suites, "testsuite", {"name": name} | counts | started)
        suite.extend(self._cases())
        Xml.indent(suites)
        return Xml.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"

    def _cases(self) -> Iterator[Xml.Element]:
        for result in self.results:
            named = {"classname": "staging.verify", "name": result.check}
            case = Xml.Element("testcase", named | {"time": _seconds(result.took_ms)})
            match result.outcome:
                case Outcome.failed:
                    failure = Xml.SubElement(case, "failure", message=result.saw, type="Wrong")
                    failure.text = f"expected: {result.expected}\nadvice: {result.advice}"
                case Outcome.not_applicable:
                    Xml.SubElement(case, "skipped", message=result.saw)
                case Outcome.warned:
                    told = f"warning: {result.saw}\nadvice: {result.advice}"
                    Xml.SubElement(case, "system-out").text = told
                case Outcome.passed:
                    Xml.SubElement(case, "system-out").text = result.saw
            yield case


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.3f}"
