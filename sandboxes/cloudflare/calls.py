"""Calls, now called Realtime: the apps of an account, and the secrets that open them."""

from hashlib import sha256
from secrets import token_hex

from pydantic import Field
from starlette.responses import Response

from sandboxes.cloudflare.envelope import (
    ACCOUNT,
    NotFound,
    Wishes,
    account,
    new_uid,
    result,
    wishes,
    written,
)
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation, Vendor

APP = "calls_app"


class App(Wishes):
    """What may be said of an app."""

    name: str = Field(default="", max_length=256)


def fingerprint(secret: str) -> str:
    """As much of a secret as is kept: enough to know it again."""
    return sha256(secret.encode()).hexdigest()


def _shown(app: Document) -> Document:
    return {name: app[name] for name in ("uid", "name", "created", "modified")}


async def create_app(call: Call) -> Response:
    """A new app; its secret is shown this once."""
    name, now, secret = wishes(call, App).name, written(call.now), token_hex(32)
    app = {
        "uid": new_uid(),
        "account": account(call),
        "name": name,
        "created": now,
        "modified": now,
        "secret": fingerprint(secret),
    }
    await call.records.put(APP, app["uid"], app)
    return result(_shown(app) | {"secret": secret}, status=201)


async def list_apps(call: Call) -> Response:
    """All apps of the account, the newest first."""
    apps = await call.records.find(APP, {"account": account(call)}, limit=1000)
    return result([_shown(app) for app in apps])


async def _asked(call: Call, vendor: Vendor) -> Document:
    app = await vendor.records.get(APP, call.parameters["app_id"])
    if app is None or app["account"] != account(call):
        raise NotFound
    return app


async def get_app(call: Call) -> Response:
    """One app."""
    return result(_shown(await _asked(call, call.vendor)))


async def update_app(call: Call) -> Response:
    """Give an app another name."""
    asked = wishes(call, App)
    async with call.vendor.exclusively() as inside:
        app = await _asked(call, inside) | asked.said() | {"modified": written(call.now)}
        await inside.records.put(APP, app["uid"], app)
    return result(_shown(app))


async def delete_app(call: Call) -> Response:
    """Take an app away; nothing opens it any more."""
    app = await _asked(call, call.vendor)
    await call.records.put(APP, app["uid"], {"uid": app["uid"], "account": "", "secret": ""})
    return result(_shown(app))


ALL = f"{ACCOUNT}/calls/apps"
ONE = ALL + "/{app_id}"
OPERATIONS = (
    Operation("calls.sfu.list", "GET", ALL, list_apps),
    Operation("calls.sfu.create", "POST", ALL, create_app),
    Operation("calls.sfu.get", "GET", ONE, get_app),
    Operation("calls.sfu.update", "PUT", ONE, update_app),
    Operation("calls.sfu.delete", "DELETE", ONE, delete_app),
)
