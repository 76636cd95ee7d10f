"""Search by meaning and by words at once: two rankings, fused by reciprocal rank, in one statement.

By meaning: the nearest vectors. By words: full text, every word at best, any word at least. Ranking
by words reads a document's whole text, so that only the likeliest documents are ranked.
"""

import re
from typing import Final

from backend.schema import Document
from backend.store import Where
from backend.store.postgres.layout import Layout
from backend.store.postgres.statements import Conditions, Statement

NEAREST: Final = 60
LIKELY: Final = 100
VOTING: Final = 20
"""How many of each ranking count; being among the last of both is no merit."""
K: Final = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009)."""

# Whoever writes quotes, `or` or a minus has said precisely what to look for.
_SAYS_PRECISELY: Final = re.compile(r'"|(^|\s)-\w|\sor\s', re.IGNORECASE)

# OFFSET 0 has the planner fetch the likely documents one by one, instead of all with any word.
SEARCH: Final = """
WITH asked AS MATERIALIZED (
    SELECT websearch_to_tsquery('english', {exact}) AS every_word,
           websearch_to_tsquery('english', {loose}) AS any_word,
           {vector}::real[]::vector AS vector
), near AS MATERIALIZED (
    SELECT id, row_number() OVER (ORDER BY distance, id) AS place
    FROM (SELECT id, embedding <=> (SELECT vector FROM asked) AS distance FROM {table}
          WHERE (SELECT vector IS NOT NULL FROM asked)
            AND embedding IS NOT NULL AND embedded_by = {model} AND {where}
          ORDER BY embedding <=> (SELECT vector FROM asked) LIMIT {nearest}) AS nearest
), with_every_word AS MATERIALIZED (
    SELECT id FROM {table} WHERE words @@ (SELECT every_word FROM asked) AND {where}
), with_any_word AS MATERIALIZED (
    SELECT id FROM {table} WHERE words @@ (SELECT any_word FROM asked) AND {where}
), likely AS MATERIALIZED (
    SELECT id FROM near
    UNION (SELECT id FROM with_every_word LIMIT {likely})
    UNION (SELECT id FROM with_any_word LIMIT {likely})
), worded AS (
    SELECT id, row_number() OVER (ORDER BY words @@ every_word DESC,
                                  ts_rank(words, any_word, 1) DESC, id) AS place
    FROM asked, likely,
         LATERAL (SELECT words FROM {table} AS read WHERE read.id = likely.id OFFSET 0) AS read
    WHERE words @@ any_word
), fused AS (
    SELECT id, sum(1.0::float8 / ({k} + place)) AS score
    FROM (SELECT * FROM near UNION ALL SELECT * FROM worded) AS placed WHERE place <= {voting}
    GROUP BY id ORDER BY score DESC, id LIMIT {limit}
)
SELECT data, score FROM fused JOIN {table} USING (id) ORDER BY score DESC, id
"""


def search(
    layout: Layout, kind: type[Document], text: str, where: Where | None, limit: int
) -> Statement:
    """The statement that answers with documents and their scores, the best first."""
    found = Conditions(kind, where)
    [vector] = layout.vectors_of([text])
    sql = SEARCH.format(
        table=layout.tables[kind].name,
        where=found.sql,
        exact=found.argument(text),
        loose=found.argument(any_word_of(text)),
        vector=found.argument(vector),
        model=found.argument(layout.model),
        nearest=NEAREST,
        likely=LIKELY,
        k=K,
        voting=max(VOTING, limit),
        limit=found.argument(limit),
    )
    return Statement(sql, found.arguments)


def any_word_of(text: str) -> str:
    """The same question, content with any of its words; as it is where it is precise already."""
    if _SAYS_PRECISELY.search(text):
        return text
    return " or ".join(re.findall(r"\w+", text))
