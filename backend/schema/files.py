"""Files that people hand in: kept in the store, since every environment has one."""

from typing import Annotated

from pydantic import Field

from backend.schema.document import Document, Identifier, Index, Line, References


class StoredFile(Document):
    """A file that somebody handed in, with what it belongs to."""

    collection = "files"

    owner_id: Annotated[Identifier, References("profiles")]
    subject: Annotated[Line, Index()]
    """What it belongs to, such as `applications/<id>`."""
    name: Line
    media_type: Line
    size: int = Field(ge=1)
    """In bytes."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    content: str = Field(repr=False)
    """The bytes, in Base64."""
