"""What was answered to requests that must not have their effect twice."""

from typing import Annotated

from backend.schema.document import Document, Index, Moment


class IdempotentAnswer(Document):
    """The answer to a request with an idempotency key, written together with its effect.

    Its id is made of who asked, what for and the key, so that there is one of each.
    """

    collection = "idempotent_answers"

    asked: str
    """The digest of what was asked; another body under the same key is refused."""
    status: int
    answer: str
    """The body of the answer, as JSON."""
    ends_at: Annotated[Moment, Index()]
    """Until when the key is remembered."""
