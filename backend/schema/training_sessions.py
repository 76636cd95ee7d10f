"""Live training with an instructor, and its recordings afterwards."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

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


class Recording(BaseModel):
    """One video of a session; a broadcast that broke off for long leaves several."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    video_id: Line
    """Cloudflare's name for it."""
    seconds: float = Field(ge=0)
    ready_at: Moment


class TrainingSession(Document):
    """A session that an instructor teaches live."""

    collection = "training_sessions"
    indexes = (Index(("status", "starts_at")),)
    searched = ("title", "tags", "description")

    title: Line
    description: Text = ""
    discipline: Line
    instructor_id: Annotated[Identifier, References("profiles")]
    starts_at: Annotated[Moment, Index()]
    duration_minutes: int = Field(ge=1, le=480)
    access_type: AccessType = AccessType.members_only
    status: Annotated[TrainingStatus, Index()] = TrainingStatus.scheduled
    capacity: int = Field(default=50, ge=1, le=500)
    """How many may be there at the same time, the instructor not counted."""
    cloudflare_room_id: Annotated[str | None, Index()] = None
    """The live input at Cloudflare that the instructor broadcasts to."""
    recording_url: str | None = None
    recordings: Annotated[list[Recording], Field(max_length=100)] = []
    """The videos at Cloudflare, the first first; they are seen by signed links alone."""
    started_at: Moment | None = None
    """When the instructor began; none when that has not happened."""
    ended_at: Moment | None = None
    """When it was over: the instructor ended it, or it was long past its time."""
    canceled_because: Text = ""
    """What those who would have come were told."""
    tags: Tags = []

    @property
    def ends_at(self) -> datetime:
        """When it is planned to be over."""
        return self.starts_at + timedelta(minutes=self.duration_minutes)
