"""How Stripe is spoken to, whatever it is asked: keys, forms, errors, lists, expansion."""

import base64

import httpx2
import pytest
import stripe

from sandboxes.stripe.encoding import decode
from tests.sandboxes.till import KEY, Till


def error(answer: httpx2.Response) -> dict[str, str]:
    """The error of a refusal."""
    found: dict[str, str] = answer.json()["error"]
    return found


def test_an_answer_says_which_request_it_answers_in_which_version(till: Till) -> None:
    answer = till.ask("GET", "/customers")
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == stripe.api_version
    assert answer.json() == {
        "object": "list",
        "data": [],
        "has_more": False,
        "url": "/v1/customers",
    }


def test_a_key_is_taken_by_bearer_and_by_basic(till: Till) -> None:
    basic = base64.b64encode(f"{KEY}:".encode()).decode()
    for scheme in (f"Bearer {KEY}", f"Basic {basic}"):
        answer = till.ask("GET", "/products", headers={"Authorization": scheme})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("authorization", "words"),
    [
        ("", "You did not provide an API key."),
        ("Bearer nonsense", "Invalid API Key provided: nonsense"),
        ("Bearer sk_" + "live_" + "a" * 20, "the API key looks live: sk_" + "live_"),
        ("Bearer pk_" + "test_abc", "cannot be made with a publishable API key"),
        ("Basic ???", "Invalid API Key provided"),
    ],
)
def test_without_a_secret_test_key_nobody_is_let_in(
    till: Till, authorization: str, words: str
) -> None:
    answer = till.ask("GET", "/products", headers={"Authorization": authorization})
    assert (answer.status_code, error(answer)["type"]) == (401, "invalid_request_error")
    assert words in error(answer)["message"]
    assert "a" * 20 not in answer.text
    client = stripe.StripeClient("sk_" + "live_1", base_addresses=till.addresses())
    with pytest.raises(stripe.AuthenticationError):
        client.v1.products.list()


@pytest.mark.parametrize(
    ("body", "code", "param", "words"),
    [
        ("description=x", "parameter_missing", "name", "Missing required param: name."),
        ("name=", "parameter_invalid_empty", "name", "You passed an empty string for 'name'."),
        ("name=a&colour=red", "parameter_unknown", "colour", "unknown parameter: colour"),
        ("name=a&active=maybe", None, "active", "Invalid boolean: maybe"),
        ("name=a&metadata[k]=" + "v" * 501, None, "metadata", "up to 500 characters"),
        ("name=" + "n" * 5001, None, "name", "at most 5000 characters"),
        ("name=a&name[b]=c", None, None, "Conflicting values"),
        ("name=a&a[b=c", None, None, "Invalid parameter name"),
        (
            "name=a&default_price_data[currency]=usd&default_price_data[unit_amount]=ten",
            "parameter_invalid_integer",
            "default_price_data[unit_amount]",
            "Invalid integer: ten",
        ),
        (
            "name=a&default_price_data[currency]=usd&default_price_data[unit_amount]=1"
            "&default_price_data[recurring][interval]=decade",
            None,
            "default_price_data[recurring][interval]",
            "Invalid interval: must be one of day, week, month or year",
        ),
        ("name=a&images[0]=x&images[b]=y", None, "images", "Invalid array"),
    ],
)
def test_what_does_not_fit_is_refused_in_stripes_words(
    till: Till, body: str, code: str | None, param: str | None, words: str
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = till.ask("POST", "/products", content=body, headers=headers)
    assert answer.status_code == 400
    assert (error(answer).get("code"), error(answer).get("param")) == (code, param)
    assert words in error(answer)["message"]
    assert answer.headers["Request-Id"] in error(answer)["request_log_url"]
    if code:
        assert error(answer)["doc_url"].endswith(code.replace("_", "-"))


def test_what_stripe_can_and_the_sandbox_can_not_is_refused_aloud(till: Till) -> None:
    for answer in (
        till.ask("GET", "/issuing/cards"),
        till.ask("POST", "/products", data={"name": "a", "tax_details[x]": "b"}),
        till.ask("GET", "/products", headers={"Stripe-Account": "acct_1"}),
        till.ask("GET", "/products", headers={"Stripe-Version": "2020-08-27"}),
    ):
        assert (answer.status_code, error(answer)["type"]) == (501, "api_error")
        assert "stripe sandbox does not emulate" in error(answer)["message"]
        assert answer.headers["Stripe-Should-Retry"] == "false"
    answer = till.ask("GET", "/products", headers={"Stripe-Version": "yesterday"})
    assert error(answer)["message"] == "Invalid Stripe API version: yesterday"
    answer = till.ask("POST", "/products", json={"name": "a"})
    assert "the content type must be" in error(answer)["message"]


def test_an_object_that_is_not_there_is_missing(till: Till) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        till.stripe.v1.customers.retrieve("cus_none")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert refused.value.param == "id"
    assert refused.value.user_message == "No such customer: 'cus_none'"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        till.stripe.v1.prices.create({"currency": "usd", "unit_amount": 1, "product": "prod_none"})
    assert (refused.value.http_status, refused.value.param) == (400, "product")


def test_lists_go_forwards_and_backwards_page_by_page(till: Till) -> None:
    made = [till.stripe.v1.customers.create({"name": f"{n}"}).id for n in range(7)][::-1]
    first = till.stripe.v1.customers.list({"limit": 3})
    assert ([each.id for each in first.data], first.has_more) == (made[:3], True)
    second = till.stripe.v1.customers.list({"limit": 3, "starting_after": first.data[-1].id})
    assert ([each.id for each in second.data], second.has_more) == (made[3:6], True)
    back = till.stripe.v1.customers.list({"limit": 2, "ending_before": second.data[0].id})
    assert ([each.id for each in back.data], back.has_more) == (made[1:3], True)
    every = till.stripe.v1.customers.list({"limit": 2}).auto_paging_iter()
    assert [each.id for each in every] == made
    assert len(till.stripe.v1.customers.list().data) == 7


def test_lists_are_filtered_by_value_and_by_creation(till: Till) -> None:
    old = till.stripe.v1.customers.create({"email": "haruto@wwmaa.example"})
    till.advance(3600)
    new = till.stripe.v1.customers.create({"email": "zoe@wwmaa.example"})
    assert new.created >= old.created + 3600
    found = till.stripe.v1.customers.list({"email": "haruto@wwmaa.example"})
    assert [each.id for each in found.data] == [old.id]
    found = till.stripe.v1.customers.list({"created": {"gt": old.created}})
    assert [each.id for each in found.data] == [new.id]
    found = till.stripe.v1.customers.list({"created": old.created})
    assert [each.id for each in found.data] == [old.id]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=0", "greater than or equal to 1"),
        ("limit=101", "less than or equal to 100"),
        ("starting_after=cus_none", "No such customer: 'cus_none'"),
        ("created[since]=1", "it takes gt, gte, lt and lte"),
        ("starting_after=a&ending_before=b", "both starting_after and ending_before"),
        ("expand[]=data.name", "This property cannot be expanded (data.name)."),
        ("expand[]=nothing", "You may want to try expanding 'data.nothing' instead."),
        ("expand[]=data.a.b.c.d.e", "more than 4 levels"),
    ],
)
def test_a_list_that_cannot_be_had_is_refused(till: Till, query: str, words: str) -> None:
    till.stripe.v1.customers.create({"name": "Zoë"})
    answer = till.ask("GET", f"/customers?{query}")
    assert answer.status_code == 400
    assert words in error(answer)["message"]


def test_an_id_is_expanded_where_it_is_asked_for(till: Till) -> None:
    price = {"currency": "usd", "unit_amount": 2900}
    product = till.stripe.v1.products.create(
        {"name": "Basic", "default_price_data": price, "expand": ["default_price"]}  # type: ignore[typeddict-item]
    )
    assert isinstance(product.default_price, stripe.Price)
    assert product.default_price.unit_amount == 2900
    listed = till.stripe.v1.prices.list({"expand": ["data.product.default_price"]})
    expanded = listed.data[0].product
    assert isinstance(expanded, stripe.Product)
    assert isinstance(expanded.default_price, stripe.Price)
    assert isinstance(till.stripe.v1.prices.list().data[0].product, str)


def test_a_form_is_taken_apart_as_stripe_writes_it() -> None:
    text = "items[0][price]=a&items[0][quantity]=2&expand[]=x&expand[]=y&metadata[0]=z&name=%C3%A9"
    assert decode(text) == {
        "items": {"0": {"price": "a", "quantity": "2"}},
        "expand": {"0": "x", "1": "y"},
        "metadata": {"0": "z"},
        "name": "é",
    }


def test_a_fault_speaks_as_stripe_does(till: Till) -> None:
    fault = {"vendor": "stripe", "kind": "status", "status": 429, "retry_after": 3, "times": 1}
    till.control.post("/_sandbox/faults", json=fault).raise_for_status()
    with pytest.raises(stripe.RateLimitError):
        till.stripe.v1.products.list()
    fault |= {"status": 500}
    till.control.post("/_sandbox/faults", json=fault).raise_for_status()
    with pytest.raises(stripe.APIError):
        till.stripe.v1.products.list()
