"""What applicants hand in: certificates and the like, known by their first bytes."""

from typing import Final

from backend.errors import ApplicationIsSettled, NotFound
from backend.features.applications.applying import deciding, own
from backend.parts import Parts
from backend.schema.applications import Application
from backend.schema.files import StoredFile
from backend.schema.profiles import Profile
from backend.store import Store
from backend.uploads import taken

MOST: Final = 10


async def hand_in(
    parts: Parts, application_id: str, applicant: Profile, name: str, content: bytes
) -> StoredFile:
    """Keep a file with an application that is still open. Raises `FileIsRefused`."""
    taken(content)
    async with deciding(parts.store, application_id) as held:
        application = await own(held, application_id, applicant)
        if not application.is_open:
            raise ApplicationIsSettled("It is decided already; nothing can be handed in.")
        if await held.count(StoredFile, {"subject": _subject(application)}) >= MOST:
            raise ApplicationIsSettled(f"{MOST} files are the most; remove one first.")
        subject = _subject(application)
        file = StoredFile.of(content, owner_id=applicant.id, subject=subject, name=name)
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
