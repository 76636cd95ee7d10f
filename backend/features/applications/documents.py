"""What applicants hand in: certificates and the like, known by their first bytes."""

import base64
from hashlib import sha256
from typing import Final

from backend.dependencies import Parts
from backend.errors import ApplicationIsSettled, FileIsRefused, NotFound
from backend.features.applications.applying import deciding, own
from backend.schema.applications import Application
from backend.schema.files import StoredFile
from backend.schema.profiles import Profile
from backend.store import Store

LARGEST: Final = 5 * 1024 * 1024
MOST: Final = 10
KINDS: Final = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
"""The kinds of files that are taken, by how they begin; what they are called tells nothing."""


async def hand_in(
    parts: Parts, application_id: str, applicant: Profile, name: str, content: bytes
) -> StoredFile:
    """Keep a file with an application that is still open. Raises `FileIsRefused`."""
    media_type = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if media_type is None:
        raise FileIsRefused("Only PDF, JPEG and PNG files are taken.")
    if len(content) > LARGEST:
        raise FileIsRefused(f"A file may have {LARGEST // 1024 // 1024} MiB at most.")
    async with deciding(parts.store, application_id) as held:
        application = await own(held, application_id, applicant)
        if not application.is_open:
            raise ApplicationIsSettled("It is decided already; nothing can be handed in.")
        if await held.count(StoredFile, {"subject": _subject(application)}) >= MOST:
            raise ApplicationIsSettled(f"{MOST} files are the most; remove one first.")
        file = StoredFile(
            owner_id=applicant.id,
            subject=_subject(application),
            name=name,
            media_type=media_type,
            size=len(content),
            sha256=sha256(content).hexdigest(),
            content=base64.b64encode(content).decode(),
        )
        await held.insert(file)
        return file


async def of(store: Store, application: Application) -> list[StoredFile]:
    """What was handed in with an application, in the order in which it came."""
    page = await store.find(StoredFile, {"subject": _subject(application)}, limit=MOST)
    return list(page.items)


async def one(store: Store, application: Application, file_id: str) -> StoredFile:
    """One file of an application. Raises `NotFound`."""
    file = await store.get(StoredFile, file_id)
    if file is None or file.subject != _subject(application):
        raise NotFound("There is no such file with this application.")
    return file


async def take_back(parts: Parts, application_id: str, applicant: Profile, file_id: str) -> None:
    """Remove a file from an application that is still open."""
    async with deciding(parts.store, application_id) as held:
        application = await own(held, application_id, applicant)
        if not application.is_open:
            raise ApplicationIsSettled("It is decided already; nothing can be taken back.")
        file = await one(held, application, file_id)
        await held.remove(StoredFile, {"id": file.id})


def _subject(application: Application) -> str:
    return f"applications/{application.id}"
