"""Sessions of Calls: one PeerConnection each, its tracks, and whose turn it is to answer.

Signalling only, as https://developers.cloudflare.com/realtime/sfu/api describes it.
"""

from typing import Any

from starlette.responses import JSONResponse, Response

from sandboxes.cloudflare import sdp
from sandboxes.cloudflare.envelope import API, new_uid, written
from sandboxes.cloudflare.realtime import (
    MOST_TRACKS,
    SESSION,
    Answer,
    Closing,
    Description,
    InvalidDescription,
    NewSession,
    NewTracks,
    RealtimeError,
    Track,
    as_status,
    find_session,
    opened_app,
    opened_session,
    read,
)
from sandboxes.cloudflare.sdp import Section
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Handler, Operation, Vendor

NOT_FOUND = {
    "errorCode": "not_found_track_error",
    "errorDescription": "Track not found on remote peer",
}
ALREADY_CLOSED = {
    "errorCode": "close_track_error",
    "errorDescription": "Track doesn't exist or was already closed",
}


async def new_session(call: Call) -> Response:
    """A new session; with an offer in the body, its answer comes along."""
    if call.request.query_params.get("thirdparty") == "true":
        raise RealtimeError(501, "cloudflare sandbox does not emulate sessions of a third party")
    asked = read(call, NewSession)
    async with opened_app(call) as inside:
        session: Document = {
            "id": new_uid(),
            "app": call.parameters["app_id"],
            "created": written(call.now),
            "connected": False,
            "awaits_answer": False,
            "version": 0,
            "sections": [],
            "tracks": [],
        }
        told = {"sessionId": session["id"]}
        if asked.session_description:
            told["sessionDescription"] = _answer(session, asked.session_description)
        await inside.records.put(SESSION, session["id"], session)
    return JSONResponse(told, 201)


async def add_tracks(call: Call) -> Response:
    """Share tracks, or get those of others; an error of one does not hinder the rest."""
    asked = read(call, NewTracks)
    _hold_to_rules(asked)
    async with opened_session(call) as (inside, session):
        _hold_the_turn(session)
        offer = asked.session_description
        answer = _answer(session, offer) if offer else None
        if asked.tracks and asked.tracks[0].location == "remote":
            results = [await _pull(inside, session, track, answer) for track in asked.tracks]
        else:
            results = [_push(session, track, answer) for track in asked.tracks]
            results += _discovered(session) if asked.auto_discover else []
        is_offered = not answer and any("errorCode" not in each for each in results)
        told: dict[str, Any] = {"requiresImmediateRenegotiation": is_offered, "tracks": results}
        if answer or is_offered:
            told["sessionDescription"] = answer or _offer(session)
    return JSONResponse(told)


def _hold_to_rules(asked: NewTracks) -> None:
    if not asked.tracks and not asked.auto_discover:
        raise RealtimeError(406, "Expecting at least one track in the request")
    if len(asked.tracks) > MOST_TRACKS:
        raise RealtimeError(406, f"Expecting at most {MOST_TRACKS} tracks in the request")
    if len({track.location for track in asked.tracks}) > 1:
        raise RealtimeError(406, "All tracks must be local, or all remote")
    if any(track.mid and track.mid.startswith("#") for track in asked.tracks):
        words = "cloudflare sandbox does not emulate a mid that names a transceiver by its track"
        raise RealtimeError(501, words)


def _hold_the_turn(session: Document) -> None:
    if session["awaits_answer"]:
        raise InvalidDescription("The last offer was not answered yet")


def _answer(session: Document, description: Description) -> Document:
    """The answer to an offer, which is what the session has from now on."""
    if description.type != "offer":
        raise InvalidDescription("An offer is expected here")
    session["sections"] = [section.document() for section in _sections(description)]
    session["connected"] = True
    return _described(session, "answer")


def _sections(description: Description) -> list[Section]:
    try:
        return sdp.read(description.sdp)
    except sdp.IsNoDescription as error:
        raise InvalidDescription(f"This is no session description: {error}") from error


def _offer(session: Document) -> Document:
    session["awaits_answer"] = True
    return _described(session, "offer")


def _described(session: Document, kind: str) -> Document:
    session["version"] += 1
    sections = [Section(**section) for section in session["sections"]]
    return sdp.written(sections, kind, session["id"], session["version"])


def _push(session: Document, track: Track, answer: Document | None) -> Document:
    """Share a track: of a section that was offered, or of one that the SFU will offer."""
    if not track.track_name:
        raise RealtimeError(406, "trackName is required for local tracks")
    if answer is None:
        if track.kind is None:
            raise RealtimeError(406, "kind is required when the SFU generates the offer")
        way = "sendrecv" if track.bidirectional_media_stream else "recvonly"
        section = _added(session, track.kind, way)
    else:
        section = _offered(session, track.mid)
    return _noted(session, section, "local", track.track_name)


async def _pull(
    vendor: Vendor, session: Document, track: Track, answer: Document | None
) -> Document:
    """Get a track that another session of the app shares."""
    if not (track.session_id and track.track_name):
        raise RealtimeError(406, "sessionId and trackName are required for remote tracks")
    named = {"sessionId": track.session_id, "trackName": track.track_name}
    shared = await _shared(vendor, session, track)
    if shared is None:
        return named | NOT_FOUND
    kind = shared["kind"]
    section = _offered(session, track.mid) if answer else _added(session, kind, "sendonly")
    told = _noted(session, section, "remote", track.track_name, sessionId=track.session_id)
    return named | told | ({"simulcast": track.simulcast} if track.simulcast else {})


async def _shared(vendor: Vendor, session: Document, track: Track) -> Document | None:
    """What a publisher shares under this name, as long as it does."""
    publisher = session
    if track.session_id != session["id"]:
        found = await find_session(vendor, session["app"], track.session_id)
        if found is None:
            return None
        publisher = found
    for each in publisher["tracks"]:
        if (each["location"], each["trackName"]) == ("local", track.track_name) and _is_on(each):
            return dict(each)
    return None


def _is_on(track: Document) -> bool:
    return bool(track["status"] == "active")


def _offered(session: Document, mid: str | None) -> Document:
    """The section of the endpoint's offer that has this mid; raises InvalidDescription."""
    for section in session["sections"]:
        if section["mid"] == mid and not section["is_closed"]:
            return dict(section)
    raise InvalidDescription(f"The offer has no media section with the mid {mid!r}")


def _added(session: Document, kind: str, direction: str) -> Document:
    """A section more, which the SFU will offer."""
    taken = [int(each["mid"]) for each in session["sections"] if each["mid"].isdigit()]
    section = Section.usual(str(max(taken, default=-1) + 1), kind, direction).document()
    session["sections"].append(section)
    return section


def _noted(session: Document, section: Document, location: str, name: str, **also: str) -> Document:
    """Remember a track, and tell its name and mid."""
    told = {"trackName": name, "mid": section["mid"]}
    kept = told | {"location": location, "kind": section["kind"], "status": "active"} | also
    session["tracks"].append(kept)
    return told


def _discovered(session: Document) -> list[Document]:
    """Every section that the endpoint sends on and nobody has named yet, under names by lot."""
    known = {track["mid"] for track in session["tracks"]}
    return [
        _noted(session, section, "local", new_uid())
        for section in session["sections"]
        if section["mid"] not in known
        and section["kind"] in {"audio", "video"}
        and section["direction"] in {"recvonly", "sendrecv"}
    ]


async def renegotiate(call: Call) -> Response:
    """Take the answer to the SFU's offer."""
    description = read(call, Answer).session_description
    async with opened_session(call) as (_, session):
        if not session["awaits_answer"] or description.type != "answer":
            raise InvalidDescription("There is no offer that this could answer")
        answered = [section.mid for section in _sections(description)]
        if answered != [section["mid"] for section in session["sections"]]:
            raise InvalidDescription("The answer has other media sections than the offer")
        session |= {"awaits_answer": False, "connected": True}
    return JSONResponse({})


async def close_tracks(call: Call) -> Response:
    """Close tracks by their mids: at once with `force`, else with an offer of the endpoint."""
    asked = read(call, Closing)
    if not asked.force and asked.session_description is None:
        raise RealtimeError(406, "sessionDescription is required unless force is true")
    async with opened_session(call) as (_, session):
        told: dict[str, Any] = {"requiresImmediateRenegotiation": False}
        if not asked.force and asked.session_description:
            _hold_the_turn(session)
            told["sessionDescription"] = _answer(session, asked.session_description)
        told["tracks"] = [_closed(session, each.mid) for each in asked.tracks]
    return JSONResponse(told)


def _closed(session: Document, mid: str) -> Document:
    open_ones = [each for each in session["tracks"] if each["mid"] == mid and _is_on(each)]
    for track in open_ones:
        track["status"] = "inactive"
    return {"mid": mid} if open_ones else {"mid": mid} | ALREADY_CLOSED


async def get_session(call: Call) -> Response:
    """The tracks of a session; a remote one is active as long as its publisher shares it."""
    async with opened_session(call) as (inside, session):
        tracks = []
        for each in session["tracks"]:
            told = {name: value for name, value in each.items() if name != "kind"}
            if each["location"] == "remote" and _is_on(each):
                track = Track(location="remote", **_named(each))
                if await _shared(inside, session, track) is None:
                    told["status"] = "inactive"
            tracks.append(told)
    return JSONResponse({"tracks": tracks, "dataChannels": []})


def _named(track: Document) -> dict[str, Any]:
    return {"sessionId": track["sessionId"], "trackName": track["trackName"]}


APPS = "/v1/apps/{app_id}/sessions"
ONE = APPS + "/{session_id}"
HANDLERS: tuple[tuple[str, str, str, Handler], ...] = (
    ("newSession", "POST", f"{APPS}/new", new_session),
    ("newTracks", "POST", f"{ONE}/tracks/new", add_tracks),
    ("renegotiate", "PUT", f"{ONE}/renegotiate", renegotiate),
    ("closeTracks", "PUT", f"{ONE}/tracks/close", close_tracks),
    ("getSession", "GET", ONE, get_session),
)
OPERATIONS = tuple(
    Operation(f"calls.{name}", method, path, handler, error=as_status)
    for name, method, path, handler in HANDLERS
)


def spelled(path: str) -> str:
    """The Connection API has an address of its own. Who knows one address of Cloudflare alone,
    that of its API, asks below that."""
    return path.replace(f"{API}/apps/", "/v1/apps/", 1) if path.startswith(API) else path
