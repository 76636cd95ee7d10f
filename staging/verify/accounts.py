"""Who gets in: logins, and the tokens that they give."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from staging.seeds import Persona
from staging.verify.promised import Problem, Profile, Session
from staging.verify.visit import Visit, Wrong, expect, read, told

LOGIN, ME, LOGOUT = "/api/auth/login", "/api/auth/me", "/api/auth/logout"


async def authentication(visit: Visit) -> str:
    """Does the right password let in whom it may, and does no wrong one let anybody in?"""
    wrong = secrets.token_urlsafe(16)
    stranger = f"nobody+{secrets.token_hex(6)}@members.staging.wwmaa.example"
    unknown = read(Problem, await visit.post(LOGIN, {"email": stranger, "password": wrong}), 401)
    right, personas = visit.password(), visit.target.personas
    persona = next(each for each in personas if each.may_log_in)
    known = await visit.post(LOGIN, {"email": persona.email, "password": wrong})
    refused = read(Problem, known, 401)
    if (unknown.title, unknown.detail) != (refused.title, refused.detail):
        raise Wrong("a wrong password is refused in other words than an unknown address")
    for barred in (each for each in personas if not each.may_log_in):
        # 429 comes when this was tried often: a success that would set the count back never comes.
        expect(await visit.post(LOGIN, {"email": barred.email, "password": right}), 401, 429)
    async with logged_in(visit, persona) as session:
        if session.profile.email != persona.email:
            raise Wrong(f"{persona.email} was logged in as {session.profile.email}")
    return f"{persona.email} gets a token; a wrong password, a stranger and the barred get 401"


@asynccontextmanager
async def logged_in(visit: Visit, persona: Persona) -> AsyncIterator[Session]:
    """A session of a persona, which is ended afterwards. Raises `Wrong` when there is none."""
    answer = await visit.post(LOGIN, {"email": persona.email, "password": visit.password()})
    session = read(Session, answer)
    try:
        if "no-store" not in answer.headers.get("cache-control", ""):
            raise Wrong(f"{told(answer)} with tokens that a cache may keep (no no-store)")
        yield session
    finally:
        await visit.post(LOGOUT, token=session.access_token)


async def token_accepted(visit: Visit) -> str:
    """Does a token open what is protected for its owner, until the logout, and no other token?"""
    expect(await visit.get(ME), 401)
    visit.password()
    roles = {each.role: each for each in reversed(visit.target.personas) if each.may_log_in}
    for persona in roles.values():
        async with logged_in(visit, persona) as session:
            await _opens_for(visit, persona, session.access_token)
    return f"each gets itself back, and 401 after the logout: {', '.join(reversed(roles))}"


async def _opens_for(visit: Visit, persona: Persona, token: str) -> None:
    """Try a persona's token, a forged one, and the same after logout. Raises `Wrong`."""
    profile = read(Profile, await visit.get(ME, token=token))
    if (profile.email, profile.role) != (persona.email, persona.role):
        seen = f"{profile.email} ({profile.role})"
        raise Wrong(f"the token of {persona.email} ({persona.role}) belongs to {seen}")
    signed, _, signature = token.rpartition(".")
    if (await visit.get(ME, token=f"{signed}.{signature[::-1]}")).status_code != 401:
        raise Wrong("a token with a forged signature is accepted")
    expect(await visit.post(LOGOUT, token=token), 204)
    if (await visit.get(ME, token=token)).status_code != 401:
        raise Wrong(f"the token of {persona.email} is still accepted after the logout")
