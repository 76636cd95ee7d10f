"""What a route may ask for: the parts of the running backend, and who is calling."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from backend import cookies
from backend.errors import NotAllowed, NotAuthenticated
from backend.parts import Parts
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.security import AccessToken, TokenIsInvalid, read_access_token
from backend.settings import Settings


async def parts(request: Request) -> Parts:
    """The parts of the backend that answers this request."""
    found: Parts = request.app.state.parts
    return found


WithParts = Annotated[Parts, Depends(parts)]


class MayCall(StrEnum):
    """Who may call a route. Every route says so, in the API's description too."""

    anybody = "anybody"
    logged_in = "anybody who is logged in"
    instructors = "instructors, board members and admins"
    organizers = "the event's organizer, board members and admins"
    teacher = "the session's instructor"
    teaching = "the session's instructor, board members and admins"
    keepers = "who put it there, board members and admins"
    applicant = "the applicant"
    board = "board members and admins"
    admins = "admins"
    operators = "operators who hold the token for it"
    holder = "whoever holds the signed link"
    vendor = "the vendor whose signature the request bears"


def may_call(who: MayCall) -> dict[str, Any]:
    """The entry of a route's description that says who may call it."""
    return {"x-may-call": who.value}


_bearer = HTTPBearer(auto_error=False, description="An access token from POST /api/auth/login.")
_cookie = APIKeyCookie(
    name=cookies.ACCESS,
    auto_error=False,
    description="Set by POST /api/auth/session. Whatever changes something needs X-CSRF-Token too.",
)
Cookie = Annotated[str | None, Depends(_cookie)]
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


@dataclass(frozen=True)
class Caller:
    """Who is calling, and in which session."""

    profile: Profile
    session_id: str


def read_token(text: str, settings: Settings) -> AccessToken:
    """What an access token says. Raises `NotAuthenticated` for one that is not valid."""
    authentication = settings.authentication
    try:
        return read_access_token(
            text,
            secret=authentication.jwt_secret.get_secret_value(),
            algorithm=authentication.jwt_algorithm.value,
            issuer=settings.core.backend_url,
        )
    except TokenIsInvalid as error:
        raise NotAuthenticated("The access token is not valid, or it is too old.") from error


async def possible_caller(
    request: Request, parts: WithParts, bearer: Bearer, cookie: Cookie
) -> Caller | None:
    """Who is calling, or none without a token. Raises `NotAuthenticated` for a bad one.

    A token comes as bearer, or as a cookie; then a page of ours must have sent it, or
    `ForgeryIsSuspected` is raised.
    """
    if bearer is None and cookie is None:
        return None
    token = read_token(bearer.credentials if bearer else cookie or "", parts.settings)
    if bearer is None:
        cookies.require_our_page(request, parts.settings, token.session_id)
    return await caller_of(parts, token)


async def caller_of(parts: Parts, token: AccessToken) -> Caller:
    """Whom a token that is ours speaks for at this moment. Raises `NotAuthenticated`."""
    if not await parts.sessions.is_open(token.session_id):
        raise NotAuthenticated("This session has ended. Log in again.")
    profile = await parts.store.get(Profile, token.profile_id)
    if profile is None or profile.status is not ProfileStatus.active:
        raise NotAuthenticated("This account is not open.")
    return Caller(profile, token.session_id)


PossibleCaller = Annotated[Caller | None, Depends(possible_caller)]


async def known_caller(caller: PossibleCaller) -> Caller:
    """Who is calling. Raises `NotAuthenticated` when nobody is logged in."""
    if caller is None:
        raise NotAuthenticated("Send an access token: Authorization: Bearer ...")
    return caller


KnownCaller = Annotated[Caller, Depends(known_caller)]


def at_least(role: Role) -> Callable[[Caller], Coroutine[Any, Any, Caller]]:
    """What asks for a caller of this role, or of one above it."""

    async def allowed(caller: KnownCaller) -> Caller:
        if not caller.profile.role.at_least(role):
            raise NotAllowed(f"This is for people with the role {role.value}, or above.")
        return caller

    return allowed


Instructor = Annotated[Caller, Depends(at_least(Role.instructor))]
BoardMember = Annotated[Caller, Depends(at_least(Role.board_member))]
Admin = Annotated[Caller, Depends(at_least(Role.admin))]
