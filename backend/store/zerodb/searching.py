"""Search by meaning and by words, fused by reciprocal rank: ZeroDB ranks by meaning, we by words.

ZeroDB's vectors know no conditions but equality, and its rows no full text. So the nearest vectors
are asked for until enough of their documents fulfil the conditions; and documents that hold any of
the words are read and ranked here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from backend.store import D, Found
from backend.store.question import asked
from backend.store.zerodb.filters import Filter, Question
from backend.store.zerodb.rows import WORDS, Rows, batches, filled_up, told
from backend.store.zerodb.words import ranked, stems

NEAREST: Final = 60
WIDEST: Final = 960
LIKELY: Final = 100
VOTING: Final = 20
K: Final = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009)."""


async def search(
    rows: Rows, kind: type[D], text: str, where: Filter, limit: int
) -> tuple[Found[D], ...]:
    """The documents nearest to a text within a filter, the best first."""
    question = asked(text)
    if not question:
        return ()
    near = await _near(rows, kind, question, where)
    worded = await _worded(rows, kind, question, where, near)
    return _fused((near, worded), limit)


async def _near(rows: Rows, kind: type[D], question: str, where: Filter) -> list[D]:
    """By meaning: the documents of the nearest vectors, the nearest first."""
    [vector] = rows.embed([question])
    if not any(vector):
        return []
    wide = NEAREST
    while True:
        with told(kind):
            matches = await rows.zerodb.search_vectors(
                filled_up(vector), namespace=rows.table(kind), limit=wide
            )
        names = [match.vector_id for match in matches if match.metadata.get("model") == rows.model]
        found = {each.id: each for each in await _of(rows, kind, names, where)}
        near = [found[name] for name in names if name in found][:NEAREST]
        if len(near) == NEAREST or len(matches) < wide or wide >= WIDEST:
            return near
        wide *= 4


async def _of(rows: Rows, kind: type[D], names: Sequence[str], where: Filter) -> list[D]:
    found: list[D] = []
    for some in batches(names):
        both = where | {"id": {**where.get("id", {}), "$in": list(some)}}
        found += await rows.ask(kind, Question(both, {"id": 1}), len(some))
    return found


async def _worded(
    rows: Rows, kind: type[D], question: str, where: Filter, near: Iterable[D]
) -> list[D]:
    """By words: of the likely documents those that hold any of them, the best first."""
    wanted = list(dict.fromkeys(stems(question)))
    if not wanted:
        return []
    holds = where | {WORDS: {"$regex": f" ({'|'.join(wanted)}) "}}
    likely = await rows.ask(kind, Question(holds, {"id": 1}), LIKELY)
    every = {each.id: each for each in (*near, *likely)}
    texts = {name: each.search_text() for name, each in every.items()}
    return [every[name] for name in ranked(texts, wanted)]


def _fused(rankings: Iterable[Sequence[D]], limit: int) -> tuple[Found[D], ...]:
    scores: defaultdict[str, float] = defaultdict(float)
    every: dict[str, D] = {}
    for ranking in rankings:
        for place, each in enumerate(ranking[: max(VOTING, limit)], 1):
            scores[each.id] += 1.0 / (K + place)
            every[each.id] = each
    best = sorted(every, key=lambda name: (-scores[name], name))[:limit]
    return tuple(Found(every[name], scores[name]) for name in best)
