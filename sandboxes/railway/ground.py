"""The ground that deployments run on: a runner, and a folder for what is uploaded; or none."""

from dataclasses import dataclass
from pathlib import Path

from sandboxes.railway.errors import NotEmulated
from sandboxes.railway.running import Runner

NOTHING_RUNS = (
    "deployments here: nothing runs behind it. `staging rehearse --keep` raises Railway on this"
    " machine, where deployments really run; all but deployments works without it"
)


@dataclass(frozen=True)
class Ground:
    """What was handed to this sandbox to run deployments with."""

    runner: Runner | None = None
    snapshots: Path | None = None

    def needed(self) -> Runner:
        """The runner; raises NotEmulated where there is none."""
        if self.runner is None:
            raise NotEmulated(NOTHING_RUNS)
        return self.runner
