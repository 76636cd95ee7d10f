"""ZeroDB's accounts: who registers or was provisioned, and logs in for a JWT that expires."""

from urllib.parse import parse_qsl
from uuid import uuid4

from pydantic import AliasChoices, BaseModel, Field
from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call, Operation
from sandboxes.zerodb.access import LASTS, digest, read_token, token
from sandboxes.zerodb.asking import Asked
from sandboxes.zerodb.errors import ZeroDBError
from sandboxes.zerodb.reading import read, read_json

ACCOUNT = "account"
FORM = "application/x-www-form-urlencoded"


class Login(BaseModel):
    """Who logs in; a form says `username`, JSON says `email`."""

    email: str = Field(min_length=3, validation_alias=AliasChoices("email", "username"))
    password: str = Field(min_length=1)


class Registration(Login):
    """Who is new."""

    name: str = ""


class Refresh(BaseModel):
    """Who has logged in before."""

    refresh_token: str


async def log_in(call: Call) -> Response:
    """A JWT for an e-mail address and its password."""
    is_form = call.request.headers.get("content-type", "").startswith(FORM)
    given = dict(parse_qsl(call.body.decode("utf-8", "replace"))) if is_form else read_json(call)
    told = read(Login, given, "body")
    account = await call.records.get(ACCOUNT, told.email.lower())
    if account is None or account["password"] != digest(told.password):
        raise ZeroDBError(401, "Incorrect email or password")
    return JSONResponse(_tokens(call, account["user_id"]))


async def refresh(call: Call) -> Response:
    """Another JWT for a refresh token."""
    told = read(Refresh, read_json(call), "body")
    user = read_token(told.refresh_token, "refresh", call.now)
    if user is None:
        raise ZeroDBError(401, "Could not validate credentials")
    return JSONResponse(_tokens(call, user))


async def register(call: Call) -> Response:
    """Make an account of an e-mail address that has none."""
    told = read(Registration, read_json(call), "body")
    async with call.vendor.exclusively("accounts") as inside:
        if await inside.records.get(ACCOUNT, told.email.lower()):
            raise ZeroDBError(400, "Email already registered")
        account = await open_account(inside.records, told, str(uuid4()))
    return JSONResponse(_shown(account), 201)


async def who_am_i(asked: Asked) -> Response:
    """Who the caller is; of whom only a key is known, there is no e-mail address."""
    accounts = await asked.call.records.find(ACCOUNT, {"user_id": asked.user}, limit=1)
    return JSONResponse(_shown(accounts[0]) if accounts else {"id": asked.user, "email": None})


async def log_out(_asked: Asked) -> Response:
    """Nothing is kept of a JWT, so that there is nothing to end."""
    return JSONResponse({"message": "Successfully logged out"})


async def open_account(records: Records, told: Registration, user: str) -> Document:
    """Keep an account, in the place of one of the same address."""
    account = {
        "email": told.email,
        "name": told.name,
        "password": digest(told.password),
        "user_id": user,
    }
    await records.put(ACCOUNT, told.email.lower(), account)
    return account


def open_operations() -> tuple[Operation, ...]:
    """What everybody may ask."""
    return (
        Operation("login", "POST", "/v1/auth/login", log_in, is_open=True),
        Operation("refresh_token", "POST", "/v1/auth/refresh", refresh, is_open=True),
        Operation("register", "POST", "/v1/auth/register", register, is_open=True),
    )


def _tokens(call: Call, user: str) -> Document:
    return {
        "access_token": token(user, "access", call.now),
        "token_type": "bearer",
        "expires_in": int(LASTS["access"].total_seconds()),
        "refresh_token": token(user, "refresh", call.now),
    }


def _shown(account: Document) -> Document:
    return {"id": account["user_id"], "email": account["email"], "name": account["name"]}
