"""What is asked for, and how often; never by whom."""

import re
from typing import Annotated, Final

from pydantic import Field

from backend.schema.document import AccessType, Document, Index, Moment

LONGEST_KEPT: Final = 120
_TELLS_OF_SOMEBODY: Final = re.compile(r"@|\d(?:[\s().+/-]*\d){5}")
"""An address, or a number as long as a telephone's."""


class SearchQuery(Document):
    """A question, counted for all with the same access together: nothing tells who asked it."""

    collection = "search_queries"
    searched = ("text",)

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_KEPT)]
    access: Annotated[AccessType, Index()]
    """The widest access of those who asked; whoever has less is not told of the question."""
    asked_by: int = Field(default=0, ge=0)
    """How many have asked; the same person counts once a day."""
    helped: int = Field(default=0, ge=0)
    helped_not: int = Field(default=0, ge=0)
    """To how many the answer was helpful, and to how many it was not."""
    found: int = Field(default=0, ge=0)
    """How many sources there were for it the last time."""
    is_shared: Annotated[bool, Index()] = False
    """Whether so many have asked it that others may be told of it."""
    asked_at: Annotated[Moment, Index()]
    """When it was asked last."""

    def search_text(self) -> tuple[str, ...]:
        """The searched fields; nothing is made of what others are not told of."""
        return super().search_text() if self.is_shared else ()

    @staticmethod
    def may_be_kept(text: str) -> bool:
        """Whether a question is short, and holds nothing that looks like somebody's own."""
        return len(text) <= LONGEST_KEPT and not _TELLS_OF_SOMEBODY.search(text)
