"""Accounts on the wire."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, Field

from backend.bodies import Body
from backend.dependencies import KnownCaller, MayCall, WithParts, may_call
from backend.errors import RequestIsInvalid
from backend.features.accounts.accounts import Accounts
from backend.features.accounts.passwords import LONGEST, SHORTEST, require_good_password
from backend.parts import Parts
from backend.schema.document import Email, Line, Tier, TypedEmail
from backend.schema.profiles import Profile, Role
from backend.security import AccessToken, sign_access_token
from backend.store.sessions import Session

router = APIRouter(prefix="/api/auth", tags=["accounts"])

Agent = Annotated[str, Header(description="The program; its person sees it among the sessions.")]
Password = Annotated[str, Field(min_length=SHORTEST, max_length=LONGEST)]


async def _accounts(request: Request) -> Accounts:
    found: Accounts = request.app.state.accounts
    return found


WithAccounts = Annotated[Accounts, Depends(_accounts)]


class Registration(Body):
    """What somebody gives to open an account."""

    email: TypedEmail = Field(examples=["ama.owusu@members.staging.wwmaa.example"])
    password: Password = Field(examples=["correct horse battery"])
    full_name: Line = Field(examples=["Ama Owusu"])
    terms_accepted: bool
    """Must be true: without the terms there is no account."""
    wants_newsletter: bool = False
    """Whether they agree to get the newsletter, once the address is verified."""


class Verification(Body):
    """The token of the link in the mail."""

    token: Annotated[str, Field(min_length=1, max_length=200)]


class Credentials(Body):
    """What somebody logs in with."""

    email: TypedEmail = Field(examples=["ama.owusu@members.staging.wwmaa.example"])
    password: Annotated[str, Field(min_length=1, max_length=LONGEST)] = Field(
        examples=["correct horse battery"]
    )


class Continuation(Body):
    """What a session is continued with."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=200)]


class Person(BaseModel):
    """A person, as they see themselves."""

    id: str
    email: Email
    full_name: str
    role: Role
    tier: Tier
    bio: str
    phone: str
    location: str
    disciplines: list[str]
    rank: str
    is_public: bool

    @classmethod
    def of(cls, profile: Profile) -> Self:
        """The person of a profile."""
        return cls.model_validate(profile.model_dump(include=set(cls.model_fields)))


class Tokens(BaseModel):
    """A session's tokens."""

    access_token: str
    refresh_token: str
    """Good for one use; its answer carries the next one."""
    token_type: Literal["bearer"]
    expires_in: int
    """Seconds until the access token is too old."""


class LoggedIn(Tokens):
    """A session's tokens, and whose it is."""

    profile: Person


class AccountNotice(BaseModel):
    """A sentence for the person."""

    message: str


def tokens_of(parts: Parts, session: Session) -> Tokens:
    """The tokens of a session that was just begun or continued."""
    authentication = parts.settings.authentication
    lifetime = timedelta(minutes=authentication.jwt_access_token_expire_minutes)
    access = sign_access_token(
        AccessToken(session.profile_id, session.id),
        secret=authentication.jwt_secret.get_secret_value(),
        algorithm=authentication.jwt_algorithm.value,
        issuer=parts.settings.core.backend_url,
        lifetime=lifetime,
    )
    return Tokens(
        access_token=access,
        refresh_token=session.refresh_token,
        token_type="bearer",  # noqa: S106
        expires_in=int(lifetime.total_seconds()),
    )


@router.post("/register", status_code=202, openapi_extra=may_call(MayCall.anybody))
async def register(body: Registration, accounts: WithAccounts) -> AccountNotice:
    """Register. The answer is the same whether or not the address has an account already."""
    if not body.terms_accepted:
        raise RequestIsInvalid("Accept the terms to register.")
    require_good_password(body.password, email=body.email, full_name=body.full_name)
    await accounts.register(
        body.email, body.password, body.full_name, wants_newsletter=body.wants_newsletter
    )
    return AccountNotice(
        message="We have written to this address. Open the link in the mail to go on."
    )


@router.post("/verify-email", openapi_extra=may_call(MayCall.anybody))
async def verify_email(body: Verification, accounts: WithAccounts) -> AccountNotice:
    """Prove that an address is one's own; from now on its account can log in."""
    await accounts.verify(body.token)
    return AccountNotice(message="Your address is confirmed. You can log in now.")


@router.post("/login", openapi_extra=may_call(MayCall.anybody))
async def login(
    body: Credentials, accounts: WithAccounts, parts: WithParts, user_agent: Agent = ""
) -> LoggedIn:
    """Log in, and begin a session."""
    profile = await accounts.log_in(body.email, body.password)
    session = await parts.sessions.begin(profile.id, user_agent)
    return LoggedIn(**tokens_of(parts, session).model_dump(), profile=Person.of(profile))


@router.post("/refresh", openapi_extra=may_call(MayCall.anybody))
async def refresh(body: Continuation, parts: WithParts) -> Tokens:
    """Continue a session with its refresh token, which is used up by it.

    A refresh token that is used again later ends the session: it was stolen.
    """
    return tokens_of(parts, await parts.sessions.continue_(body.refresh_token))


@router.post("/logout", status_code=204, openapi_extra=may_call(MayCall.logged_in))
async def logout(caller: KnownCaller, parts: WithParts) -> None:
    """End the session; its access and refresh tokens are worth nothing from now on."""
    await parts.sessions.end(caller.session_id)


@router.get("/me", openapi_extra=may_call(MayCall.logged_in))
async def me(caller: KnownCaller) -> Person:
    """Who is logged in."""
    return Person.of(caller.profile)
