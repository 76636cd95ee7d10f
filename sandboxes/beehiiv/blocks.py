"""The structured blocks of a post, as the HTML that its readers get.

See https://developers.beehiiv.com/api-reference/posts/create. How BeeHiiv lays them out is not
published; this is their content in plain HTML.
"""

from typing import Any, NoReturn

from jinja2 import StrictUndefined, UndefinedError

from sandboxes.beehiiv.errors import BeehiivError, not_emulated
from sandboxes.beehiiv.mailing import WORDS

STYLES = {"bold": "strong", "italic": "em", "underline": "u", "strikethrough": "s"}
STRICT = WORDS.overlay(undefined=StrictUndefined)
LEVELS = {str(level): f"h{level}" for level in range(1, 7)}


def html_of(blocks: list[Any]) -> str:
    """The HTML of blocks; raises BeehiivError for one that makes no sense or is not emulated."""
    template = STRICT.get_template("blocks.html")
    try:
        return template.render(blocks=blocks, styles=STYLES, levels=LEVELS, refuse=_refuse)
    except (UndefinedError, AttributeError, TypeError, ValueError) as error:
        raise BeehiivError(400, f"blocks: {error}") from error


def _refuse(kind: object) -> NoReturn:
    raise not_emulated(f"the block type {str(kind)[:100]!r}")
