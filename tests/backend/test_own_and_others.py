"""Who may do what with which thing: each route with an id, for whom the thing is and another.

Taken from the API's description, so that a new route with an id is red until it is in the table.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.app import Backend, create_app
from backend.clock import now
from backend.dependencies import Parts
from backend.schema import Document
from backend.schema.applications import Appeal, Application, Decision
from backend.schema.chat_messages import ChatMessage
from backend.schema.files import StoredFile
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Role
from backend.schema.resources import Resource
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.schema.session_attendance import SessionAttendance, Spot, Visit
from backend.schema.training_sessions import Recording, TrainingSession
from tests.backend.conftest import BACKEND, People, event
from tests.backend.documents import article
from tests.backend.people import Person

PDF = b"%PDF-1.7 a list"
IN = 0
"""Let in: whatever is answered, it is not 401, 403 or 404."""


@dataclass(frozen=True)
class Row:
    """Of which role both are; what its owner hears, and what the other one does."""

    role: Role
    owner: int
    other: int


APPLICANT = Row(Role.visitor, IN, 404)
DECIDES = Row(Role.board_member, 403, IN)
READS = Row(Role.board_member, IN, IN)
ORGANIZER = Row(Role.instructor, IN, 403)
SEES = Row(Role.member, IN, IN)
MINE = Row(Role.member, IN, 404)
ANOTHER_ADMIN = Row(Role.admin, 403, IN)
ADMIN = Row(Role.admin, IN, IN)

TABLE = {
    "DELETE /api/auth/sessions/{session_id}": MINE,
    "GET /api/people/{profile_id}": SEES,
    "GET /api/people/{profile_id}/photo": SEES,
    "* /api/applications/{application_id}*": APPLICANT,
    "GET /api/board/applications/{application_id}*": READS,
    "POST /api/board/applications/{application_id}/appeal": ANOTHER_ADMIN,
    "POST /api/board/applications/{application_id}/*": DECIDES,
    "POST /api/events/{event_id}/rsvp": SEES,
    "* /api/events/{event_id}/rsvp*": MINE,
    "GET /api/events/{event_id}": SEES,
    "* /api/events/organized/{event_id}": ORGANIZER,
    "* /api/events/{event_id}*": ORGANIZER,
    "PATCH /api/training/sessions/{session_id}": ORGANIZER,
    "POST /api/training/sessions/{session_id}/cancel": ORGANIZER,
    "POST /api/training/sessions/{session_id}/start": ORGANIZER,
    "POST /api/training/sessions/{session_id}/end": ORGANIZER,
    "POST /api/training/sessions/{session_id}/leave": MINE,
    "GET /api/training/sessions/{session_id}/attendance": MINE,
    "DELETE /api/training/sessions/{session_id}/registration": MINE,
    "DELETE /api/training/sessions/{session_id}/bookmarks/{bookmark_id}": MINE,
    "* /api/training/sessions/{session_id}/chat/*/{*}": ORGANIZER,
    "GET /api/training/sessions/{session_id}/figures": ORGANIZER,
    "GET /api/training/sessions/{session_id}/attendees*": ORGANIZER,
    "* /api/training/sessions/{session_id}*": SEES,
    "* /api/blog/writing/{post_id}*": ORGANIZER,
    "GET /api/resources/{resource_id}*": Row(Role.instructor, IN, 404),
    "* /api/resources/{resource_id}*": ORGANIZER,
    "* /api/admin/newsletter/subscribers/{subscriber_id}*": ADMIN,
    "GET /api/admin/members/{profile_id}": ADMIN,
    "* /api/admin/members/{profile_id}/*": ANOTHER_ADMIN,
}
"""The first line that fits decides. `*` stands for any method, and for whatever follows."""

BY_OTHER_MEANS = {
    "/api/calendars/{key}.ics",
    "/api/blog/posts/{slug}",
    "/api/privacy/exports/{sealed}",
    "/api/search/answers/{query_id}/feedback",
}
"""Found by a public name, or by what only those hold whose it is; each has tests of its own."""

DOCUMENT = create_app({}).openapi()


def row_of(method: str, path: str) -> Row | None:
    for line, row in TABLE.items():
        pattern = ".*".join(map(re.escape, line.removeprefix("* ").split("*")))
        if re.fullmatch(pattern, path if line.startswith("* ") else f"{method} {path}"):
            return row
    return None


OPERATIONS = [
    (method.upper(), path)
    for path, item in DOCUMENT["paths"].items()
    for method in item
    if "{" in path and path not in BY_OTHER_MEANS
]


def test_every_route_with_an_id_is_in_the_table() -> None:
    assert [each for each in OPERATIONS if row_of(*each) is None] == []


Things = tuple[list[Document], dict[str, str]]
"""What a path is about, and the ids by which it is called."""


def application(owner: Person, path: str) -> Things:
    """An application of the owner's that stands as the path needs it, and a file in it."""
    no = Decision(by="b", at=now(), note="No.")
    told: dict[str, Any] = {"profile_id": owner.profile.id, "requested_tier": "basic"}
    told |= {"applicant_email": owner.profile.email, "applicant_name": "Ama Owusu"}
    if "/board/" in path:
        told |= {"submitted_at": now()}
    if re.search("/board/|withdraw|questions", path):
        told |= {"status": "pending"}
    if path.endswith("/appeal"):
        told |= {"status": "rejected", "rejection": no}
    if path.endswith("/appeal") and "/board/" in path:
        told |= {"appeal": Appeal(at=now(), reason="You mistook me.", rejection=no)}
    if path.endswith("{number}"):
        told |= {"questions": [{"by": "b", "at": now(), "text": "Where did you train?"}]}
    kept = Application.model_validate(told)
    whose = {"owner_id": owner.profile.id, "subject": f"applications/{kept.id}"}
    file = StoredFile.of(PDF, name="a.pdf", **whose)
    return [kept, file], {"application_id": kept.id, "file_id": file.id}


def gathering(owner: Person, path: str) -> Things:
    """An event that the owner organizes, and has a seat at."""
    status = "draft" if path.endswith("publish") or "organized" in path else "published"
    kept = event(organizer_id=owner.profile.id, status=status, capacity=9, seats_taken=1)
    seat = Rsvp(event_id=kept.id, profile_id=owner.profile.id, status=RsvpStatus.confirmed)
    return [kept, seat], {"event_id": kept.id}


def training(owner: Person, *, is_taught: bool) -> Things:
    """A session that the owner teaches, or else is in."""
    kept = TrainingSession(
        title="Kata, slowly",
        discipline="Karate",
        instructor_id=owner.profile.id if is_taught else "t",
        starts_at=now() + timedelta(minutes=5),
        duration_minutes=60,
        recordings=[Recording(video_id="v", seconds=60, ready_at=now())],
    )
    was = SessionAttendance(
        session_id=kept.id,
        profile_id=owner.profile.id,
        registered_at=now(),
        joined_at=now(),
        seen_at=now(),
        visits=[Visit(began_at=now(), seen_at=now())],
        bookmarks=[Spot(id="spot", video_id="v", seconds=1)],
    )
    said = ChatMessage(session_id=kept.id, profile_id=owner.profile.id, text="Good evening.")
    ids = {"session_id": kept.id, "bookmark_id": "spot", "message_id": said.id}
    return [kept, was, said], ids | {"profile_id": owner.profile.id}


def things(owner: Person, method: str, path: str) -> Things:
    """What a path is about, as the owner's."""
    me = owner.profile.id
    if "{application_id}" in path:
        return application(owner, path)
    if "{event_id}" in path:
        return gathering(owner, path)
    if path.startswith("/api/training"):
        return training(owner, is_taught=row_of(method, path) is ORGANIZER)
    if "{post_id}" in path:
        post = article(uuid4().hex, "A text.", status="draft", author_id=me)
        return [post], {"post_id": post.id}
    if "{resource_id}" in path:
        named = {"file_name": "a.pdf", "media_type": "application/pdf", "size": len(PDF)}
        kept = Resource.model_validate({"title": "A list", "added_by": me, **named})
        file = StoredFile.of(PDF, owner_id=None, subject=kept.subject, name="a.pdf")
        return [kept, file], {"resource_id": kept.id}
    reader = NewsletterSubscriber(email=f"{uuid4().hex}@readers.staging.wwmaa.example")
    photo = StoredFile.of(b"\xff\xd8\xff", owner_id=me, subject=f"profiles/{me}", name="photo")
    rest: dict[str, Document] = {"photo": photo, "subscribers": reader}
    return [it for word, it in rest.items() if word in path], {
        "profile_id": me,
        "subscriber_id": reader.id,
    }


@pytest.fixture(scope="module")
async def pairs(backend: Backend) -> AsyncIterator[dict[Role, tuple[Person, Person]]]:
    """Two of each role, logged in, who chose to be shown."""
    transport = httpx2.ASGITransport(backend)
    async with httpx2.AsyncClient(transport=transport, base_url=BACKEND) as client:
        people = People(client, backend.state.parts)
        found = {}
        for role in Role:
            found[role] = (await people.new(role, is_public=True), await people.new(role))
            for person in found[role]:
                await person.log_in()
        yield found


async def call(person: Person, method: str, path: str, ids: dict[str, str]) -> int:
    """Do what a route does, by its own example."""
    operation = DOCUMENT["paths"][path][method.lower()]
    content = operation.get("requestBody", {}).get("content", {})
    asked: dict[str, Any] = {"json": content.get("application/json", {}).get("example")}
    if content and "application/json" not in content:
        asked = {"content": PDF, "params": {"name": "a.pdf"}}
    headers = person.headers | {"Idempotency-Key": uuid4().hex}
    address = path.format(**{"number": "1"} | ids)
    answer = await person.door.request(method, address, headers=headers, **asked)
    assert answer.status_code < 500 or answer.status_code == 503, answer.text
    return answer.status_code if answer.status_code in (401, 403, 404) else IN


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
async def test_what_is_somebodys_is_theirs_alone(
    method: str,
    path: str,
    parts: Parts,
    people: People,
    pairs: dict[Role, tuple[Person, Person]],
) -> None:
    row = row_of(method, path)
    assert row is not None
    owner, other = pairs[row.role]
    if path.startswith("/api/admin/members"):
        # Their account is changed, and nobody else's test shall hear of it.
        owner = await people.new(row.role)
        await owner.log_in()
    documents, ids = things(owner, method, path)
    if "auth/sessions" in path:
        (first, *_) = (await owner.get("/api/auth/sessions")).json()
        await owner.log_in()
        ids = {"session_id": first["id"]}
    await parts.store.insert(*documents)
    # Whoever is refused comes first: the thing must still be there for the one who is let in.
    for person, verdict in sorted(((other, row.other), (owner, row.owner)), key=lambda it: -it[1]):
        assert await call(person, method, path, ids) == verdict
        if row.owner == row.other:
            # Who is let in may have removed it; the next one finds another.
            documents, ids = things(owner, method, path)
            await parts.store.insert(*documents)
