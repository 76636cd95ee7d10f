"""The table of the checks: what each asks, and where it can not be asked."""

from staging.markdown import code, table
from staging.verify import CHECKS, Check


def checks() -> str:
    """Everything that `staging verify` asks, in its order; the journeys among it."""
    return table(("Check", "It asks", "Here", "Hosted"), map(_check, CHECKS))


def _check(check: Check) -> tuple[str, ...]:
    hosted = check.not_hosted or ("where its vendors are imitated" if check.walks else "yes")
    return code(check.name), check.asks, check.not_here or "yes", hosted
