"""Password hashes and tokens: pure functions, which know neither the store nor the web."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import jwt
from jwt.types import Options
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from backend.clock import now

ACCESS = "access"


class TokenIsInvalid(Exception):
    """The token is not ours, not of this kind, tampered with, or too old."""


@dataclass(frozen=True)
class AccessToken:
    """What an access token says: whose it is, and in which session it was given."""

    profile_id: str
    session_id: str


def hasher(memory_kib: int) -> PasswordHash:
    """Argon2id with two passes, one lane and this much memory."""
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=memory_kib, parallelism=1),))


def is_password(hashes: PasswordHash, password: str, password_hash: str) -> bool:
    """Whether the hash was made of this password."""
    try:
        return hashes.verify(password, password_hash)
    except UnknownHashError:
        return False


def new_token() -> str:
    """A random secret for a link or a session: 256 bits, safe in addresses."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is kept of a random secret: enough to recognise it, too little to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def seal(purpose: str, text: str, secret: str) -> str:
    """The text with a seal that only we can make, for links and codes: `text.seal`.

    A seal of one purpose is none of another. What is sealed can be read by anybody.
    """
    return f"{text}.{_seal(purpose, text, secret)}"


def unseal(purpose: str, sealed: str, secret: str) -> str:
    """The text under a seal of ours. Raises `TokenIsInvalid`."""
    text, _, found = sealed.rpartition(".")
    if not hmac.compare_digest(found.encode(), _seal(purpose, text, secret).encode()):
        raise TokenIsInvalid("it does not bear our seal")
    return text


def _seal(purpose: str, text: str, secret: str) -> str:
    mac = hmac.digest(secret.encode(), f"{purpose}:{text}".encode(), "sha256")
    return base64.urlsafe_b64encode(mac[:18]).decode()


def sign_csrf_token(session_id: str, secret: str) -> str:
    """A token that goes with this session alone, and that nobody else can make."""
    nonce = secrets.token_urlsafe(16)
    return f"{nonce}.{_csrf_signature(session_id, nonce, secret)}"


def is_csrf_token(token: str, session_id: str, secret: str) -> bool:
    """Whether the token goes with this session."""
    nonce, _, signature = token.partition(".")
    wanted = _csrf_signature(session_id, nonce, secret)
    return hmac.compare_digest(signature.encode(), wanted.encode())


def _csrf_signature(session_id: str, nonce: str, secret: str) -> str:
    # The length keeps one pair from reading like another.
    message = f"{len(session_id)}!{session_id}!{nonce}"
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def sign_access_token(
    token: AccessToken, *, secret: str, algorithm: str, issuer: str, lifetime: timedelta
) -> str:
    """The token as a signed JWT (RFC 7519) that is valid from now for its lifetime."""
    issued = now()
    claims = {"sub": token.profile_id, "sid": token.session_id, "typ": ACCESS, "iss": issuer}
    return jwt.encode(claims | {"iat": issued, "exp": issued + lifetime}, secret, algorithm)


def read_access_token(text: str, *, secret: str, algorithm: str, issuer: str) -> AccessToken:
    """What a signed token says. Raises `TokenIsInvalid` unless it is ours, whole and fresh."""
    token, issued, expires = _signed(text, secret, algorithm, issuer)
    moment = now().timestamp()
    if issued > moment:
        raise TokenIsInvalid("it was given at a moment that is still to come")
    if expires <= moment:
        raise TokenIsInvalid("it is too old")
    return token


# The library would compare with the machine's clock; we do, with ours.
_OPTIONS: Options = {
    "require": ["sub", "sid", "typ", "iss", "iat", "exp"],
    "verify_iat": False,
    "verify_exp": False,
}


@lru_cache(4096)
def _signed(
    text: str, secret: str, algorithm: str, issuer: str
) -> tuple[AccessToken, float, float]:
    # What a token says never changes, only how old it is; so each is read once.
    try:
        claims = jwt.decode(text, secret, algorithms=[algorithm], issuer=issuer, options=_OPTIONS)
        issued, expires = float(claims["iat"]), float(claims["exp"])
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise TokenIsInvalid(str(error)) from error
    if claims["typ"] != ACCESS:
        raise TokenIsInvalid("it is a token of another kind")
    return AccessToken(str(claims["sub"]), str(claims["sid"])), issued, expires
