"""What people find in their mail: all that is due is done first, as a worker beside would."""

from typing import Any

import httpx2

from backend.jobs.running import work_off
from backend.parts import Parts
from backend.worker.tasks import TASKS


class Inbox:
    """The mails that have been sent, newest first."""

    def __init__(self, parts: Parts, sandboxes: httpx2.AsyncClient) -> None:
        self._parts = parts
        self._sandboxes = sandboxes

    async def mails(self, address: str) -> list[dict[str, Any]]:
        """All mails to this address."""
        await work_off(self._parts, TASKS)
        answer = await self._sandboxes.get("/_sandbox/inbox.json", params={"to": address})
        mails: list[dict[str, Any]] = answer.json()
        return mails

    async def token(self, address: str) -> str:
        """The token in the link of the newest mail."""
        newest, *_ = await self.mails(address)
        return next(str(it) for it in newest["links"] if "token=" in str(it)).partition("token=")[2]
