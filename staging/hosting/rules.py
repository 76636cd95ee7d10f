"""What Railway's rules leave open, or can not be had on one machine: assumptions, in one place."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

PROBES_HOST = "healthcheck.railway.app"
"""The Host that a health check asks for; documented."""
EDGE_NAME = "railway/us-west2"
"""What X-Railway-Edge says; Railway names a region there."""
LARGEST_HEADERS_KIB = 32
LONGEST_REQUEST_S = 15 * 60
LONGEST_SILENCE_S = 5 * 60
KEEP_ALIVE_S = 60
"""The edge's limits, as documented."""


@dataclass(frozen=True)
class Rules:
    """How long things take. `pace` shortens what is only waited for, and never a limit.

    A health check is asked again after `backoff_s`, the last one over and over: that is read from
    one log, Railway documents none. Railway tells no pause before a restart either.
    """

    pace: float = 1.0
    backoff_s: tuple[float, ...] = (1, 2, 4, 8, 16, 30)
    answer_within_s: float = 10.0
    """How long one health check may take."""
    restart_pause_s: float = 1.0
    pre_deploy_within_s: float = 600.0
    """Railway documents no limit; one that hangs must end here."""
    provided_within_s: float = 60.0
    """How long PostgreSQL and Redis may take until they answer."""

    def pauses(self) -> Iterator[float]:
        """The pause after each health check that failed, in seconds of Railway's."""
        return chain(self.backoff_s, repeat(self.backoff_s[-1]))
