"""Tokens by a rule of thumb: the tokenizers of the real models are not on this machine."""

import re

TOKEN = re.compile(r"\s*\w{1,6}|\s*[^\w\s]|\s+")


def tokens(text: str) -> list[str]:
    """The text in pieces, each six letters or one sign at most, with the space before it.

    Put together again they are the text.
    """
    return TOKEN.findall(text)


def words(text: str) -> list[str]:
    """The text word by word, each with the space before it, as it is streamed."""
    return re.findall(r"\s*\S+|\s+", text)
