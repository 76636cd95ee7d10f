"""Words as search by words knows them: their stems, and how much a text has to do with them.

ZeroDB has no full text. So a row keeps the stems of its text, by which documents are found, and the
likely ones are ranked here, by BM25 with what stands in the title weighing most.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import log
from typing import Any, Final

WEIGHTS: Final = (5.0, 2.0, 2.0)
"""Of the searched fields, the weightiest first; those after them count once."""
SATURATION: Final = 1.2
LENGTH: Final = 0.75
"""BM25's constants: how soon more of the same word says no more, and how much a long text must."""

# Words that are in every text say nothing about any.
_SAY_NOTHING: Final = frozenset(
    ["about", "all", "an", "and", "any", "are", "as", "at", "be", "but", "by", "can", "could"]
    + ["did", "do", "does", "for", "from", "had", "has", "have", "her", "his", "how", "if", "in"]
    + ["into", "is", "it", "its", "may", "me", "my", "not", "of", "on", "or", "our", "out", "say"]
    + ["she", "should", "so", "than", "that", "the", "their", "them", "then", "there", "they"]
    + ["this", "to", "too", "use", "was", "we", "were", "what", "when", "where", "which", "who"]
    + ["will", "with", "would", "you", "your"]
)


def stems(text: str) -> list[str]:
    """The stems of a text's words in their order, without those that say nothing."""
    words = re.findall(r"\w+", text.lower())
    return [_stem(word) for word in words if len(word) > 1 and word not in _SAY_NOTHING]


def ranked(texts: Mapping[str, Sequence[str]], question: Sequence[str]) -> list[str]:
    """Of texts by name, each the searched fields, those that hold a stem; the best first."""
    held = {name: _held(parts, question) for name, parts in texts.items()}
    long = {name: sum(map(len, parts)) for name, parts in texts.items()}
    mean = sum(long.values()) / max(1, len(long)) or 1.0
    holding = Counter(stem for each in held.values() for stem in each)
    rarity = {stem: _rarity(len(held), holding[stem]) for stem in question}

    def score(name: str) -> float:
        norm = SATURATION * (1 - LENGTH + LENGTH * long[name] / mean)
        return sum(rarity[stem] * times / (times + norm) for stem, times in held[name].items())

    found = [(-score(name), name) for name, each in held.items() if each]
    return [name for _, name in sorted(found)]


def _held(parts: Sequence[str], question: Sequence[str]) -> dict[str, float]:
    """How often each stem stands in the fields, by their weights."""
    wanted, weighed = set(question), dict[str, float]()
    for place, part in enumerate(parts):
        weight = WEIGHTS[place] if place < len(WEIGHTS) else 1.0
        times = Counter(stem for stem in stems(part) if stem in wanted)
        for stem, number in times.items():
            weighed[stem] = weighed.get(stem, 0.0) + weight * number
    return weighed


def _rarity(texts: int, holding: int) -> float:
    return log(1 + (texts - holding + 0.5) / (holding + 0.5))


@cache
def _stemmer() -> Any:
    # It brings thirty languages along, and a store on PostgreSQL needs none of them.
    import snowballstemmer  # noqa: PLC0415

    return snowballstemmer.stemmer("english")


@lru_cache(50_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))
