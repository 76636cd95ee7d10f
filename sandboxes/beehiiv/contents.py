"""What the readers of a post get to see: on the web, by mail, and in a feed."""

import re

from sandboxes.beehiiv.blocks import html_of
from sandboxes.beehiiv.mailing import WORDS
from sandboxes.beehiiv.post_forms import PostChange
from sandboxes.kit.records import Document

# BeeHiiv documents that it takes these two away; what else it cleans it does not say.
STYLE = re.compile(r"<style\b.*?(</style\s*>|\Z)|<link\b[^>]*>", re.IGNORECASE | re.DOTALL)
PAYWALL = "<p>This post is for premium subscribers.</p>"


def content_of(told: PostChange) -> str | None:
    """The content that was told as HTML, or None where none was; raises BeehiivError."""
    if told.blocks is not None:
        return STYLE.sub("", html_of(told.blocks))
    return None if told.body_content is None else STYLE.sub("", told.body_content)


def shown(post: Document, kinds: set[str]) -> Document:
    """The content of a post, as far as `expand` names it."""
    content: Document = {}
    for reader, media in {"free": ("web", "email", "rss"), "premium": ("web", "email")}.items():
        for medium in media:
            if f"{reader}_{medium}_content" in kinds:
                content.setdefault(reader, {})[medium] = rendered(post, reader, medium)
    return content


def rendered(post: Document, reader: str, medium: str) -> str:
    """One way in which a post is read, for a `free` or a `premium` reader."""
    tiers = post["email_tiers"] if medium == "email" else post["web_tiers"]
    content = PAYWALL if reader == "free" and "free" not in tiers else post["html"]
    if medium == "rss":
        return content
    template = "post.html" if medium == "email" else "web.html"
    return WORDS.get_template(template).render(post=post, content=content)
