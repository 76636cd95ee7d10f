"""What the paths of the API are about, made for somebody: each thing with the ids that name it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from backend.clock import now
from backend.schema import Document
from backend.schema.applications import Appeal, Application, Decision
from backend.schema.chat_messages import ChatMessage
from backend.schema.files import StoredFile
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Profile
from backend.schema.resources import Resource
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.schema.session_attendance import SessionAttendance, Spot, Visit
from backend.schema.training_sessions import Recording, TrainingSession
from tests.backend.conftest import event
from tests.backend.documents import article
from tests.backend.verdicts import Whose

PDF = b"%PDF-1.7 a list"
Things = tuple[list[Document], dict[str, str]]
"""What a path is about, and the ids by which it is called."""


@dataclass(frozen=True)
class Asked:
    """For what a thing is made: the route, whose it is, and to whom its owner shows it."""

    method: str
    path: str
    owner: Profile
    whose: Whose


def things(asked: Asked) -> Things:
    """What a path is about."""
    return next((make(asked) for word, make in MADE.items() if word in asked.path), ([], {}))


def _application(asked: Asked) -> Things:
    """An application that stands as the path needs it, and a file in it."""
    no, path = Decision(by="b", at=now(), note="No."), asked.path
    told: dict[str, Any] = {"profile_id": asked.owner.id, "requested_tier": "basic"}
    told |= {"applicant_email": asked.owner.email, "applicant_name": "Ama Owusu"}
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
    whose = {"owner_id": asked.owner.id, "subject": f"applications/{kept.id}"}
    file = StoredFile.of(PDF, name="a.pdf", **whose)
    return [kept, file], {"application_id": kept.id, "file_id": file.id, "number": "1"}


def _gathering(asked: Asked) -> Things:
    """An event that the owner organizes, and has a seat at."""
    is_draft = re.search("publish$|organized", asked.path) or asked.whose is Whose.hidden
    kept = event(
        organizer_id=asked.owner.id,
        status="draft" if is_draft else "published",
        access_type=asked.whose.access,
        capacity=9,
        seats_taken=1,
    )
    seat = Rsvp(event_id=kept.id, profile_id=asked.owner.id, status=RsvpStatus.confirmed)
    return [kept, seat], {"event_id": kept.id}


OF_THE_TEACHER = re.compile("(start|end|cancel|figures|attendees|attendees.csv)$|/chat/")


def _training(asked: Asked) -> Things:
    """A session that the owner teaches where that is asked for, or else is in."""
    is_taught = asked.method == "PATCH" or OF_THE_TEACHER.search(asked.path)
    kept = TrainingSession(
        title="Kata, slowly",
        discipline="Karate",
        instructor_id=asked.owner.id if is_taught else "t",
        starts_at=now() + timedelta(minutes=5),
        duration_minutes=60,
        access_type=asked.whose.access,
        recordings=[Recording(video_id="v", seconds=60, ready_at=now())],
    )
    was = SessionAttendance(
        session_id=kept.id,
        profile_id=asked.owner.id,
        registered_at=now(),
        joined_at=now(),
        seen_at=now(),
        visits=[Visit(began_at=now(), seen_at=now())],
        bookmarks=[Spot(id="spot", video_id="v", seconds=1)],
    )
    said = ChatMessage(session_id=kept.id, profile_id=asked.owner.id, text="Good evening.")
    ids = {"session_id": kept.id, "bookmark_id": "spot", "message_id": said.id}
    return [kept, was, said], ids | {"profile_id": asked.owner.id}


def _draft(asked: Asked) -> Things:
    post = article(uuid4().hex, "A text.", status="draft", author_id=asked.owner.id)
    return [post], {"post_id": post.id}


def _post(asked: Asked) -> Things:
    status = "draft" if asked.whose is Whose.hidden else "published"
    post = article(uuid4().hex, "A text.", status=status, author_id=asked.owner.id)
    return [post], {"slug": post.slug}


def _resource(asked: Asked) -> Things:
    named = {"file_name": "a.pdf", "media_type": "application/pdf", "size": len(PDF)}
    shown = {"access_type": asked.whose.access, "is_published": asked.whose is not Whose.hidden}
    kept = Resource.model_validate(
        {"title": "A list", "added_by": asked.owner.id, **named, **shown}
    )
    file = StoredFile.of(PDF, owner_id=None, subject=kept.subject, name="a.pdf")
    return [kept, file], {"resource_id": kept.id}


def _subscriber(_asked: Asked) -> Things:
    reader = NewsletterSubscriber(email=f"{uuid4().hex}@readers.staging.wwmaa.example")
    return [reader], {"subscriber_id": reader.id}


def _account(asked: Asked) -> Things:
    me = asked.owner.id
    photo = StoredFile.of(b"\xff\xd8\xff", owner_id=me, subject=f"profiles/{me}", name="photo")
    return [photo] if "photo" in asked.path else [], {"profile_id": me}


MADE: dict[str, Callable[[Asked], Things]] = {
    "{application_id}": _application,
    "{event_id}": _gathering,
    "/training/sessions/{": _training,
    "{post_id}": _draft,
    "{slug}": _post,
    "{resource_id}": _resource,
    "{subscriber_id}": _subscriber,
    "{profile_id}": _account,
}
"""By what stands in a path: the first that does decides."""
