"""Is this environment what it says? Each check is a question, and shows what it saw."""

from staging.verify.check import Check, Outcome, Result
from staging.verify.checks import CHECKS
from staging.verify.report import Report
from staging.verify.run import NoSuchCheck, verify
from staging.verify.target import Deployed, Target
from staging.verify.wire import Detour, TargetIsRefused, Wire

__all__ = [
    "CHECKS",
    "Check",
    "Deployed",
    "Detour",
    "NoSuchCheck",
    "Outcome",
    "Report",
    "Result",
    "Target",
    "TargetIsRefused",
    "Wire",
    "verify",
]
