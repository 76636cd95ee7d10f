"""Live training with an instructor, and its recording afterwards."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from backend.schema.document import (
    AccessType,
    Document,
    Identifier,
    Index,
    Line,
    Moment,
    References,
    Tags,
    Text,
)


class TrainingStatus(StrEnum):
    """Where a session is in its life."""

    scheduled = "scheduled"
    live = "live"
    ended = "ended"
    canceled = "canceled"


class TrainingSession(Document):
    """A session that an instructor teaches live."""

    collection = "training_sessions"
    searched = ("title", "tags", "description")

    title: Line
    description: Text = ""
    discipline: Line
    instructor_id: Annotated[Identifier, References("profiles")]
    starts_at: Annotated[Moment, Index()]
    duration_minutes: int = Field(ge=1, le=480)
    access_type: AccessType = AccessType.members_only
    status: Annotated[TrainingStatus, Index()] = TrainingStatus.scheduled
    cloudflare_room_id: str | None = None
    recording_url: str | None = None
    tags: Tags = []
