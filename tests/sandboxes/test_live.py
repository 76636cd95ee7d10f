"""Contract tests that do no harm to an account: they read, or remove what they made.

With `--live` they ask the vendors' own test modes, where the environment has a key.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import httpx2
import openai
import postmark
import pytest
import stripe
from cloudflare import Cloudflare
from postmark.exceptions import ValidationException
from postmark.models.outbound import Email

from tests.sandboxes.live import VENDORS, Account, KeyIsLive, NoAccount, live_account
from tests.sandboxes.zerodb import Project, good

ROOT = Path(__file__).parents[2]
At = Callable[[str], Account]


@pytest.fixture
def shop(at: At) -> stripe.StripeClient:
    account = at("stripe")
    client = stripe.RequestsClient()
    return stripe.StripeClient(
        account.key, base_addresses={"api": account.base_url}, http_client=client
    )


@pytest.fixture
def models(at: At) -> openai.OpenAI:
    account = at("openai")
    return openai.OpenAI(api_key=account.key, base_url=account.base_url)


def test_stripe_makes_changes_and_deletes_a_customer(shop: stripe.StripeClient) -> None:
    customers = shop.v1.customers
    made = customers.create({"email": "zoe@wwmaa.example", "metadata": {"user_id": "u1"}})
    assert (made.livemode, made.email) == (False, "zoe@wwmaa.example")
    changed = customers.update(made.id, {"name": "Zoë", "metadata": {"user_id": ""}})
    assert (changed.name, changed.metadata and changed.metadata.to_dict()) == ("Zoë", {})
    assert customers.delete(made.id).deleted
    assert customers.retrieve(made.id).deleted
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        customers.update(made.id, {"name": "Again"})


def test_stripe_makes_and_deletes_a_product_once_for_each_key(shop: stripe.StripeClient) -> None:
    products, key = shop.v1.products, uuid4().hex
    made = products.create({"name": "Basic"}, {"idempotency_key": key})
    assert products.create({"name": "Basic"}, {"idempotency_key": key}).id == made.id
    assert products.delete(made.id).deleted


def test_stripe_refuses_what_it_does_not_know(shop: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.v1.prices.retrieve("price_none")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_openai_lists_and_finds_models(models: openai.OpenAI) -> None:
    names = {model.id for model in models.models.list()}
    assert {"gpt-4o-mini", "gpt-4o-mini-2024-07-18", "text-embedding-3-small"} <= names
    assert models.models.retrieve("gpt-4o-mini").owned_by == "system"
    with pytest.raises(openai.NotFoundError):
        models.models.retrieve("none")


def test_openai_gives_vectors_as_short_as_asked(models: openai.OpenAI) -> None:
    for size in (1536, 256):
        answered = models.embeddings.create(
            model="text-embedding-3-small", input="Hajime", dimensions=size
        )
        assert len(answered.data[0].embedding) == size


async def test_postmark_takes_a_mail_and_refuses_one_without_a_body(at: At) -> None:
    account = at("postmark")
    mail = Email(sender="a@wwmaa.example", to="zoe@wwmaa.example", text_body="Hajime")
    async with postmark.ServerClient(account.key, base_url=account.base_url) as client:
        sent = await client.outbound.send(mail)
        assert (sent.error_code, bool(sent.message_id)) == (0, True)
        with pytest.raises(ValidationException):
            await client.outbound.send({"From": "a@wwmaa.example", "To": "zoe@wwmaa.example"})


async def test_beehiiv_shows_our_publication_and_knows_no_stranger(at: At) -> None:
    account = at("beehiiv")
    headers = {"Authorization": f"Bearer {account.key}"}
    path = f"{account.base_url}/publications/{account.scope}"
    async with httpx2.AsyncClient(headers=headers) as client:
        assert good(await client.get(path))["data"]["id"] == account.scope
        assert "data" in good(await client.get(f"{path}/custom_fields"))
        unknown = await client.get(f"{path}/subscriptions/by_email/{uuid4().hex}%40wwmaa.example")
        assert unknown.status_code == 404


def test_cloudflare_makes_lists_and_deletes_a_live_input(at: At) -> None:
    account = at("cloudflare")
    with Cloudflare(api_token=account.key, base_url=account.base_url) as client:
        inputs = client.stream.live_inputs
        made = inputs.create(account_id=account.scope, meta={"name": "Randori"})
        assert made
        assert made.uid
        found = inputs.get(made.uid, account_id=account.scope)
        assert found
        assert found.rtmps
        assert found.meta == {"name": "Randori"}
        inputs.delete(made.uid, account_id=account.scope)


async def test_zerodb_keeps_a_row_in_a_table_of_its_own(at: At) -> None:
    account, table = at("zerodb"), f"live_{uuid4().hex[:8]}"
    async with httpx2.AsyncClient() as client:
        project = Project(client, account.base_url, account.scope, account.key)
        await project.create(table)
        await project.insert(table, {"name": "Zoë", "age": 30})
        found = await project.found(table, {"age": {"$gte": 25}})
        assert [row["name"] for row in found] == ["Zoë"]
        assert (await project.ask("DELETE", f"/database/tables/{table}")).is_success


@pytest.mark.parametrize("name", VENDORS)
def test_without_a_key_nobody_is_asked(name: str) -> None:
    with pytest.raises(NoAccount, match=VENDORS[name].key):
        live_account(name, {})


@pytest.mark.parametrize(
    ("name", "key"), [("stripe", "sk_" + "live_1"), ("postmark", "the token of a real server")]
)
def test_a_key_that_could_do_harm_is_refused(name: str, key: str) -> None:
    with pytest.raises(KeyIsLive, match="must be a key of the test mode"):
        live_account(name, {VENDORS[name].key: key})


def test_live_asks_whom_the_environment_names(sandbox_address: str) -> None:
    told = {
        "PATH": os.environ["PATH"],
        "STRIPE_SECRET_KEY": "sk_" + "test_of_this_test",
        "LIVE_STRIPE_BASE_URL": f"{sandbox_address}/stripe",
    }
    httpx2.post(f"{sandbox_address}/_sandbox/reset?vendor=stripe").raise_for_status()
    some = ["--live", "-rs", "-p", "no:cacheprovider", __file__, "-k", "stripe or openai"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *some],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "OPENAI_API_KEY" in done.stdout
    seen = httpx2.get(f"{sandbox_address}/_sandbox/requests?vendor=stripe").json()
    assert {"PostCustomers", "PostProducts"} <= {each["operation"] for each in seen}
