"""The pasts that an environment has told of: kept in bulk, made anew when they are others now."""

from collections.abc import Collection, Sequence
from typing import Final

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.stripe.due import withdraw_all
from sandboxes.stripe.ledger import ACCOUNT
from sandboxes.stripe.past import Past, PastCustomer, live
from sandboxes.stripe.promises import Due, Table

KIND: Final = "past"
"""The kind under which it is kept what was told of a customer."""
KNOWN: Final = ("price", "product", ACCOUNT, "dunning")
"""What a past is lived through with, and never changes."""
OTHERS = (
    "SELECT DISTINCT data->>'customer' AS id FROM sandbox.records WHERE vendor = $1"
    " AND kind = 'subscription' AND data->>'customer' = ANY ($2) AND id <> ALL ($3)"
)
THEIRS = (
    "DELETE FROM sandbox.records WHERE vendor = $1 AND (data->>'customer' = ANY ($2)"
    " OR data#>>'{data,object,customer}' = ANY ($2)"
    " OR (kind IN ('customer', 'deleted_customer') AND id = ANY ($2))"
    " OR (kind = 'subscription' AND id = ANY ($3))"
    " OR (kind = 'invoice' AND data->>'_subscription' = ANY ($3))"
    " OR (kind = 'past' AND id = ANY ($4))) RETURNING id"
)
PAYMENTS = (
    "DELETE FROM sandbox.records WHERE vendor = $1 AND kind = 'invoice_payment'"
    " AND data->>'invoice' = ANY ($2)"
)
INSERT = (
    "INSERT INTO sandbox.records (vendor, kind, id, data)"
    " SELECT $1, * FROM unnest($2::text[], $3::text[], $4::jsonb[]) ON CONFLICT DO NOTHING"
)


async def have(vendor: Vendor, told: Sequence[PastCustomer], now: int) -> list[str]:
    """Have these customers with their pasts; the ids of those that were made, or made anew.

    What was told of before is left alone, and so is what people have gone on from.
    """
    there = {each["id"]: each for each in await vendor.records.find(KIND, limit=1_000_000)}
    new = [it for it in told if _differs(it, there.get(it.id))]
    await _forget(vendor, [there[it.id] for it in new if it.id in there])
    known = await _known(vendor)
    documents: list[Document] = []
    promised: list[Due] = []
    for each in new:
        past = Past(vendor, now, known=known)
        documents += await live(past, each, now)
        documents.append(_book(each))
        promised += past.awaited.open.values()
    await _write(vendor, documents)
    await Table(vendor.records.database).make_all(promised)
    return [it.id for it in new]


async def only(vendor: Vendor, ids: Collection[str]) -> list[str]:
    """Forget the pasts of all other customers; their ids."""
    there = await vendor.records.find(KIND, limit=1_000_000)
    gone = [each for each in there if each["id"] not in ids]
    await _forget(vendor, gone)
    return [each["id"] for each in gone]


def _book(told: PastCustomer) -> Document:
    return {"object": KIND, **told.model_dump(mode="json", exclude={"is_changed"})}


def _differs(told: PastCustomer, there: Document | None) -> bool:
    return there is None or (not told.is_changed and there != _book(told))


async def _known(vendor: Vendor) -> dict[tuple[str, str], Document]:
    found = {kind: await vendor.records.find(kind, limit=10_000) for kind in KNOWN}
    # Of the account's own documents there is one each, which has no id of Stripe's.
    return {(kind, each.get("id", ACCOUNT)): each for kind, them in found.items() for each in them}


async def _forget(vendor: Vendor, books: Sequence[Document]) -> None:
    """Forget what came of these; a customer who has bought something since stays, with that."""
    if not books:
        return
    database, customers = vendor.records.database, [each["id"] for each in books]
    bought = [it["id"] for each in books for it in each["subscriptions"]]
    others = {row["id"] for row in await database.fetch(OTHERS, vendor.name, customers, bought)}
    alone = [id_ for id_ in customers if id_ not in others]
    rows = await database.fetch(THEIRS, vendor.name, alone, bought, customers)
    gone = [row["id"] for row in rows]
    await database.fetch(PAYMENTS, vendor.name, gone)
    await withdraw_all(vendor, gone)


async def _write(vendor: Vendor, documents: Sequence[Document]) -> None:
    """Keep them all, the older ones first; a customer who is there stays as they are."""
    inorder = sorted(documents, key=lambda it: it.get("created", 0))
    kinds, ids = [it["object"] for it in inorder], [it["id"] for it in inorder]
    await vendor.records.database.fetch(INSERT, vendor.name, kinds, ids, inorder)
