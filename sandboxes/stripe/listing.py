"""Lists: the newest objects first, page by page, filtered as Stripe filters."""

import operator
from collections.abc import Callable

from sandboxes.kit.records import Document
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.fields import Limit, Range, Text
from sandboxes.stripe.forms import Form
from sandboxes.stripe.ledger import Ledger

AT_ONCE = 500
COMPARE = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


class Page(Form):
    """Which part of a list is asked for."""

    limit: Limit = 10
    starting_after: Text | None = None
    ending_before: Text | None = None


class Created(Page):
    """A page of the objects that were created within bounds."""

    created: Range | None = None


def a_list(url: str, data: list[Document], has_more: bool = False) -> Document:
    """A list object."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def within(value: int | None, bounds: dict[str, int] | None) -> bool:
    """Whether a number is within bounds; None is within none but no bounds."""
    if not bounds:
        return True
    return value is not None and all(COMPARE[by](value, edge) for by, edge in bounds.items())


async def page(
    ledger: Ledger,
    kind: str,
    url: str,
    asked: Page,
    *,
    like: Document | None = None,
    fits: Callable[[Document], bool] = lambda _: True,
) -> Document:
    """One page of the objects that have the values of `like` and that fit; raises StripeError.

    A value of `like` that is None asks for nothing.
    """
    cursor, forwards = await _start(ledger, kind, asked)
    like = {key: value for key, value in (like or {}).items() if value is not None}
    bounds = asked.created if isinstance(asked, Created) else None
    # Mostly one batch is the page; where few objects fit, the batches grow.
    found, at_once = list[Document](), asked.limit + 1
    while len(found) <= asked.limit:
        after, before = (cursor, None) if forwards else (None, cursor)
        batch = await ledger.vendor.records.find(
            kind, like, limit=at_once, after=after, before=before
        )
        # Of those that are newer, the next ones are the last of the batch.
        nearest = batch if forwards else batch[::-1]
        found += [each for each in nearest if within(each.get("created"), bounds) and fits(each)]
        if len(batch) < at_once:
            break
        cursor, at_once = nearest[-1]["id"], min(4 * at_once, AT_ONCE)
    data = found[: asked.limit]
    return a_list(url, data if forwards else data[::-1], len(found) > asked.limit)


async def _start(ledger: Ledger, kind: str, asked: Page) -> tuple[str | None, bool]:
    """The id of the object that the page lies beside, and whether it goes on to older ones."""
    if asked.starting_after and asked.ending_before:
        raise StripeError("Received both starting_after and ending_before: pass in only one.")
    forwards = asked.ending_before is None
    cursor = asked.starting_after or asked.ending_before
    if cursor:
        await ledger.get(kind, cursor, "starting_after" if forwards else "ending_before")
    return cursor, forwards
