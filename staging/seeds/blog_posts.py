"""The articles: a hundred little texts in `articles/`, each its own, to judge search by."""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from backend.schema.blog_posts import BlogPost, BlogPostStatus
from staging.seeds.edition import FOLDER, Edition
from staging.seeds.profiles import Cast

DRAFTS = (
    "between-the-generations",
    "grappling-in-armour",
    "legs-of-lead-the-day-after",
    "the-awards-ceremony",
    "three-lines-after-class",
)
"""Not published yet. None of them answers a golden query."""

AUTHORS = {
    "judo": "Rafael Monteagudo-Lis",
    "karate": "Tevita Longopulu",
    "kendo": "Hanae Morisugi",
    "ju-jitsu": "Siobhan Keverne",
    "self-defense": "Siobhan Keverne",
    "events": "Ingrid Tveitvik",
    "history": "Hanae Morisugi",
    "nutrition": "Siobhan Keverne",
    "philosophy": "Kwabena Nyarkoh",
    "safety": "Ingrid Tveitvik",
    "technique": "Rafael Monteagudo-Lis",
    "training": "Kwabena Nyarkoh",
}
"""Who writes about what: the first of an article's tags that is named here, else its category."""

TWO_YEARS = 730


@dataclass(frozen=True)
class Article:
    """An article as its file tells it; the file's name is its slug."""

    slug: str
    title: str
    category: str
    tags: tuple[str, ...]
    excerpt: str
    content: str

    @property
    def author(self) -> str:
        """The name, in `people.toml`, of the person who wrote it."""
        return next(AUTHORS[word] for word in (*self.tags, self.category) if word in AUTHORS)


@cache
def articles() -> tuple[Article, ...]:
    """The hundred, the newest first, the categories as evenly mixed as their numbers allow."""
    read = [_article(path.stem, path.read_text()) for path in sorted(FOLDER.glob("articles/*.md"))]
    by_category: dict[str, list[Article]] = {}
    for article in read:
        by_category.setdefault(article.category, []).append(article)
    placed = [
        ((place + 0.5) / len(alike), article.slug, article)
        for alike in by_category.values()
        for place, article in enumerate(alike)
    ]
    return tuple(article for *_, article in sorted(placed, key=lambda found: found[:2]))


def _article(slug: str, text: str) -> Article:
    _, front_matter, content = text.split("+++\n", 2)
    said: dict[str, Any] = tomllib.loads(front_matter)
    return Article(slug=slug, content=content.strip(), **said)


def make(edition: Edition, cast: Cast) -> tuple[BlogPost, ...]:
    """The posts of an edition: the articles, or from the second edition on variants of them."""
    return tuple(_post(edition, cast, place) for place in range(len(articles())))


def _post(edition: Edition, cast: Cast, place: int) -> BlogPost:
    article = articles()[place]
    # A post every week or so; later editions fall an hour apart into the days between.
    written = edition.ago(1 + TWO_YEARS * place / len(articles()) + edition.number / 24)
    is_draft = article.slug in DRAFTS
    later = "" if edition.number == 1 else f"-edition-{edition.number}"
    author = cast[article.author]
    return BlogPost(
        **edition.marks(BlogPost, article.slug, written),
        title=edition.titled(article.title),
        slug=article.slug + later,
        excerpt=article.excerpt,
        content=_content(edition, place),
        category=article.category,
        tags=list(article.tags),
        author=author.full_name,
        author_id=author.id,
        status=BlogPostStatus.draft if is_draft else BlogPostStatus.published,
        published_at=None if is_draft else written,
    )


def _content(edition: Edition, place: int) -> str:
    """The text; a variant points to another article, so that no two variants mean the same."""
    article = articles()[place]
    if edition.number == 1:
        return article.content
    other = articles()[(place + edition.number - 1) % len(articles())]
    return f"{article.content}\n\nRead next: *{other.title}*. {other.excerpt}"
