"""What differs between the definition and what stands: on Railway, on this machine, in a file.

Each difference says which command mends it. Values of secrets are compared, and never shown.
"""

from staging.diff.difference import Comparison, Difference, Kind, Side
from staging.diff.file import against_file
from staging.diff.here import against_here
from staging.diff.railway import against_railway, nothing_there

__all__ = [
    "Comparison",
    "Difference",
    "Kind",
    "Side",
    "against_file",
    "against_here",
    "against_railway",
    "nothing_there",
]
