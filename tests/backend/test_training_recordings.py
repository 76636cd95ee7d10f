"""Recordings of live training, from the broadcast to the viewer, through the front door."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from backend.clock import now
from backend.parts import Parts
from backend.schema.document import AccessType, Tier
from tests.backend.conftest import People
from tests.backend.inbox import Inbox
from tests.backend.people import Person
from tests.backend.training import (
    CLOUDFLARE,
    SECRET,
    at,
    backend,
    scheduled,
    somebody,
    teacher,
)

__all__ = ["backend", "teacher"]

STREAM = f"/cloudflare/client/v4/accounts/{CLOUDFLARE['CLOUDFLARE_ACCOUNT_ID']}/stream"
Tell = Callable[..., Awaitable[httpx2.Response]]


@pytest.fixture
def tell(visitor: httpx2.AsyncClient) -> Tell:
    """Tells the backend of a video, as Cloudflare does."""

    async def told(video: dict[str, Any], secret: str = SECRET) -> httpx2.Response:
        body, moment = json.dumps(video), int(now().timestamp())
        digest = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"Webhook-Signature": f"time={moment},sig1={digest}"}
        return await visitor.post("/api/webhooks/cloudflare", content=body, headers=headers)

    return told


async def recorded(
    sandboxes: httpx2.AsyncClient, teacher: Person, parts: Parts, **fields: Any
) -> tuple[str, dict[str, Any]]:
    """The path of a session that was broadcast and ended, and the video as Cloudflare has it."""
    session = await scheduled(parts, teacher, **fields)
    assert (await teacher.post(at(session, "/start"))).status_code == 200
    room = await parts.providers.cloudflare.find_live_input(f"training {session.id}")
    for switch in ("start", "stop"):
        await sandboxes.post(f"/_sandbox/cloudflare/live_inputs/{room}/{switch}")
    await teacher.post(at(session, "/end"))
    # By the clock of the sandboxes a broadcast becomes a video some seconds later.
    await sandboxes.post("/_sandbox/clock", json={"advance_s": 30})
    key = {"Authorization": "Bearer of-this-test"}
    path = f"{STREAM}/live_inputs/{room}/videos"
    (video,) = (await sandboxes.get(path, headers=key)).json()["result"]
    assert video["status"]["state"] == "ready", video["status"]
    return at(session), video


async def test_a_recording_is_attached_once_and_its_instructor_hears_of_it(
    teacher: Person,
    people: People,
    parts: Parts,
    sandboxes: httpx2.AsyncClient,
    tell: Tell,
) -> None:
    path, video = await recorded(sandboxes, teacher, parts)
    forged = await tell(video, secret="another secret")
    assert forged.status_code == 400
    working = await tell(video | {"readyToStream": False})
    assert working.json() == {"outcome": "ignored"}
    assert (await teacher.get(path)).json()["has_recording"] is False
    outcomes = [(await tell(video)).json()["outcome"] for _ in range(3)]
    assert outcomes == ["applied", "duplicate", "duplicate"]
    assert (await tell(video | {"liveInput": "of-nobody"})).json() == {"outcome": "ignored"}
    assert (await teacher.get(path)).json()["has_recording"] is True
    mails = await Inbox(parts, sandboxes).mails(teacher.profile.email)
    assert [mail["subject"] for mail in mails] == ["Recorded: Kata, slowly"]


async def test_a_recording_is_played_by_a_signed_link_by_those_who_may_see_the_session(
    teacher: Person,
    people: People,
    parts: Parts,
    sandboxes: httpx2.AsyncClient,
    tell: Tell,
) -> None:
    path, video = await recorded(sandboxes, teacher, parts, access_type=AccessType.premium_only)
    await tell(video)
    premium = await somebody(people, tier=Tier.premium)
    told = (await premium.get(f"{path}/recordings")).json()
    (link,) = [each["watch_url"] for each in told["videos"]]
    assert (await sandboxes.get(link)).text.startswith("#EXTM3U")
    unsigned = link.replace(link.split("/")[-3], video["uid"])
    assert (await sandboxes.get(unsigned)).status_code == 401
    tampered = link.replace(link.split("/")[-3], link.split("/")[-3][:-8] + "AAAAAAAA")
    assert (await sandboxes.get(tampered)).status_code == 403
    until = now() + timedelta(hours=24)
    assert told["opens_until"] < until.isoformat()
    basic = await somebody(people)
    assert (await basic.get(f"{path}/recordings")).status_code == 404


async def test_each_viewer_keeps_their_own_place_and_bookmarks(
    teacher: Person,
    people: People,
    parts: Parts,
    sandboxes: httpx2.AsyncClient,
    tell: Tell,
) -> None:
    path, video = await recorded(sandboxes, teacher, parts)
    await tell(video)
    viewer, other = await somebody(people), await somebody(people)
    spot = {"video_id": video["uid"], "seconds": 7}

    async def put(**fields: object) -> httpx2.Response:
        asked = f"{path}/progress"
        return await viewer.door.put(asked, json={**spot, **fields}, headers=viewer.headers)

    for seconds in (5, 7):
        assert (await put(seconds=seconds)).status_code == 200
    assert (await put(video_id="of-somebody")).status_code == 422
    made = await viewer.post(f"{path}/bookmarks", {**spot, "note": "the turn"})
    assert made.status_code == 201
    mine = (await viewer.get(f"{path}/recordings")).json()
    assert (mine["progress"]["seconds"], mine["bookmarks"]) == (7, [made.json()])
    theirs = (await other.get(f"{path}/recordings")).json()
    assert (theirs["progress"], theirs["bookmarks"]) == (None, [])
    address = f"{path}/bookmarks/{made.json()['id']}"
    removed = [
        (await who.door.delete(address, headers=who.headers)).status_code
        for who in (other, viewer, viewer)
    ]
    assert removed == [404, 204, 404]
    # Who watches afterwards was not there.
    assert (await viewer.get(f"{path}/attendance")).json()["joined_at"] is None
