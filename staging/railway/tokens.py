"""Who asks Railway, and where it stands: two kinds of tokens and an address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from staging.obstacles import Refused
from staging.railway.documents import Kind

ADDRESS: Final = "RAILWAY_API_URL"
RAILWAY: Final = "https://backboard.railway.com/graphql/v2"

VARIABLE: Final[dict[Kind, str]] = {"account": "RAILWAY_API_TOKEN", "project": "RAILWAY_TOKEN"}
"""Which variable holds a token of this kind, as Railway's own command has it."""
WHENCE: Final[dict[Kind, str]] = {
    "account": "Make one at https://railway.com/account/tokens and put it into RAILWAY_API_TOKEN.",
    "project": (
        "Make one in the project's settings, Tokens, for this environment, or with "
        "`staging setup --token-file FILE`, and put it into RAILWAY_TOKEN."
    ),
}
"""Where somebody gets one."""


class TokenIsMissing(Refused):
    """Railway is to be asked, and there is no token for it."""

    def __init__(self, kind: Kind, other: bool = False) -> None:
        what = f"{VARIABLE[kind]} is not set"
        if kind == "account" and other:
            what += (
                "; RAILWAY_TOKEN is, but a project token belongs to one environment that is "
                "there already, and makes no project, environment or token"
            )
        super().__init__(f"Railway can not be asked: {what}.", WHENCE[kind])


class TokenIsMalformed(Refused):
    """What the variable holds can not be a token."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(
            f"{VARIABLE[kind]} holds no token: there is something in it that no token has, "
            "such as a space, a line's end or a quote.",
            "Set it anew, with nothing but the token itself.",
        )


class AddressIsRefused(Refused):
    """A token is not sent there."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"{ADDRESS} is {url!r}: it must be an https address; http is for this machine only, "
            "for the token is sent there.",
            f"Take {ADDRESS} out of the environment to ask Railway itself.",
        )


@dataclass(frozen=True)
class Token:
    """A token, and its kind; it is never shown."""

    kind: Kind
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.secret.isascii() or any(sign <= " " or sign in "\"'" for sign in self.secret):
            raise TokenIsMalformed(self.kind)

    @property
    def variable(self) -> str:
        """The variable that it came by."""
        return VARIABLE[self.kind]

    @property
    def headers(self) -> dict[str, str]:
        """How a request carries it."""
        if self.kind == "project":
            return {"Project-Access-Token": self.secret}
        return {"Authorization": f"Bearer {self.secret}"}

    def as_other(self) -> "Token":
        """The same text, taken for the other kind."""
        return Token("account" if self.kind == "project" else "project", self.secret)


def account_token(environ: Mapping[str, str]) -> Token:
    """The token that makes projects and environments. Raises `TokenIsMissing`."""
    found = environ.get(VARIABLE["account"], "").strip()
    if not found:
        raise TokenIsMissing("account", bool(environ.get(VARIABLE["project"])))
    return Token("account", found)


def project_token(environ: Mapping[str, str]) -> Token:
    """The token of one environment. Raises `TokenIsMissing`."""
    found = environ.get(VARIABLE["project"], "").strip()
    if not found:
        raise TokenIsMissing("project")
    return Token("project", found)


def any_token(environ: Mapping[str, str]) -> Token:
    """The project's token where there is one, else the account's. Raises `TokenIsMissing`."""
    if environ.get(VARIABLE["project"]) or not environ.get(VARIABLE["account"]):
        return project_token(environ)
    return account_token(environ)


def address(environ: Mapping[str, str]) -> str:
    """Where Railway's API stands. Raises `AddressIsRefused`."""
    url = environ.get(ADDRESS) or RAILWAY
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_here(url))
    if not parts.hostname or not is_safe:
        raise AddressIsRefused(url)
    return url


def is_here(url: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
