"""What people say to each other while a training session is on."""

from typing import Annotated

from pydantic import Field

from backend.schema.document import Document, Identifier, Index, References


class ChatMessage(Document):
    """One message in the chat of a training session. It is kept for thirty days."""

    collection = "chat_messages"
    indexes = (Index(("session_id", "created_at")),)

    session_id: Annotated[Identifier, References("training_sessions")]
    profile_id: Annotated[Identifier, References("profiles")]
    text: Annotated[str, Field(min_length=1, max_length=2000)]
