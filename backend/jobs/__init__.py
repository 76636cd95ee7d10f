"""Jobs: what is done after the answer, written in one transaction with what causes it.

A feature declares a task and calls `do_later` with the store of its block. The worker does it, as
soon as it is due, and again when it failed; docs/decisions/0022 says what that promises.
"""

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from opentelemetry.trace import get_current_span
from pydantic import BaseModel, ConfigDict

from backend.clock import now
from backend.observability import passed_on, trace
from backend.parts import Parts
from backend.schema.jobs import Job
from backend.store import AlreadyExists, Store


class Futile(Exception):
    """The job can not be done, however often it is tried; it is dead at once."""


@dataclass(frozen=True)
class Work:
    """What a task is given to work with."""

    parts: Parts
    store: Store
    """What is written here is kept together with the mark that the job is done, or not at all."""
    job: Job

    @property
    def key(self) -> str:
        """The same each time that this job is tried: an idempotency key for vendors."""
        return self.job.id

    @property
    def may_be_done(self) -> bool:
        """Whether it was begun before, by somebody who may have died after doing it."""
        return self.job.attempts > 1


class Task(BaseModel):
    """A kind of job: its fields are what it is given, `run` is what it does.

    Its name, `send_mail` for `SendMail`, is what jobs are kept under: a task that is renamed leaves
    those that wait to nobody. It is known once it stands in `TASKS` (backend/worker/tasks.py).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    attempts: ClassVar[int] = 12
    """How often it is tried, with growing pauses, before it is dead: over some five hours."""
    seconds: ClassVar[float] = 25.0
    """How long one try may take."""

    @classmethod
    def task_name(cls) -> str:
        """The name under which its jobs are kept."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @abstractmethod
    async def run(self, work: Work) -> None:
        """Do it. Whatever it raises means that it is tried again, `Futile` that it is not."""

    @classmethod
    def of(cls, arguments: Mapping[str, object]) -> Self:
        """The task with what its job kept. Raises `ValidationError`."""
        return cls.model_validate(arguments)


async def do_later(
    store: Store, task: Task, *, due_at: datetime | None = None, key: str | None = None
) -> bool:
    """Write a job; with the store of a block, in that block's transaction.

    With a `key`, such as `reminder:<event>:<profile>`, there is one job of it for as long as jobs
    are kept, 30 days after they are done. Returns whether the job is new.
    """
    current = trace.get()
    job = Job(
        task=task.task_name(),
        arguments=task.model_dump(mode="json"),
        due_at=due_at or now(),
        key=key,
        request_id=current.request_id if current else "",
        traceparent=passed_on(get_current_span()).get("traceparent", ""),
    )
    try:
        await store.insert(job)
    except AlreadyExists:
        if key is None:
            raise
        return False
    return True
