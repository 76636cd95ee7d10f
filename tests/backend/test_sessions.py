"""Staying logged in, and not, through the front door."""

import asyncio
from datetime import timedelta

import httpx2
import jwt

from backend.clock import now
from backend.parts import Parts
from backend.security import fingerprint
from tests.backend.conftest import People


async def test_a_session_is_continued_and_its_old_token_ends_it_when_it_comes_back_late(
    visitor: httpx2.AsyncClient, people: People, parts: Parts
) -> None:
    person = await people.new()
    await person.log_in()
    first = person.tokens["refresh_token"]
    answer = await visitor.post("/api/auth/refresh", json={"refresh_token": first})
    assert answer.status_code == 200
    second = answer.json()["refresh_token"]
    assert second != first

    await _make_older(parts, first, seconds=60)
    reused = await visitor.post("/api/auth/refresh", json={"refresh_token": first})
    assert reused.status_code == 401
    whole_family = await visitor.post("/api/auth/refresh", json={"refresh_token": second})
    assert whole_family.status_code == 401
    assert (await person.get("/api/auth/me")).status_code == 401


async def test_two_tabs_may_use_one_refresh_token_at_the_same_time(
    visitor: httpx2.AsyncClient, people: People
) -> None:
    person = await people.new()
    await person.log_in()
    body = {"refresh_token": person.tokens["refresh_token"]}
    tabs = await asyncio.gather(*(visitor.post("/api/auth/refresh", json=body) for _ in range(2)))
    assert [tab.status_code for tab in tabs] == [200, 200]
    for tab in tabs:
        again = {"refresh_token": tab.json()["refresh_token"]}
        assert (await visitor.post("/api/auth/refresh", json=again)).status_code == 200


async def _make_older(parts: Parts, refresh_token: str, seconds: int) -> None:
    session_id, _, secret = refresh_token.partition(".")
    key = f"{parts.settings.prefix}session:{session_id}"
    await parts.redis.hincrby(key, fingerprint(secret), -seconds)


async def test_logging_out_ends_both_tokens(visitor: httpx2.AsyncClient, people: People) -> None:
    person = await people.new()
    await person.log_in()
    assert (await person.post("/api/auth/logout")).status_code == 204
    assert (await person.get("/api/auth/me")).status_code == 401
    body = {"refresh_token": person.tokens["refresh_token"]}
    assert (await visitor.post("/api/auth/refresh", json=body)).status_code == 401


def _forged(parts: Parts, profile_id: str, **changes: object) -> str:
    claims = {
        "sub": profile_id,
        "sid": "s",
        "typ": "access",
        "iss": parts.settings.core.backend_url,
        "iat": now(),
        "exp": now() + timedelta(minutes=5),
    }
    secret = parts.settings.authentication.jwt_secret.get_secret_value()
    return jwt.encode({**claims, **changes}, secret, "HS256")


async def test_tokens_that_are_not_ours_whole_and_fresh_are_refused(
    visitor: httpx2.AsyncClient, people: People, parts: Parts
) -> None:
    person = await people.new()
    await person.log_in()
    good = person.tokens["access_token"]
    head, body, signature = good.split(".")
    bad = {
        "garbage": "garbage",
        "tampered": f"{head}.{body[:-2]}xx.{signature}",
        "unsigned": jwt.encode({"sub": person.profile.id}, "", "none"),
        "expired": _forged(parts, person.profile.id, exp=now() - timedelta(seconds=1)),
        "of another kind": _forged(parts, person.profile.id, typ="refresh"),
        "of another issuer": _forged(parts, person.profile.id, iss="https://else.example"),
        "of no session": _forged(parts, person.profile.id),
        "another algorithm": jwt.encode({"sub": "x"}, "k" * 64, "HS512"),
    }
    for what, token in bad.items():
        answer = await visitor.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert (what, answer.status_code) == (what, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
