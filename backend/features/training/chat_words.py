"""The words of a chat: what people send, and what they hear. Each is one object of JSON."""

import unicodedata
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
)

from backend.bodies import Body
from backend.schema.chat_messages import ChatMessage
from backend.schema.profiles import Profile

LONGEST = 2000
_NO_CONTROLS = ("Cc", "Cf", "Cs", "Co")
"""Control characters, those that turn the reading direction around, and what is no character."""
_USEFUL = ("\n", "\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}")
"""A new line, and what emojis and some scripts are joined by."""


def _plain(text: str) -> str:
    """Raises `ValueError` for what is no plain text."""
    for each in text:
        if unicodedata.category(each) in _NO_CONTROLS and each not in _USEFUL:
            raise ValueError("this is no plain text")
    return text


class Emoji(StrEnum):
    """What one may answer without words."""

    thumbs_up = "👍"
    applause = "👏"
    heart = "❤️"
    fire = "🔥"
    gi = "🥋"


class _Sent(Body):
    model_config = ConfigDict(frozen=True)


class Say(_Sent):
    """Say something to everybody."""

    kind: Literal["say"]
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST),
        AfterValidator(_plain),
    ]


class React(_Sent):
    """Show a feeling for a moment; it is not kept."""

    kind: Literal["react"]
    emoji: Emoji


class Hand(_Sent):
    """Raise one's hand, or take it down."""

    kind: Literal["hand"]
    up: bool


Sent = Say | React | Hand
SENT: TypeAdapter[Sent] = TypeAdapter(Annotated[Sent, Field(discriminator="kind")])
"""Reads what somebody sends."""


class Who(BaseModel):
    """Somebody in the chat."""

    id: str
    name: str

    @classmethod
    def of(cls, profile: Profile) -> Self:
        """By what others know them."""
        return cls(id=profile.id, name=profile.full_name)


class ChatEntry(BaseModel):
    """Somebody said something."""

    kind: Literal["said"] = "said"
    id: str
    by: Who
    text: str
    at: AwareDatetime

    @classmethod
    def of(cls, message: ChatMessage, by: Who) -> Self:
        """A kept message, and who said it."""
        return cls(id=message.id, by=by, text=message.text, at=message.created_at)


class Reacted(BaseModel):
    """Somebody reacted."""

    kind: Literal["reacted"] = "reacted"
    by: Who
    emoji: Emoji


class HandMoved(BaseModel):
    """A hand went up, or down."""

    kind: Literal["hand"] = "hand"
    of: Who
    up: bool


class Removed(BaseModel):
    """A message was removed; show it no more."""

    kind: Literal["removed"] = "removed"
    id: str


class Muted(BaseModel):
    """Somebody may say nothing until then; none says that they may again."""

    kind: Literal["muted"] = "muted"
    who: Who
    until: AwareDatetime | None


class Welcome(BaseModel):
    """The first that one hears: what was said last, the oldest first, and whose hands are up."""

    kind: Literal["welcome"] = "welcome"
    messages: list[ChatEntry]
    hands: list[Who]
    """Whoever raised theirs first comes first."""
    muted_until: AwareDatetime | None
    is_host: bool
    may_moderate: bool
    """Whether one may remove what others said, mute them, and take their hands down."""
    muted: list[Muted]
    """Who may say nothing now; for those alone who may change that."""


class Refused(BaseModel):
    """What one sent was not told to anybody, and why; others do not hear of it."""

    kind: Literal["refused"] = "refused"
    why: str
    retry_after: int | None = None
    """In how many seconds it may be sent again, where waiting helps."""
