"""The library: what the association's staff put there for members to fetch."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from backend.schema.document import (
    AccessType,
    Document,
    Identifier,
    Index,
    Line,
    References,
    Text,
)


class ResourceCategory(StrEnum):
    """What kind of thing a resource is."""

    document = "document"
    slides = "slides"
    article = "article"
    certification = "certification"
    other = "other"


class Resource(Document):
    """Something in the library, with one file; the file's subject is `resources/<id>`."""

    collection = "resources"

    title: Annotated[Line, Index()]
    description: Text = ""
    category: Annotated[ResourceCategory, Index()] = ResourceCategory.document
    access_type: Annotated[AccessType, Index()] = AccessType.members_only
    is_published: bool = False
    """Whether those who may see it do; until then its staff alone does."""
    added_by: Annotated[Identifier, References("profiles")]
    file_name: Annotated[str, Field(max_length=200)] = ""
    """What the file is called; empty while there is none."""
    media_type: Annotated[str, Field(max_length=100)] = ""
    """Known by how the file begins."""
    size: int = Field(default=0, ge=0)
    """In bytes."""

    @property
    def subject(self) -> str:
        """What its file belongs to, and what the audit log calls it."""
        return f"{self.collection}/{self.id}"

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.is_published and not self.file_name:
            raise ValueError("a published resource has a file")
        return self
