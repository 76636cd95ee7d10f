"""Lists as GraphQL's connections have them: a page of edges, and whether there are more."""

from collections.abc import Sequence

from sandboxes.kit.records import Document
from sandboxes.railway.asking import Asked
from sandboxes.railway.errors import Problem

LARGEST = 5000


def connection(nodes: Sequence[Document], asked: Asked) -> Document:
    """The page of these nodes that `first`, `after`, `last` and `before` ask for.

    A cursor is the id of its node. Raises Problem for numbers and cursors that are none.
    """
    ids = [node["id"] for node in nodes]
    start = _place(ids, asked.get("after"), -1) + 1
    end = max(start, _place(ids, asked.get("before"), len(ids)))
    first, last = _number(asked, "first"), _number(asked, "last")
    if first is not None:
        end = min(end, start + first)
    if last is not None:
        start = max(start, end - last)
    page = nodes[start:end]
    return {
        "edges": [{"cursor": node["id"], "node": node} for node in page],
        "pageInfo": {
            "hasNextPage": end < len(nodes),
            "hasPreviousPage": start > 0,
            "startCursor": page[0]["id"] if page else None,
            "endCursor": page[-1]["id"] if page else None,
        },
    }


def _place(ids: Sequence[str], cursor: str | None, otherwise: int) -> int:
    if cursor is None:
        return otherwise
    if cursor not in ids:
        raise Problem(f"Invalid cursor: {cursor[:80]}")
    return ids.index(cursor)


def _number(asked: Asked, name: str) -> int | None:
    number: int | None = asked.get(name)
    if number is not None and not 0 <= number <= LARGEST:
        raise Problem(f"{name} must be between 0 and {LARGEST}")
    return number
