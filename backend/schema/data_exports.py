"""What is kept about people, put together for them to take along."""

from typing import Annotated

from pydantic import Field

from backend.schema.document import Document, Identifier, Index, Moment, References


class DataExport(Document):
    """All that is kept about a person, as they asked for it; it is there for a day."""

    collection = "data_exports"

    profile_id: Annotated[Identifier, References("profiles")]
    ends_at: Annotated[Moment, Index()]
    """Until when it can be fetched."""
    content: str = Field(default="", repr=False)
    """JSON; empty until it is put together."""
