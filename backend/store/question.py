"""What people ask search for, as any driver takes it."""

import re
from typing import Final

LONGEST_TEXT: Final = 500


def asked(text: str) -> str:
    """What is looked for: the beginning of the text, without what no document can hold."""
    return re.sub(r"[\0\ud800-\udfff]", " ", text)[:LONGEST_TEXT].strip()
