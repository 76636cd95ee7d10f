"""Messages as both APIs take them: a role, and a text or parts of one."""

from typing import Literal

from sandboxes.kit.language.answering import Turn
from sandboxes.openai.errors import not_emulated
from sandboxes.openai.reading import Part

TEXTS = frozenset({"text", "input_text", "output_text"})


class Piece(Part):
    """A part of a message's content; of the kinds there are, only text is understood here."""

    type: str
    text: str | None = None


class Message(Part):
    """One message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Piece] | None = None

    def turn(self) -> Turn:
        """The message as text; raises OpenAIError for a picture, a sound or a file."""
        return Turn(self.role, text_of(self.content))


def text_of(content: str | list[Piece] | None) -> str:
    """The text of a content; raises OpenAIError for what is none."""
    if not isinstance(content, list):
        return content or ""
    for piece in content:
        if piece.type not in TEXTS:
            raise not_emulated(f"content of the type '{piece.type}'")
    return "\n".join(piece.text or "" for piece in content)
