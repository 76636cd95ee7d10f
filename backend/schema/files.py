"""Files that people hand in: kept in the store, since every environment has one."""

import base64
from hashlib import sha256
from typing import Annotated, Final, Self

from pydantic import Field

from backend.schema.document import Document, Identifier, Index, Line, References

BEGINNINGS: Final = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
"""The kinds of files that are taken, by how they begin; what they are called tells nothing."""
PICTURES: Final = ("image/jpeg", "image/png")


def kind_of(content: bytes) -> str | None:
    """The kind of a file by its first bytes; none when it is not one that is taken."""
    return next((kind for start, kind in BEGINNINGS.items() if content.startswith(start)), None)


class StoredFile(Document):
    """A file that somebody handed in, with what it belongs to."""

    collection = "files"

    owner_id: Annotated[Identifier | None, References("profiles")] = None
    """Whose it is; none for what is the association's."""
    subject: Annotated[Line, Index()]
    """What it belongs to, such as `applications/<id>`."""
    name: Line
    media_type: Line
    size: int = Field(ge=1)
    """In bytes."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    content: str = Field(repr=False)
    """The bytes, in Base64."""

    @classmethod
    def of(cls, content: bytes, *, owner_id: str | None, subject: str, name: str) -> Self:
        """The document of a file's bytes, whose kind is taken here."""
        return cls(
            owner_id=owner_id,
            subject=subject,
            name=name,
            media_type=kind_of(content) or "",
            size=len(content),
            sha256=sha256(content).hexdigest(),
            content=base64.b64encode(content).decode(),
        )

    def read(self) -> bytes:
        """The bytes."""
        return base64.b64decode(self.content)
