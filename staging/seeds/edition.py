"""One telling of the seeds' story: the day it is told on, its number, and the marks it leaves.

The story is told once for each unit of `--scale`, every time with documents of its own, so that
whatever holds within one edition holds at every scale.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from backend.schema import Document

BATCH = "staging-v1"
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Edition:
    """A telling of the story. `day` is the midnight (UTC) with which the day of seeding began."""

    day: datetime
    number: int = 1

    def ago(self, days: float, hour: int = 0) -> datetime:
        """The moment so many days before the day, at this hour of UTC."""
        return self.day - timedelta(days=days) + timedelta(hours=hour)

    def by_the_clock(self, days: int, clock: str, timezone: str) -> datetime:
        """The moment so many days from the day when the clocks of a place show this time.

        What is to come lies a day further off in each later edition, so that many editions
        make a full calendar instead of the same few crowded days.
        """
        away = days + self.number - 1 if days > 0 else days
        date = (self.day + timedelta(days=away)).date()
        return datetime.combine(date, time.fromisoformat(clock), ZoneInfo(timezone))

    def identifier(self, kind: type[Document], key: str) -> str:
        """The id of the document of this kind and key: the same in every run."""
        return uuid5(NAMESPACE_URL, f"{BATCH}/{kind.collection}/{self.number}/{key}").hex

    def marks(self, kind: type[Document], key: str, made: datetime) -> dict[str, Any]:
        """The fields that every seed document carries: its id, its age, and that it is one."""
        return {
            "id": self.identifier(kind, key),
            "created_at": made,
            "updated_at": made,
            "is_seed_data": True,
            "seed_batch": BATCH,
        }

    def titled(self, title: str) -> str:
        """A title that tells this edition from the first."""
        return title if self.number == 1 else f"{title} (edition {self.number})"


@cache
def table(name: str) -> dict[str, Any]:
    """What a TOML file beside this module says; nobody changes it."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text())
