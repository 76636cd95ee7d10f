"""Signed playback: the keys of an account, the tokens that they sign, and whom a token lets in."""

import asyncio
import json
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any, Literal

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from jwt.algorithms import RSAAlgorithm
from pydantic import BaseModel, Field
from starlette.responses import Response

from sandboxes.cloudflare.envelope import (
    STREAM,
    BadRequest,
    NotFound,
    Wishes,
    account,
    new_uid,
    result,
    wishes,
    written,
)
from sandboxes.cloudflare.library import VIDEO
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation, Vendor

KEY, OWN_KEY = "signing_key", "own_signing_key"
"""The keys that callers made, of which the public half is kept, and Cloudflare's own."""
MOST_KEYS, MOST_RULES = 1000, 5
LONGEST, USUAL = timedelta(hours=24), timedelta(hours=1)


class TokenIsRefused(Exception):
    """A token that lets nobody in: forged, of a revoked key, expired, early, or not for here."""


class Rule(BaseModel):
    """Whom a token lets in, or keeps out."""

    type: Literal["any", "ip.src", "ip.geoip.country"]
    action: Literal["allow", "block"]
    ip: list[str] = []
    country: list[str] = []


class Terms(Wishes):
    """What a token shall say, and the key that shall sign it: one of the caller's, or none."""

    id: str | None = None
    pem: str | None = None
    exp: int | None = None
    nbf: int | None = None
    downloadable: bool | None = None
    access_rules: list[Rule] | None = Field(default=None, max_length=MOST_RULES)


async def create_key(call: Call) -> Response:
    """Make an RSA key; what is private of it is shown this once."""
    if await call.records.count(KEY, {"account": account(call)}) >= MOST_KEYS:
        raise BadRequest(f"an account has {MOST_KEYS} signing keys at most")
    private, id_ = await _new_key(), new_uid()
    key = {"id": id_, "account": account(call), "created": written(call.now)}
    await call.records.put(KEY, id_, key | {"public": _public(private)})
    shown = {"id": id_, "pem": _pem(private), "jwk": _jwk(private, id_)}
    return result(shown | {"created": key["created"]})


async def list_keys(call: Call) -> Response:
    """The keys of the account, without what is secret of them."""
    keys = await call.records.find(KEY, {"account": account(call)}, limit=MOST_KEYS)
    return result([_outline(key) for key in keys])


def _outline(key: Document) -> Document:
    """SDK and documentation name the identifier differently; both names are told."""
    return {"id": key["id"], "key_id": key["id"], "created": key["created"]}


async def delete_key(call: Call) -> Response:
    """Revoke a key, and with it all that it signed."""
    key = await call.records.get(KEY, call.parameters["identifier"])
    if key is None or key["account"] != account(call):
        raise NotFound
    await call.records.remove(KEY, key["id"])
    return result("Revoked")


async def create_token(call: Call) -> Response:
    """A token for a video or live input: for an hour, unless it is told otherwise."""
    terms, uid = wishes(call, Terms), call.parameters["identifier"]
    for kind in (VIDEO, "live_input"):
        there = await call.records.get(kind, uid)
        if there and there["account"] == account(call):
            return result({"token": await sign(call.vendor, account(call), uid, terms, call.now)})
    raise NotFound


async def sign(vendor: Vendor, account_id: str, uid: str, terms: Terms, now: datetime) -> str:
    """A token for what has this name; raises BadRequest for terms that can not be granted."""
    if (terms.id is None) != (terms.pem is None):
        raise BadRequest("id and pem must be given together")
    expires = terms.exp if terms.exp is not None else int((now + USUAL).timestamp())
    if expires > (now + LONGEST).timestamp():
        raise BadRequest("exp must be within the next 24 hours")
    begins = terms.nbf if terms.nbf is not None else int((now - USUAL).timestamp())
    if terms.id and terms.pem:
        kid, private = terms.id, terms.pem
    else:
        kid, private = await _own_key(vendor, account_id)
    claims: dict[str, Any] = {"sub": uid, "kid": kid, "exp": expires, "nbf": begins}
    for name in ("downloadable", "accessRules"):
        if (value := terms.said().get(name)) is not None:
            claims[name] = value
    try:
        # Cloudflare's tokens have no `typ`.
        header = {"kid": kid, "typ": None}
        return jwt.encode(claims, b64decode(private), algorithm="RS256", headers=header)
    except (TypeError, ValueError, jwt.PyJWTError) as error:
        raise BadRequest("pem is no RSA private key in base64") from error


async def verified(vendor: Vendor, token: str, now: datetime, address: str) -> Document:
    """What a token says, its key's `account` added; raises TokenIsRefused.

    `address` is the IP address of whoever shows it.
    """
    try:
        kid = jwt.get_unverified_header(token).get("kid", "")
    except jwt.PyJWTError as error:
        raise TokenIsRefused("this is no token") from error
    key = await vendor.records.get(KEY, kid) or await vendor.records.get(OWN_KEY, kid)
    if key is None:
        raise TokenIsRefused("its key is unknown, or was revoked")
    try:
        # The clock of the sandboxes counts, which PyJWT does not know.
        free = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
        claims = jwt.decode(token, key["public"], algorithms=["RS256"], options=free)  # type: ignore[arg-type]
    except jwt.PyJWTError as error:
        raise TokenIsRefused("its signature is wrong") from error
    _hold_in_time(claims, now)
    _hold_to_rules(claims.get("accessRules", []), address)
    return {**claims, "account": key["account"]}


def _hold_in_time(claims: Document, now: datetime) -> None:
    # The documentation shows these as numbers, and as numbers in quotes.
    try:
        begins, ends = float(claims.get("nbf", 0)), float(claims["exp"])
    except (KeyError, TypeError, ValueError) as error:
        raise TokenIsRefused("it does not say when it expires") from error
    if not begins <= now.timestamp() < ends:
        raise TokenIsRefused("it has expired, or is not valid yet")


def _hold_to_rules(rules: object, address: str) -> None:
    """The first rule that matches decides; where none does, everybody is let in."""
    try:
        for rule in [Rule.model_validate(each) for each in rules]:  # type: ignore[attr-defined]
            if _matches(rule, address):
                if rule.action == "block":
                    raise TokenIsRefused("its access rules keep this address out")
                return
    except (TypeError, ValueError) as error:
        raise TokenIsRefused("its access rules are none") from error


def _matches(rule: Rule, address: str) -> bool:
    """No address of this machine lies in any country."""
    if rule.type == "ip.src":
        return any(ip_address(address) in ip_network(each, strict=False) for each in rule.ip)
    return rule.type == "any"


async def _own_key(vendor: Vendor, account_id: str) -> tuple[str, str]:
    """The id and the private half, as callers get theirs, of Cloudflare's own key."""
    async with vendor.exclusively("own key") as inside:
        found = await inside.records.find(OWN_KEY, {"account": account_id}, limit=1)
        if not found:
            private, id_ = await _new_key(), new_uid()
            key = {"id": id_, "account": account_id, "public": _public(private)}
            found = [key | {"pem": _pem(private)}]
            await inside.records.put(OWN_KEY, id_, found[0])
    return found[0]["id"], found[0]["pem"]


async def _new_key() -> RSAPrivateKey:
    """It takes a tenth of a second, in which others go on."""
    return await asyncio.to_thread(generate_private_key, 65537, 2048)


def _public(private: RSAPrivateKey) -> str:
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def _pem(private: RSAPrivateKey) -> str:
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return b64encode(pem).decode()


def _jwk(private: RSAPrivateKey, id_: str) -> str:
    numbers = RSAAlgorithm.to_jwk(private, as_dict=True)
    numbers.pop("key_ops", None)
    jwk = {"use": "sig", "kty": "RSA", "kid": id_, "alg": "RS256"} | numbers
    return b64encode(json.dumps(jwk).encode()).decode()


OPERATIONS = (
    Operation("stream.keys.get", "GET", f"{STREAM}/keys", list_keys),
    Operation("stream.keys.create", "POST", f"{STREAM}/keys", create_key),
    Operation("stream.keys.delete", "DELETE", STREAM + "/keys/{identifier}", delete_key),
    Operation("stream.token.create", "POST", STREAM + "/{identifier}/token", create_token),
)
