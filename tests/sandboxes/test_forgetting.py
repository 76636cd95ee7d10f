"""A vendor lets go of somebody: of what mentions them, of what hangs on that, and of no more."""

import httpx2

from tests.sandboxes.conftest import Send

ADA, BEA = "ada.keita@members.wwmaa.example", "bea.okoro@members.wwmaa.example"


async def count(sandboxes: httpx2.AsyncClient, vendor: str) -> dict[str, int]:
    told = (await sandboxes.get("/_sandbox/state", params={"vendor": vendor})).json()[vendor]
    return {kind: each["count"] for kind, each in told.items()}


async def forget(sandboxes: httpx2.AsyncClient, vendor: str, *words: str) -> httpx2.Response:
    return await sandboxes.delete(f"/_sandbox/{vendor}/traces", params={"of": list(words)})


async def test_the_mails_to_an_address_are_gone_and_others_stay(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    await send(To=ADA)
    await send(To=BEA)
    assert (await forget(sandboxes, "postmark", ADA)).json()["forgotten"] >= 1
    left = (await sandboxes.get("/_sandbox/inbox.json")).json()
    assert [each["to"] for each in left] == [[BEA]]


async def test_a_customer_is_gone_with_all_that_was_bought_and_is_still_due(
    sandboxes: httpx2.AsyncClient,
) -> None:
    async def ask(path: str, **form: str) -> dict[str, str]:
        key = {"Authorization": "Bearer sk_test_forgetting"}
        answer = await sandboxes.post(f"/stripe/v1/{path}", data=form, headers=key)
        assert answer.status_code == 200, answer.text
        found: dict[str, str] = answer.json()
        return found

    price = {"id": "price_year", "product": "prod_year", "name": "A year", "unit_amount": 2900}
    await sandboxes.put("/_sandbox/stripe/prices", json=[price])
    before = await count(sandboxes, "stripe")
    for email in (ADA, BEA):
        card = {"payment_method": "pm_card_visa"}
        card["invoice_settings[default_payment_method]"] = "pm_card_visa"
        customer = await ask("customers", email=email, **card)
        items = {"items[0][price]": "price_year"}
        await ask("subscriptions", customer=customer["id"], **items)
    both = await count(sandboxes, "stripe")
    assert (both["customer"], both["charge"], both["stripe_due"]) == (2, 2, 4)
    await forget(sandboxes, "stripe", ADA)
    one = await count(sandboxes, "stripe")
    kinds = ("customer", "subscription", "invoice", "invoice_payment", "charge", "stripe_due")
    assert [both[kind] - one[kind] for kind in kinds] == [one[kind] for kind in kinds]
    await forget(sandboxes, "stripe", BEA)
    left = await count(sandboxes, "stripe")
    assert {kind: left[kind] for kind in left if left[kind] and kind != "account"} == {
        kind: before[kind] for kind in before if before[kind] and kind != "account"
    }


async def test_words_that_mean_everybody_are_refused(sandboxes: httpx2.AsyncClient) -> None:
    for words in ((), ("e",), ("price_year_1", "@")):
        answer = await forget(sandboxes, "stripe", *words)
        assert answer.status_code == 422
        assert "of 12 letters or more" in answer.json()["error"]
    assert (await forget(sandboxes, "nobody", ADA)).status_code == 422
