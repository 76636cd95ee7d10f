"""Somebody with an account, who uses the API as a browser or an app would."""

from typing import Any
from uuid import uuid4

import httpx2

from backend.schema.profiles import Profile

PASSWORD = "seven quiet breakfalls"


class Person:
    """A person at the front door; `log_in` first to be known there."""

    def __init__(self, door: httpx2.AsyncClient, profile: Profile) -> None:
        self.door = door
        self.profile = profile
        self.tokens: dict[str, Any] = {}

    async def log_in(self, password: str = PASSWORD) -> httpx2.Response:
        """Log in; the tokens are kept when it succeeds."""
        answer = await self.door.post(
            "/api/auth/login", json={"email": self.profile.email, "password": password}
        )
        if answer.status_code == 200:
            self.tokens = answer.json()
        return answer

    @property
    def headers(self) -> dict[str, str]:
        """What goes with each request of somebody who is logged in."""
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    async def get(self, path: str, **params: Any) -> httpx2.Response:
        """Ask for something, as this person."""
        return await self.door.get(path, params=params, headers=self.headers)

    async def post(self, path: str, json: Any = None, key: str | None = None) -> httpx2.Response:
        """Send something, as this person, under a new key unless one is told; `""` is none."""
        return await self.door.post(path, json=json, headers=self.headers | _key(key))

    async def delete(self, path: str, key: str | None = None) -> httpx2.Response:
        """Give something back, as this person; keys as above."""
        return await self.door.delete(path, headers=self.headers | _key(key))


def _key(key: str | None) -> dict[str, str]:
    key = uuid4().hex if key is None else key
    return {"Idempotency-Key": key} if key else {}
