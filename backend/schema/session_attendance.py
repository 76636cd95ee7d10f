"""Who comes to which training session, from when until when."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from backend.schema.document import Document, Identifier, Index, Line, Moment, References

GONE_AFTER: Final = timedelta(minutes=5)
"""Who gave no sign of life for so long is not there any more, and holds no place."""


class Visit(BaseModel):
    """A time in which somebody was there, as far as we have heard of them."""

    model_config = ConfigDict(frozen=True)

    began_at: Moment
    seen_at: Moment


class Spot(BaseModel):
    """A moment in a recording, with a note where somebody made one."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    id: Identifier
    video_id: Line
    seconds: int = Field(ge=0)
    """How far into the video it is."""
    note: Annotated[str, Field(max_length=500)] = ""


class SessionAttendance(Document):
    """One person and one training session; there is at most one of each pair."""

    collection = "session_attendance"
    indexes = (Index(("session_id", "profile_id"), unique=True),)

    session_id: Annotated[Identifier, References("training_sessions")]
    profile_id: Annotated[Identifier, References("profiles")]
    registered_at: Moment | None = None
    """When they asked to be reminded; none when they did not."""
    joined_at: Moment | None = None
    """When they came in the first time."""
    left_at: Moment | None = None
    """When they left the last time; none while they are there, and before they came."""
    seen_at: Moment | None = None
    """The last sign of life while they were there."""
    visits: Annotated[list[Visit], Field(max_length=1000)] = []
    muted_until: Moment | None = None
    """Until when they may say nothing in the session's chat; none when they may."""
    hand_raised_at: Moment | None = None
    """Since when their hand is up; none when it is not."""
    progress: Spot | None = None
    """How far they have come in the recording; none when they have not begun."""
    bookmarks: Annotated[list[Spot], Field(max_length=100)] = []

    @property
    def watched(self) -> timedelta:
        """How long they were there in all."""
        return sum((each.seen_at - each.began_at for each in self.visits), timedelta())

    def is_there(self, moment: datetime) -> bool:
        """Whether they are there at this moment of the present."""
        return self.left_at is None and self.seen_at is not None and self.seen_at > gone(moment)

    def is_muted(self, moment: datetime) -> bool:
        """Whether they may say nothing in the chat at this moment."""
        return self.muted_until is not None and self.muted_until > moment


def gone(moment: datetime) -> datetime:
    """Who was last seen before this is not there any more."""
    return moment - GONE_AFTER
