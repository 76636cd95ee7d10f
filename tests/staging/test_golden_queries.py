"""The articles are good enough to judge search by: a reader's question finds its post by meaning.

Plain cosine here, over vectors of the whole text; the product's search, which also reads the
words, must not do worse.
"""

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from backend.schema.blog_posts import BlogPost, BlogPostStatus
from backend.store.embedding import local_embedding
from staging.seeds import make
from staging.seeds.blog_posts import DRAFTS

GOLDEN = tomllib.loads(Path(__file__).with_name("golden_queries.toml").read_text())["query"]
FIRST, AMONG_THREE = 0.80, 0.95
"""The share of questions whose post is found first, and among the first three."""


@pytest.fixture(scope="module")
def posts() -> list[BlogPost]:
    seeds = make(datetime(2026, 5, 6, tzinfo=UTC))
    return [it for it in seeds.blog_posts if it.status is BlogPostStatus.published]


def ranks(questions: Sequence[str], slugs: Sequence[str], posts: Sequence[BlogPost]) -> list[int]:
    """At which place each question finds the post that answers it."""
    embed = local_embedding()
    texts = np.array(embed(["\n".join(post.search_text()) for post in posts]))
    near = np.array(embed(questions)) @ texts.T
    order = [post.slug for post in posts]
    right = np.array([order.index(slug) for slug in slugs])
    own = near[np.arange(len(right)), right]
    return [int(place) for place in (near > own[:, None]).sum(axis=1) + 1]


def test_questions_find_their_post(posts: list[BlogPost]) -> None:
    places = ranks([it["text"] for it in GOLDEN], [it["slug"] for it in GOLDEN], posts)
    told = [f"{n}: {it['text']}" for n, it in zip(places, GOLDEN, strict=True) if n > 1]
    assert sum(place == 1 for place in places) >= FIRST * len(GOLDEN), told
    assert sum(place <= 3 for place in places) >= AMONG_THREE * len(GOLDEN), told


def test_every_question_has_a_published_post_of_its_own(posts: list[BlogPost]) -> None:
    slugs = [it["slug"] for it in GOLDEN]
    assert len(GOLDEN) == 60
    assert len(set(slugs)) == len(slugs)
    assert set(slugs) <= {post.slug for post in posts}
    assert not set(slugs) & set(DRAFTS)


def test_no_question_gives_its_post_away_by_the_title(posts: list[BlogPost]) -> None:
    titles = {post.slug: words(post.title) for post in posts}
    for golden in GOLDEN:
        shared = words(golden["text"]) & titles[golden["slug"]]
        assert len(shared) <= 1, (golden["text"], shared)


def words(text: str) -> set[str]:
    """The words of a text that carry meaning: those of five letters and more."""
    return {word for word in text.lower().replace(",", " ").split() if len(word) > 4}
