"""Which project and environment of Railway a data folder belongs to: ids, and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, Self

from staging.processes import DataFolderIsUnusable, write_private

FILE: Final = "railway.json"


@dataclass(frozen=True)
class Link:
    """The ids of what `staging setup` has made; what they mean, Railway says."""

    project_id: str
    environment_id: str
    services: Mapping[str, str] = field(default_factory=dict)
    """By name."""

    @classmethod
    def at(cls, folder: Path) -> Self | None:
        """The link of this folder; none where nothing was set up. Raises `DataFolderIsUnusable`."""
        try:
            return cls(**json.loads((folder / FILE).read_text()))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, TypeError) as damage:
            advice = "Delete it; `staging setup` finds the project again by its name."
            why = f"{FILE} can not be read: {damage}"
            raise DataFolderIsUnusable(folder, why, advice) from damage

    def keep(self, folder: Path) -> None:
        """Write it down."""
        write_private(folder / FILE, json.dumps(asdict(self), indent=1))
