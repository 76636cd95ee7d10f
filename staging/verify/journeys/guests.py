"""Guests: people who are put in for one journey, walk it at the front door, and leave no trace."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from httpx2 import RequestError
from pydantic import BaseModel, RootModel

from backend.clock import now
from backend.schema.document import Tier
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.security import hasher
from backend.store import Store, StoreIsUnavailable
from staging.verify.data import NO_STORE
from staging.verify.journeys.sweeping import pauses, sweep
from staging.verify.promised import Letter, Session, Status
from staging.verify.visit import DoesNotApply, Visit, Wrong, read

S = TypeVar("S", bound=BaseModel)
T = TypeVar("T")
NO_INBOX: Final = "Its vendors are real: no mail is sent, and nothing bought, for a check."
HOST: Final = "verification.staging.wwmaa.example"
"""Where all guests have their addresses; `.example` belongs to nobody."""
PASSWORD: Final = secrets.token_urlsafe(24)
"""The guests' password in this run."""
MEMORY_KIB: Final = 19_456

Inbox = RootModel[list[Letter]]


class Anything(BaseModel):
    """An answer whose status says all."""


@dataclass
class Guest:
    """Somebody at the front door. Whatever they do is a step, by whose name a failure is told."""

    visit: Visit
    email: str
    token: str | None = None

    async def get(self, step: str, path: str, shape: type[S], status: int = 200) -> S:
        """Ask for something."""
        return await self._do(step, ("GET", path), shape, status)

    async def post(
        self, step: str, path: str, shape: type[S], body: object = None, status: int = 200
    ) -> S:
        """Send something, which has its effect once."""
        return await self._do(step, ("POST", path), shape, status, body)

    async def log_in(self, password: str = PASSWORD) -> Session:
        """Log in, and stay so."""
        told = {"email": self.email, "password": password}
        session = await self.post("log in", "/api/auth/login", Session, told)
        self.token = session.access_token
        return session

    async def letter(self, subject: str) -> Letter:
        """The mail to this guest with these words in its subject, as soon as there is one."""
        visit = self.visit
        inbox = f"{visit.target.sandboxes_url}/_sandbox/inbox.json"

        async def look() -> Letter | None:
            found = read(Inbox, await visit.get(inbox, to=self.email)).root
            if strangers := [it for it in found if self.email not in it.to]:
                others = ", ".join(strangers[0].to)
                raise Wrong(f"the inbox shows mail to {others} for {self.email}")
            return next((it for it in found if subject in it.subject), None)

        return await soon(visit, f"get the mail {subject!r}", look)

    async def link(self, subject: str) -> str:
        """The token of the link to the website in that mail."""
        return token_of(await self.letter(subject), self.visit.target.site_origin or "http")

    async def _do(
        self, step: str, asked: tuple[str, str], shape: type[S], status: int, body: object = None
    ) -> S:
        with named(step):
            key = uuid4().hex
            answer = await self.visit.ask(*asked, json=body, token=self.token, key=key)
            return read(shape, answer, status)


def token_of(letter: Letter, site: str) -> str:
    """The token in the mail's link to the website. Raises `Wrong` when there is none."""
    for link in letter.links:
        if link.startswith(site) and (tokens := parse_qs(urlsplit(link).query).get("token")):
            return tokens[0]
    raise Wrong(f"the mail {letter.subject!r} has no link to {site} with a token")


@contextmanager
def named(step: str) -> Iterator[None]:
    """A step of a journey: what goes wrong in it is told by its name."""
    try:
        yield
    except Wrong as wrong:
        raise Wrong(f"could not {step}: {wrong}", wrong.advice) from wrong
    except RequestError as error:
        asked = f"{error.request.method} {error.request.url.path}"
        raise Wrong(f"could not {step}: {asked} was not answered") from error


async def soon(visit: Visit, step: str, look: Callable[[], Awaitable[T | None]]) -> T:
    """What is looked for, as soon as it is there. Raises `Wrong` when it does not come in time."""
    within_s = visit.target.wire.within_s
    with named(step):
        for pause in pauses(within_s):
            if (found := await look()) is not None:
                return found
            await asyncio.sleep(pause)
        raise Wrong(f"it did not come within {within_s:g} s")


@dataclass
class Company:
    """The guests of one journey."""

    visit: Visit
    store: Store
    name: str
    emails: list[str] = field(default_factory=list)

    def stranger(self) -> Guest:
        """Somebody who has no account yet."""
        email = f"{self.name}+{uuid4().hex}@{HOST}"
        self.emails.append(email)
        return Guest(self.visit, email)

    async def guest(self, role: Role = Role.visitor) -> Guest:
        """Somebody with an account, put in past the front door, and logged in at it."""
        somebody = self.stranger()
        profile = Profile(
            email=somebody.email,
            full_name=f"Verification of {self.name}",
            password_hash=await asyncio.to_thread(_password_hash),
            role=role,
            tier=Tier.basic,
            status=ProfileStatus.active,
            terms_accepted_at=now(),
        )
        await self.store.insert(profile)
        await somebody.log_in()
        return somebody

    async def guests(self, *roles: Role) -> list[Guest]:
        """Several of them, who log in at the same time."""
        return await asyncio.gather(*map(self.guest, roles))


@asynccontextmanager
async def company(
    visit: Visit, name: str, *vendors: str, needs: str | None = None
) -> AsyncIterator[Company]:
    """The guests of a journey, which these vendors hear of; whatever comes of it, they leave.

    Raises `DoesNotApply` where nobody may be put in, where what they do would reach the world, and
    where a vendor is not configured that it `needs`.
    """
    if not visit.target.sandboxes_url:
        raise DoesNotApply(NO_INBOX)
    if (store := visit.target.store) is None:
        raise DoesNotApply(NO_STORE)
    if needs and not (await status(visit)).configured.get(needs.lower()):
        raise DoesNotApply(f"{needs} is not configured here.")
    guests = Company(visit, store, name)
    try:
        yield guests
    except BaseException:
        # What failed is what is told; that they could not leave either says no more.
        with suppress(Wrong, RequestError, StoreIsUnavailable):
            await sweep(visit, store, guests.emails, vendors)
        raise
    with named("leave nothing behind"):
        await sweep(visit, store, guests.emails, vendors)


async def status(visit: Visit) -> Status:
    """What the target says of itself, its time among it."""
    return read(Status, await visit.get("/api/health/status"))


@cache
def _password_hash() -> str:
    return hasher(MEMORY_KIB).hash(PASSWORD)
