"""The environment that has risen, as people meet it: its API, their mail, and Stripe's pages."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import httpx2

from tests.sandboxes.browser import Tab
from tests.sandboxes.shop import EMAIL, FILLED

PASSWORD = "seven quiet breakfalls"
WITHIN_S = 90.0
"""How long anything may take; this machine may be busy with other tests."""

T = TypeVar("T")


def soon(look: Callable[[], T | None], what: str, pause: float = 0.1) -> T:
    """What is looked for, as soon as it is there."""
    ends = time.monotonic() + WITHIN_S
    while time.monotonic() < ends:
        if (found := look()) is not None:
            return found
        time.sleep(pause)
    raise AssertionError(f"after {WITHIN_S:g} s still not: {what}")


@dataclass(frozen=True)
class Town:
    """An environment: its API, the vendors beside it, and its secrets."""

    api: httpx2.Client
    vendors: httpx2.Client
    personas: Mapping[str, str]
    """The password of each persona, by address."""
    metrics_token: str

    def letter(self, address: str, subject: str) -> dict[str, Any]:
        """The mail to this address with these words in its subject, once it has come."""

        def look() -> dict[str, Any] | None:
            found = self.vendors.get("/_sandbox/inbox.json", params={"to": address}).json()
            return next((it for it in found if subject in it["subject"]), None)

        return soon(look, f"a mail {subject!r} to {address}")

    def token(self, address: str, subject: str) -> str:
        """The token of the link in that mail."""
        links = map(str, self.letter(address, subject)["links"])
        return next(it.partition("token=")[2] for it in links if "token=" in it)

    def persona(self, name: str) -> "Somebody":
        """A persona who has logged in, such as `board.one`."""
        address = f"{name}@staging.wwmaa.example"
        return Somebody(self, address).log_in(self.personas[address])

    def newcomer(self) -> "Somebody":
        """Somebody who has opened an account by mail, and has logged in."""
        person = Somebody(self, f"new+{uuid4().hex}@members.staging.wwmaa.example")
        told = {"email": person.email, "password": PASSWORD, "full_name": "Ama Owusu"}
        person.post("/api/auth/register", told | {"terms_accepted": True}, status=202)
        token = self.token(person.email, "Confirm")
        person.post("/api/auth/verify-email", {"token": token})
        return person.log_in(PASSWORD)

    def member(self, tier: str = "standard") -> "Somebody":
        """A newcomer whom two members of the board have let in."""
        person = self.newcomer()
        application = person.apply(tier)
        for name in ("board.one", "board.two"):
            self.persona(name).post(f"/api/board/applications/{application}/approve", {})
        return person

    def pay(self, page: str) -> None:
        """Somebody fills a page of Stripe's in, and pays."""
        tab = Tab.open(self.vendors, page)
        assert tab.status == 200
        tab.submit(**FILLED | EMAIL)

    def counted(self, **labels: str) -> float:
        """How many requests the metrics have counted under these labels."""
        bearer = {"Authorization": f"Bearer {self.metrics_token}"}
        lines = self.api.get("/metrics", headers=bearer).raise_for_status().text.splitlines()
        named = [f'{name}="{value}"' for name, value in labels.items()]
        requests = [line for line in lines if line.startswith("http_requests_total")]
        return sum(float(it.split()[-1]) for it in requests if all(n in it for n in named))


@dataclass
class Somebody:
    """A person at the front door; whatever they do must succeed, unless another status is told."""

    town: Town
    email: str
    token: str = ""

    def log_in(self, password: str) -> "Somebody":
        """Log in, and stay so."""
        told = self.post("/api/auth/login", {"email": self.email, "password": password})
        self.token = told["access_token"]
        return self

    def apply(self, tier: str = "standard") -> str:
        """Hand an application to the board; its id."""
        application: str = self.post("/api/applications", draft(tier), status=201)["id"]
        self.post(f"/api/applications/{application}/submit")
        return application

    def get(self, path: str, *, status: int = 200, **params: Any) -> Any:
        """Ask for something."""
        return self._ask("GET", path, status, params=params)

    def post(self, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Send something, with an idempotency key of its own."""
        return self._ask("POST", path, status, json=body)

    def patch(self, path: str, body: Any) -> Any:
        """Change something."""
        return self._ask("PATCH", path, 200, json=body)

    def delete(self, path: str) -> Any:
        """Give something back."""
        return self._ask("DELETE", path, 200)

    @property
    def headers(self) -> dict[str, str]:
        """What goes with a request: who they are, and a new key."""
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return bearer | {"Idempotency-Key": uuid4().hex}

    def _ask(self, method: str, path: str, status: int, **more: Any) -> Any:
        answer = self.town.api.request(method, path, headers=self.headers, **more)
        assert answer.status_code == status, answer.text
        return answer.json()


def draft(tier: str = "standard") -> dict[str, Any]:
    """An application with all that the board wants to know."""
    references = [
        {"name": name, "email": f"{name}@references.staging.wwmaa.example", "relationship": "Coach"}
        for name in ("noor", "ines", "tariq")
    ]
    return {
        "requested_tier": tier,
        "disciplines": ["judo"],
        "experience_years": 4,
        "motivation": "I have trained on my own for years, and would like to train with others.",
        "references_given": references,
    }
