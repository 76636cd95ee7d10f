"""The vendors of an environment on one machine: all stand on it, and know what they must."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from backend.routes.health import configured
from backend.settings import VENDORS, Settings
from staging.environment import BACKEND
from staging.local import SECRETS, Local, ports_from
from staging.obstacles import Failed
from staging.vendors import tell
from tests.conftest import free_port
from tests.staging.places import Place, failed

ADDRESSES = ("_BASE_URL", "_DSN", "_OTLP_ENDPOINT")


@pytest.fixture
def local(tmp_path: Path) -> Local:
    """An environment with all its secrets, which does not run."""
    return Local.at(tmp_path).with_secrets()


def test_every_vendor_is_configured_and_stands_on_this_machine(local: Local) -> None:
    told = local.variables(BACKEND)
    known = configured(Settings.load(told))
    assert [vendor for vendor in VENDORS if not known[vendor]] == []
    addresses = [urlsplit(value) for name, value in told.items() if name.endswith(ADDRESSES)]
    assert len(addresses) >= len(VENDORS)
    assert {(it.hostname, it.port) for it in addresses} == {("127.0.0.1", 8100)}


def test_a_key_begins_as_its_vendor_wants_it(local: Local) -> None:
    kept = json.loads((local.folder / SECRETS).read_text())
    begins = {"STRIPE_SECRET_KEY": "sk_test_", "STRIPE_PUBLISHABLE_KEY": "pk_test_"}
    begins |= {"STRIPE_WEBHOOK_SECRET": "whsec_", "BEEHIIV_WEBHOOK_SECRET": "whsec_"}
    for name, prefix in begins.items():
        assert kept[name].startswith(prefix)
        assert kept[name].removeprefix(prefix).isalnum()
        assert len(kept[name]) > 50


def test_sandboxes_that_have_forgotten_everything_are_told_again_by_up(place: Place) -> None:
    sandboxes = f"http://127.0.0.1:{place.base + 2}"
    key = json.loads((place.folder / SECRETS).read_text())["STRIPE_SECRET_KEY"]

    def price() -> httpx2.Response:
        address = f"{sandboxes}/stripe/v1/prices/price_staging_premium"
        return httpx2.get(address, headers={"Authorization": f"Bearer {key}"}, trust_env=False)

    httpx2.post(f"{sandboxes}/_sandbox/reset", trust_env=False).raise_for_status()
    assert price().status_code == 404
    said = place.staging("up", "--json")
    assert not failed(said.stdout), said.stderr
    told = price().json()
    assert (told["unit_amount"], told["recurring"]["interval"]) == (149_00, "year")


async def test_what_a_sandbox_does_not_want_to_know_is_told_in_its_words(
    local: Local, place: Place
) -> None:
    nowhere = replace(local, ports=ports_from(None) | {"sandboxes": free_port()})
    with pytest.raises(Failed, match="could not be told of stripe/prices"):
        await tell(nowhere)
    sandboxes = f"http://127.0.0.1:{place.base + 2}/_sandbox"
    httpx2.post(f"{sandboxes}/reset", params={"vendor": "stripe"}, trust_env=False)
    price = {"id": "price_staging_basic", "product": "p", "name": "p", "unit_amount": 1}
    httpx2.put(f"{sandboxes}/stripe/prices", json=[price], trust_env=False).raise_for_status()
    there = replace(local, ports=ports_from(place.base))
    with pytest.raises(Failed, match="a price never changes"):
        await tell(there)
    httpx2.post(f"{sandboxes}/reset", params={"vendor": "stripe"}, trust_env=False)
    await tell(replace(Local.at(place.folder), ports=ports_from(place.base)))
