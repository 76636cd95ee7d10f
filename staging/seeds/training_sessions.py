"""Live training: eight sessions past, with their recordings, and eight to come, the first soon."""

from datetime import timedelta
from typing import Any

from backend.schema.document import AccessType
from backend.schema.training_sessions import TrainingSession, TrainingStatus
from staging.seeds.edition import Edition, table
from staging.seeds.profiles import Cast

PLANNED = timedelta(days=45)
"""How long before its day a session was put on the calendar."""


def make(edition: Edition, cast: Cast) -> tuple[TrainingSession, ...]:
    """The sessions of an edition, from the past to the future."""
    return tuple(_session(edition, cast, row) for row in table("training_sessions")["session"])


def _session(edition: Edition, cast: Cast, row: dict[str, Any]) -> TrainingSession:
    is_past = row["day"] < 0
    to_come = TrainingStatus(row.get("status", TrainingStatus.scheduled))
    planned = edition.ago(max(-row["day"], 0)) - PLANNED
    recording = f"https://recordings.staging.wwmaa.example/{edition.number}/{row['key']}"
    return TrainingSession(
        **edition.marks(TrainingSession, row["key"], planned),
        title=edition.titled(row["title"]),
        description=row["description"],
        discipline=row["discipline"],
        instructor_id=cast[row["instructor"]].id,
        starts_at=edition.by_the_clock(row["day"], row["start"], row["timezone"]),
        duration_minutes=row["minutes"],
        access_type=AccessType(row["access_type"]),
        status=TrainingStatus.ended if is_past else to_come,
        recording_url=recording if is_past else None,
        tags=row["tags"],
    )
