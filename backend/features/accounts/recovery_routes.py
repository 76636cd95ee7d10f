"""New passwords and open sessions, on the wire."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from backend.bodies import Body
from backend.dependencies import KnownCaller, MayCall, WithParts, may_call
from backend.errors import NotFound
from backend.features.accounts.passwords import LONGEST
from backend.features.accounts.recovery import Recovery
from backend.features.accounts.routes import AccountNotice, Password
from backend.schema.document import TypedEmail

router = APIRouter(prefix="/api/auth", tags=["accounts"])
LOGGED_IN = may_call(MayCall.logged_in)


async def _recovery(request: Request) -> Recovery:
    found: Recovery = request.app.state.recovery
    return found


WithRecovery = Annotated[Recovery, Depends(_recovery)]


class Forgotten(Body):
    """Whose password was forgotten."""

    email: TypedEmail = Field(examples=["ama.owusu@members.staging.wwmaa.example"])


class NewPassword(Body):
    """The token of the link in the mail, and the password chosen."""

    token: Annotated[str, Field(min_length=1, max_length=200)]
    password: Password = Field(examples=["correct horse battery"])


class PasswordChange(Body):
    """The password that is, and the one that shall be."""

    current: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    password: Password = Field(examples=["correct horse battery"])


class OpenSession(BaseModel):
    """A session that the caller has open."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    began_at: AwareDatetime
    used_at: AwareDatetime
    agent: str
    """What the program that began it says it is."""
    is_this: bool
    """Whether it is the session of this request."""


@router.post(
    "/forgot-password",
    status_code=202,
    summary="Ask for a new password",
    openapi_extra=may_call(MayCall.anybody),
)
async def forgot_password(body: Forgotten, recovery: WithRecovery) -> AccountNotice:
    """Ask for a link by mail. The answer is the same whether or not the address has an account."""
    await recovery.ask(body.email)
    return AccountNotice(
        message="We have written to this address. Open the link in the mail to go on."
    )


@router.post(
    "/reset-password",
    summary="Choose a new password by mail",
    openapi_extra=may_call(MayCall.anybody),
)
async def reset_password(body: NewPassword, recovery: WithRecovery) -> AccountNotice:
    """Choose a new password by the link of the mail; every session of the account ends."""
    await recovery.reset(body.token, body.password)
    return AccountNotice(message="Your password is changed. You can log in now.")


@router.post("/change-password", summary="Change my password", openapi_extra=LOGGED_IN)
async def change_password(
    body: PasswordChange, caller: KnownCaller, recovery: WithRecovery
) -> AccountNotice:
    """Change one's password; every other session of the account ends."""
    await recovery.change(caller, body.current, body.password)
    return AccountNotice(message="Your password is changed. Your other sessions were ended.")


@router.get("/sessions", summary="List my sessions", openapi_extra=LOGGED_IN)
async def list_sessions(caller: KnownCaller, parts: WithParts) -> list[OpenSession]:
    """Where the caller is logged in, the session used last first."""
    return [
        OpenSession(**vars(each), is_this=each.id == caller.session_id)
        for each in await parts.sessions.of(caller.profile.id)
    ]


@router.delete(
    "/sessions/{session_id}", status_code=204, summary="End a session", openapi_extra=LOGGED_IN
)
async def end_session(
    session_id: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")],
    caller: KnownCaller,
    parts: WithParts,
) -> None:
    """End one of one's own sessions."""
    if session_id not in [each.id for each in await parts.sessions.of(caller.profile.id)]:
        raise NotFound("You have no such session open.")
    await parts.sessions.end(session_id)


@router.delete("/sessions", status_code=204, summary="Log out elsewhere", openapi_extra=LOGGED_IN)
async def end_other_sessions(caller: KnownCaller, parts: WithParts) -> None:
    """End all of one's own sessions but this one."""
    await parts.sessions.end_all(caller.profile.id, but=caller.session_id)
