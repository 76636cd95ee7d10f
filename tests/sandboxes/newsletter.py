"""BeeHiiv's API at a publication, as a client asks it: with a key, and a moment for what it does
in the background."""

from dataclasses import dataclass
from typing import Any

import httpx2

KEY = {"Authorization": "Bearer key-of-this-test"}
PUBLICATION = "pub_00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Newsletter:
    """One publication."""

    sandboxes: httpx2.AsyncClient
    id: str = PUBLICATION

    async def provide(self, **told: Any) -> httpx2.Response:
        """Make the publication, as an environment does."""
        order = {"name": "The Dojo Letter", "organization_name": "WWMAA"} | told
        path = f"/_sandbox/beehiiv/publications/{self.id}"
        return await self.sandboxes.put(path, json=order)

    async def ask(self, method: str, path: str, told: object = None) -> httpx2.Response:
        """Ask below the publication; `told` goes as JSON."""
        path = f"/beehiiv/v2/publications/{self.id}{path}"
        return await self.sandboxes.request(method, path, json=told, headers=KEY)

    async def get(self, path: str) -> Any:
        """What is answered, where all is well."""
        return await self._data("GET", path)

    async def post(self, path: str, told: object) -> Any:
        """What is answered, where all is well."""
        return await self._data("POST", path, told)

    async def subscribe(self, email: str = "haruto@wwmaa.example", **told: Any) -> Any:
        """Subscribe an address, and let it be looked at; gives the subscription as it is then."""
        made = await self.post("/subscriptions", {"email": email} | told)
        await self.settle()
        return await self.get(f"/subscriptions/{made['data']['id']}")

    async def field(self, display: str, kind: str = "string") -> dict[str, Any]:
        """Make a custom field."""
        made = await self.post("/custom_fields", {"kind": kind, "display": display})
        return dict(made["data"])

    async def settle(self, seconds: float = 0.001) -> None:
        """Let everything happen that has fallen due by then."""
        moved = await self.sandboxes.post("/_sandbox/clock", json={"advance_s": seconds})
        moved.raise_for_status()

    async def mails(self) -> list[dict[str, Any]]:
        """What has arrived in the inbox, the oldest first."""
        found: list[dict[str, Any]] = (await self.sandboxes.get("/_sandbox/inbox.json")).json()
        return found[::-1]

    async def _data(self, method: str, path: str, told: object = None) -> Any:
        answer = await self.ask(method, path, told)
        answer.raise_for_status()
        return answer.json()
