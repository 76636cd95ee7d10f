"""Idempotency keys: one effect and one answer for a day, whatever the network does."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
import stripe

from tests.sandboxes.till import DAY_S, Till


def create(till: Till, key: str, **fields: str) -> httpx2.Response:
    return till.ask("POST", "/customers", data=fields, headers={"Idempotency-Key": key})


def test_the_same_key_gives_the_same_answer_and_has_one_effect(till: Till) -> None:
    first, again = create(till, "a", name="Zoë"), create(till, "a", name="Zoë")
    assert (first.status_code, again.text) == (200, first.text)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]
    assert again.headers["Request-Id"] != first.headers["Request-Id"]
    assert again.headers["Idempotency-Key"] == "a"
    assert len(till.stripe.v1.customers.list().data) == 1
    assert till.heard() == ["customer.created"]
    event = till.ear.events()[0]
    assert event["request"] == {"id": first.headers["Request-Id"], "idempotency_key": "a"}


def test_another_request_with_the_same_key_is_refused(till: Till) -> None:
    create(till, "b", name="Zoë")
    answer = create(till, "b", name="Haruto")
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "idempotency_error")
    assert "same parameters they were first used with" in answer.json()["error"]["message"]
    with pytest.raises(stripe.IdempotencyError, match="'/v1/customers' vs '/v1/products'"):
        till.stripe.v1.products.create({"name": "Zoë"}, {"idempotency_key": "b"})
    long = create(till, "k" * 256, name="Zoë")
    assert (long.status_code, long.json()["error"]["type"]) == (400, "idempotency_error")


def test_what_failed_while_it_was_done_fails_again_and_what_never_began_may_be_mended(
    till: Till,
) -> None:
    headers = {"Idempotency-Key": "c"}
    for _ in range(2):
        price = {"currency": "usd", "unit_amount": "1", "product": "prod_late"}
        assert till.ask("POST", "/prices", data=price, headers=headers).status_code == 400
        till.stripe.v1.products.create({"name": "Late", "id": f"prod_late{'' if _ == 0 else 2}"})
    assert create(till, "d", nonsense="x").json()["error"]["code"] == "parameter_unknown"
    assert create(till, "d", name="Zoë").status_code == 200


def test_a_key_is_forgotten_after_a_day(till: Till) -> None:
    first = create(till, "e", name="Zoë").json()["id"]
    till.advance(DAY_S - 60)
    assert create(till, "e", name="Zoë").json()["id"] == first
    till.advance(61)
    assert create(till, "e", name="Zoë").json()["id"] != first


def test_many_at_once_have_one_effect(till: Till) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: create(till, "f", name="Zoë"), range(24)))
    fine = {answer.json()["id"] for answer in answers if answer.status_code == 200}
    assert len(fine) == len(till.stripe.v1.customers.list().data) == 1
    for answer in answers:
        if answer.status_code != 200:
            told = answer.json()["error"]
            assert (answer.status_code, told["code"]) == (409, "idempotency_key_in_use")


def test_a_key_finds_the_answer_that_was_cut_on_its_way(till: Till) -> None:
    fault = {"vendor": "stripe", "operation": "PostCustomers", "kind": "reset", "times": 1}
    till.control.post("/_sandbox/faults", json=fault).raise_for_status()
    customers = till.stripe.v1.customers
    with pytest.raises(stripe.APIConnectionError):
        customers.create({"name": "Zoë"}, {"idempotency_key": "g"})
    made = customers.create({"name": "Zoë"}, {"idempotency_key": "g"})
    assert [each.id for each in customers.list().data] == [made.id]
