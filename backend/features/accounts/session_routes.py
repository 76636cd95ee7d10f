"""Sessions of a browser on the wire: the tokens are in cookies that no script can read."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from backend import cookies
from backend.dependencies import KnownCaller, MayCall, WithParts, may_call
from backend.errors import NotAuthenticated
from backend.features.accounts.routes import Credentials, Person, WithAccounts, tokens_of
from backend.parts import Parts
from backend.store.sessions import Session

router = APIRouter(prefix=cookies.REFRESH_PATH, tags=["accounts"])


class Kept(BaseModel):
    """What a page needs to know of the session that its cookies hold."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    csrf_token: str
    """Goes as `X-CSRF-Token` with whatever changes something."""
    expires_in: int
    """Seconds until the session must be renewed."""


class SignedIn(Kept):
    """The same, and whose session it is."""

    profile: Person


def _keep(response: Response, parts: Parts, session: Session) -> Kept:
    tokens = tokens_of(parts, session)
    token = cookies.put(
        response, parts.settings, access=tokens.access_token, refresh=tokens.refresh_token
    )
    return Kept(csrf_token=token, expires_in=tokens.expires_in)


@router.post("", openapi_extra=may_call(MayCall.anybody))
async def sign_in(
    body: Credentials,
    request: Request,
    response: Response,
    accounts: WithAccounts,
    parts: WithParts,
) -> SignedIn:
    """Log in from a page of ours; the session's tokens are set as cookies."""
    cookies.require_our_origin(request, parts.settings)
    profile = await accounts.log_in(body.email, body.password)
    agent = request.headers.get("user-agent", "")
    kept = _keep(response, parts, await parts.sessions.begin(profile.id, agent))
    return SignedIn(**kept.model_dump(), profile=Person.of(profile))


@router.put("", openapi_extra=may_call(MayCall.logged_in))
async def renew(request: Request, response: Response, parts: WithParts) -> Kept:
    """Continue the session of the cookies; its refresh token is used up and replaced."""
    if (found := cookies.session_of(request)) is None:
        raise NotAuthenticated("There is no session to continue. Log in again.")
    session_id, refresh_token = found
    cookies.require_our_page(request, parts.settings, session_id)
    return _keep(response, parts, await parts.sessions.continue_(refresh_token))


@router.delete("", status_code=204, openapi_extra=may_call(MayCall.logged_in))
async def sign_out(caller: KnownCaller, response: Response, parts: WithParts) -> None:
    """End the session, and let the browser forget its cookies."""
    await parts.sessions.end(caller.session_id)
    cookies.clear(response, parts.settings)
