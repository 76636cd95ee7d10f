"""Where the contract tests find a vendor: the sandbox, or with `--live` the vendor's test mode."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """What a vendor is asked with: its address, a key, and what of it is ours."""

    base_url: str
    key: str
    scope: str = ""
    """The publication, the account or the project, where the vendor has such a thing."""


@dataclass(frozen=True)
class Vendor:
    """A vendor's own address and its sandbox's path, and the variables that open an account."""

    base_url: str
    path: str
    key: str
    scope: str | None = None
    scope_here: str = ""
    key_here: str = "sandbox"
    """The scope and the key in the sandbox."""
    harmless: str = ".+"
    """How a key looks that can do no harm; any, where the vendor tells no such keys apart."""

    def at_sandbox(self, address: str) -> Account:
        """The account in the sandboxes at this address."""
        return Account(f"{address}{self.path}", self.key_here, self.scope_here)


VENDORS = {
    "stripe": Vendor(
        "https://api.stripe.com",
        "/stripe",
        "STRIPE_SECRET_KEY",
        key_here="sk_" + "test_sandbox",
        harmless="[sr]k_test_.+",
    ),
    "openai": Vendor("https://api.openai.com/v1", "/openai/v1", "OPENAI_API_KEY"),
    "postmark": Vendor(
        "https://api.postmarkapp.com",
        "/postmark",
        "POSTMARK_API_KEY",
        key_here="POSTMARK_API_TEST",
        # With it Postmark checks a mail, and delivers none.
        harmless="POSTMARK_API_TEST",
    ),
    "beehiiv": Vendor(
        "https://api.beehiiv.com/v2",
        "/beehiiv/v2",
        "BEEHIIV_API_KEY",
        "BEEHIIV_PUBLICATION_ID",
        "pub_00000000-0000-0000-0000-000000000000",
    ),
    "cloudflare": Vendor(
        "https://api.cloudflare.com/client/v4",
        "/cloudflare/client/v4",
        "CLOUDFLARE_API_TOKEN",
        "CLOUDFLARE_ACCOUNT_ID",
        "0" * 32,
    ),
    "zerodb": Vendor(
        "https://api.ainative.studio/v1",
        "/zerodb/v1",
        "ZERODB_API_KEY",
        "ZERODB_PROJECT_ID",
        "3f0c2a52-7a51-4f6c-9a54-3a1d1f6f0a01",
    ),
}


class NoAccount(Exception):
    """Variables that would open the vendor's test mode are not set."""


class KeyIsLive(Exception):
    """A key is set that is none of the vendor's test mode; nothing was asked with it."""


def live_account(name: str, environ: Mapping[str, str]) -> Account:
    """The account that these variables open. Raises `NoAccount`, `KeyIsLive`.

    `LIVE_<VENDOR>_BASE_URL` names another address than the vendor's own.
    """
    vendor = VENDORS[name]
    needed = [variable for variable in (vendor.key, vendor.scope) if variable]
    if missing := [variable for variable in needed if not environ.get(variable)]:
        raise NoAccount(f"set {' and '.join(missing)} to ask {name} itself")
    key = environ[vendor.key]
    if not re.fullmatch(vendor.harmless, key):
        raise KeyIsLive(f"{vendor.key} must be a key of the test mode: {vendor.harmless}")
    base_url = environ.get(f"LIVE_{name.upper()}_BASE_URL", vendor.base_url)
    return Account(base_url, key, environ[vendor.scope] if vendor.scope else "")
