"""Writing to the association, on the wire.

The message is a mail to the association and nothing else: no document keeps it, no log names who
wrote, and the writer gets no copy, or anybody could have us write to anybody.
"""

from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from backend.association import settings_of
from backend.bodies import Body
from backend.dependencies import MayCall, WithParts, may_call
from backend.errors import TooManyRequests
from backend.features.contact.mails import passed_on
from backend.jobs import do_later
from backend.middleware.rate_limits import Policy, count
from backend.schema.document import TypedEmail
from backend.security import fingerprint

router = APIRouter(prefix="/api/association", tags=["association"])

OF_ALL: Final = Policy("messages of all", quota=60, seconds=3600)
"""How many messages the association is sent an hour, from however many addresses they come."""

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
Words = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=10,
        max_length=5_000,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+$",
    ),
]
"""Lines of text, without characters that steer machines."""


class Letter(Body):
    """What somebody wants the association to read."""

    name: Name = Field(examples=["Ama Owusu"])
    email: TypedEmail
    """Where the answer goes; nothing else is sent there."""
    text: Words = Field(examples=["Is there a class for people who have never done anything?"])


class Taken(BaseModel):
    """A sentence for whoever wrote."""

    message: str = Field(examples=["Thank you. People read these, and answer by mail."])


@router.post(
    "/messages",
    status_code=202,
    summary="Write to the association",
    openapi_extra=may_call(MayCall.anybody),
)
async def write(body: Letter, parts: WithParts) -> Taken:
    """Mail what somebody says to the association; the same words twice are one mail."""
    counted = await count(parts.redis, parts.settings.prefix, OF_ALL, "all")
    if counted is not None and not counted.is_allowed:
        why = "The association is written to a lot just now. Try again in an hour."
        raise TooManyRequests(why, retry_after=counted.reset_s)
    association = await settings_of(parts.store)
    site = parts.settings.core.frontend_url
    mail = passed_on(association.contact_email, body.name, body.email, body.text, site)
    key = f"message:{fingerprint(f'{body.email} {body.text}')}"
    await do_later(parts.store, mail, key=key)
    return Taken(message="Thank you. People read these, and answer by mail.")
