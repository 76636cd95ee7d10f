"""What is still to be done: jobs, written together with what causes them, and their schedules."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from backend.clock import now
from backend.schema.document import Document, Index, Line, Moment


class JobState(StrEnum):
    """A dead job was tried as often as it may be; it waits for somebody who looks at it."""

    waiting = "waiting"
    done = "done"
    dead = "dead"


class Job(Document):
    """Something to be done once, now or later; the worker does it."""

    collection = "jobs"
    indexes = (Index(("state", "due_at")),)

    task: Annotated[Line, Index()]
    """What to do, by the name of its task."""
    arguments: dict[str, Any] = {}
    """What the task was given; empty once it is done, since people's own words are among them."""
    state: JobState = JobState.waiting
    due_at: Moment = Field(default_factory=now)
    """From when on it may be done; later after each failure."""
    key: Annotated[str | None, Field(max_length=200), Index(unique=True)] = None
    """What makes it the only one of its kind, such as `reminder:<event>:<profile>`."""
    attempts: int = Field(default=0, ge=0)
    """How often it was begun, a worker that died on it included."""
    began_at: Moment | None = None
    """When it was begun the last time."""
    done_at: Annotated[Moment | None, Index()] = None
    why: Annotated[str, Field(max_length=500)] = ""
    """What failed the last time."""
    request_id: Annotated[str, Field(max_length=200)] = ""
    """The request that caused it; empty for what a schedule began."""
    traceparent: Annotated[str, Field(max_length=100)] = ""
    """The trace that it continues (W3C)."""


class Schedule(Document):
    """When a schedule was last acted upon; its id is its name."""

    collection = "schedules"

    acted_at: Moment
    """The latest moment of the schedule for which a job was written, or when it was first seen."""
