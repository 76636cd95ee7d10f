"""Texts of posts: Markdown throughout, whatever they came as; and what is made of them."""

import re
import unicodedata
from typing import Final

import nh3

from backend.schema.blog_posts import LONGEST

EXCERPT: Final = 300
SLUG: Final = 80
TAGS: Final = frozenset(
    {
        *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
        *("strong", "b", "em", "i", "ul", "ol", "li", "a", "img", "table", "thead", "tbody"),
        *("tr", "th", "td"),
    }
)
"""What a letter may hold; of anything else its text alone is kept."""
WITH_TEXT: Final = frozenset({"script", "style", "head", "title", "noscript", "template"})
"""What is taken away with all that it holds."""
ATTRIBUTES: Final = {"a": {"href"}, "img": {"src", "alt"}}
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS: Final = re.compile(r"^\s*(?:[-+*]|\d+\.)\s+|[#*_>`~|]", re.MULTILINE)
_DANGEROUS: Final = re.compile(r"\]\(\s*<?\s*(?:javascript|vbscript|data):", re.IGNORECASE)


def markdown_of(html: str) -> str:
    """A stranger's HTML as Markdown: nothing of it runs, loads a style or looks like a tag."""
    clean = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(WITH_TEXT),
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    # Few processes ever read a stranger's HTML, and none should wait for this at its start.
    from markdownify import markdownify  # noqa: PLC0415

    # A `<` in the text stays an entity, so that no tag is written by way of Markdown.
    written = markdownify(clean.replace("&lt;", "&amp;lt;"), heading_style="ATX", bullets="-")
    return str(re.sub(r"\n{3,}", "\n\n", written).strip())[:LONGEST]


def is_plain_markdown(text: str) -> bool:
    """Whether a text bears neither HTML nor links that run something."""
    return not nh3.is_html(text) and not _DANGEROUS.search(text)


def excerpt_of(content: str) -> str:
    """The beginning of a text in Markdown, without its marks."""
    plain = " ".join(_MARKS.sub("", _LINK.sub(r"\1", content)).split())
    if len(plain) <= EXCERPT:
        return plain
    return plain[: EXCERPT - 2].rsplit(" ", 1)[0] + " …"


def slug_of(title: str, number: int = 1) -> str:
    """A title as part of an address; the second and later ones of its kind bear a number."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:SLUG].strip("-") or "post"
    return slug if number == 1 else f"{slug}-{number}"
