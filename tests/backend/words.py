"""The words that open routes to whoever knows them: signatures, tokens, links, and forgeries."""

import base64
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from backend import cookies
from backend.clock import now
from backend.features.events import calendar_routes
from backend.features.newsletter import links
from backend.features.privacy import exporting
from backend.schema import Document
from backend.schema.data_exports import DataExport
from backend.schema.document import AccessType
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Profile
from backend.schema.search_queries import SearchQuery
from backend.security import seal, sign_csrf_token
from backend.store.sessions import Session

FORGED = "a" * 64
OPERATORS_TOKEN = "operators-token-of-this-test"
KEY = b"the key of webhooks"
KEYS = {
    "METRICS_TOKEN": OPERATORS_TOKEN,
    "STRIPE_WEBHOOK_SECRET": KEY.decode(),
    "CLOUDFLARE_WEBHOOK_SECRET": KEY.decode(),
    "BEEHIIV_WEBHOOK_SECRET": "whsec_" + base64.b64encode(KEY).decode(),
}
"""The variables of a backend whose secrets are known here."""


@dataclass(frozen=True)
class Word:
    """What opens a route to whoever knows it, and how it is told."""

    documents: tuple[Document, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Knows:
    """For whom a word is made: whoever knows the right one, or somebody who made one up."""

    path: str
    owner: Profile
    session: Session
    secret: str
    is_right: bool

    def either(self, right: str) -> str:
        """The right word, or another."""
        return right if self.is_right else FORGED


def word(knows: Knows) -> Word:
    """What somebody says who calls this route."""
    return next(make(knows) for part, make in WORDS.items() if part in knows.path)


def _of_a_vendor(knows: Knows) -> Word:
    return Word(headers=_signed(KEY if knows.is_right else b"another key"))


def _of_operators(knows: Knows) -> Word:
    right = {"Authorization": f"Bearer {OPERATORS_TOKEN}"}
    return Word(headers=right if knows.is_right else {})


def _of_a_session(knows: Knows) -> Word:
    session, token = knows.session, sign_csrf_token(knows.session.id, knows.secret)
    kept = f"{cookies.REFRESH}={session.refresh_token}; {cookies.CSRF}={token}"
    ours = {"Cookie": kept, cookies.HEADER: token} if knows.is_right else {}
    return Word(headers=ours, body={"refresh_token": knows.either(session.refresh_token)})


def _of_a_reader(knows: Knows) -> Word:
    reader = NewsletterSubscriber(email=knows.owner.email, consented_at=now())
    make = links.confirming if knows.path.endswith("confirm") else links.opening
    told = {"token": knows.either(make(reader, knows.secret))}
    return Word((reader,), params=told, body=told)


def _of_an_answer(knows: Knows) -> Word:
    asked = SearchQuery(
        id=uuid4().hex, text="What is a kata?", access=AccessType.public, asked_at=now()
    )
    return Word((asked,), {"query_id": knows.either(asked.id)[:32]})


def _of_a_calendar(knows: Knows) -> Word:
    return Word(
        ids={"key": knows.either(seal(calendar_routes.PURPOSE, knows.owner.id, knows.secret))}
    )


def _of_an_export(knows: Knows) -> Word:
    ends_at = now() + timedelta(hours=1)
    export = DataExport(profile_id=knows.owner.id, content="{}", ends_at=ends_at)
    sealed = seal(exporting.PURPOSE, export.id, knows.secret)
    return Word((export,), {"sealed": knows.either(sealed)})


WORDS: dict[str, Callable[[Knows], Word]] = {
    "/webhooks/": _of_a_vendor,
    "/metrics": _of_operators,
    "/auth/": _of_a_session,
    "/newsletter/": _of_a_reader,
    "{query_id}": _of_an_answer,
    "{key}": _of_a_calendar,
    "{sealed}": _of_an_export,
}
"""By what stands in a path: the first that does decides."""


def _signed(key: bytes) -> dict[str, str]:
    """The signatures of all vendors under an event of no words."""
    at, body = str(int(now().timestamp())), b"{}"
    plain = hmac.digest(key, f"{at}.".encode() + body, "sha256").hex()
    svix = base64.b64encode(hmac.digest(key, f"msg_1.{at}.".encode() + body, "sha256")).decode()
    return {
        "Stripe-Signature": f"t={at},v1={plain}",
        "Webhook-Signature": f"time={at},sig1={plain}",
        "svix-id": "msg_1",
        "svix-timestamp": at,
        "svix-signature": f"v1,{svix}",
    }
