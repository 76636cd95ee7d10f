"""A session of the instructor's that is on air, and the switches of its broadcast."""

from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx2

from tests.browser.pages import Site

SESSIONS = "/api/training/sessions"
STREAM = "/cloudflare/client/v4/accounts/57a91e57a91e57a91e57a91e57a91e57/stream"
TITLE = "Kata, slowly and on air"


class Lesson:
    """What the instructor does, who sits at another machine."""

    def __init__(self, site: Site) -> None:
        self._outside = httpx2.Client(base_url=site.sandboxes, trust_env=False, timeout=30)
        self._outside.headers["authorization"] = "Bearer of-this-test"
        self._api = httpx2.Client(base_url=site.api, trust_env=False, timeout=30)
        known = {"email": "instructor@staging.wwmaa.example", "password": site.password}
        token = self._done("/api/auth/login", known)["access_token"]
        self._api.headers["authorization"] = f"Bearer {token}"
        starts_at = (datetime.now(UTC) + timedelta(minutes=2)).isoformat()
        wanted = {"title": TITLE, "discipline": "Karate", "starts_at": starts_at}
        self.id = str(self._done(SESSIONS, wanted)["id"])

    @property
    def path(self) -> str:
        """The session's page on the website."""
        return f"/training/{self.id}"

    def begin(self) -> None:
        """Go live, and send a picture."""
        self._done(f"{SESSIONS}/{self.id}/start")
        self._switch("start")

    def end(self) -> None:
        """Send none any more, and end it."""
        self._switch("stop")
        self._done(f"{SESSIONS}/{self.id}/end")

    def is_recorded(self) -> bool:
        """Whether its recording has come from Cloudflare."""
        told: bool = self._api.get(f"{SESSIONS}/{self.id}").json()["has_recording"]
        return told

    def _switch(self, what: str) -> None:
        inputs = self._outside.get(f"{STREAM}/live_inputs").json()["result"]["liveInputs"]
        room = next(it["uid"] for it in inputs if it["meta"]["name"] == f"training {self.id}")
        self._outside.post(f"/_sandbox/cloudflare/live_inputs/{room}/{what}").raise_for_status()

    def _done(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self._api.post(path, json=body)
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._api.close()
        self._outside.close()
