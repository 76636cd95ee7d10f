"""What a feature does when somebody leaves for good, before all that names them is forgotten."""

from backend.jobs import Task


class Leaving(Task):
    """What is done for somebody who leaves. They are forgotten once all of these are done."""

    profile_id: str

    @property
    def job_key(self) -> str:
        """By what its job is the only one of its kind."""
        return f"leaving:{self.task_name()}:{self.profile_id}"


def forgetting(profile_id: str) -> str:
    """The key of the job that forgets this person; where there is one, they asked for it."""
    return f"forgetting:{profile_id}"
