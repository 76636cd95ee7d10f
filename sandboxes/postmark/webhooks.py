"""The webhooks API: where Postmark tells of what becomes of mails, and of what.

See https://postmarkapp.com/developer/api/webhooks-api. A webhook is kept as the kit's endpoint,
whose secret is `user:password`.
"""

import asyncio
import json
import re
from typing import Any
from urllib.parse import urlsplit

import httpx2
from starlette.responses import JSONResponse, Response

from sandboxes.kit.deliveries import ENDPOINT, Endpoint
from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call, Vendor
from sandboxes.postmark import notices
from sandboxes.postmark.asking import body, query
from sandboxes.postmark.errors import PostmarkError
from sandboxes.postmark.streams import OUTBOUND, the_stream

HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}")
OPTIONS = {
    "Open": "PostFirstOpenOnly",
    "Bounce": "IncludeContent",
    "SpamComplaint": "IncludeContent",
}
MOST = 10
PATIENCE_S = 10.0


async def list_webhooks(call: Call) -> Response:
    """Of one stream, or of all."""
    stream = query(call).get("messagestream")
    if stream:
        await the_stream(call.records, stream)
    endpoints = [each for each in await call.vendor.endpoints() if stream in {None, _stream(each)}]
    return JSONResponse({"Webhooks": [_described(each) for each in reversed(endpoints)]})


async def get_webhook(call: Call) -> Response:
    """One webhook."""
    return JSONResponse(_described(await _webhook(call.records, call.parameters["id"])))


async def create_webhook(call: Call) -> Response:
    """Make one; it is saved only when its listener answers 200 to each thing that it shall hear
    of, or where `Verify` is false, and then hears of nothing yet."""
    told = _told(call)
    if "ID" in told:
        raise PostmarkError(1356, "An 'ID' can not be given to a new webhook.")
    stream = await the_stream(call.records, str(told.get("MessageStream") or OUTBOUND))
    if stream["ArchivedAt"]:
        raise PostmarkError(1350, "The 'MessageStream' of this webhook is archived.")
    if stream["MessageStreamType"] == "Inbound":
        raise PostmarkError(1351, "Webhooks are not for inbound streams; use 'InboundHookUrl'.")
    new = Endpoint(
        notices.WEBHOOKS.new_endpoint_id(), "", "", (), data={"MessageStream": stream["ID"]}
    )
    endpoint = await _verified(call.vendor, _changed(new, told), told)
    async with call.vendor.exclusively(ENDPOINT) as vendor:
        there = [each for each in await vendor.endpoints() if _stream(each) == stream["ID"]]
        if len(there) >= MOST:
            raise PostmarkError(1359, "This message stream has as many webhooks as it may have.")
        await vendor.records.put(ENDPOINT, endpoint.id, endpoint.document())
    return JSONResponse(_described(endpoint))


async def edit_webhook(call: Call) -> Response:
    """Change what is told of, and leave the rest."""
    told = _told(call)
    endpoint = await _webhook(call.records, call.parameters["id"])
    if str(told.get("ID", endpoint.id)) != endpoint.id or "MessageStream" in told:
        raise PostmarkError(1357, "The 'ID' and 'MessageStream' of a webhook can not be changed.")
    changed = await _verified(call.vendor, _changed(endpoint, told), told)
    await call.records.put(ENDPOINT, changed.id, changed.document())
    return JSONResponse(_described(changed))


async def verify_webhook(call: Call) -> Response:
    """Ask the listener now; 200 says that it was asked, `Success` whether it answered well."""
    endpoint = await _webhook(call.records, call.parameters["id"])
    told = await _probe(call.vendor, endpoint)
    status = "verified" if told["Success"] else "unverified"
    asked = _with(endpoint, data=endpoint.data | {"Status": status})
    await call.records.put(ENDPOINT, asked.id, asked.document())
    return JSONResponse(told)


async def delete_webhook(call: Call) -> Response:
    """Forget one."""
    endpoint = await _webhook(call.records, call.parameters["id"])
    await call.records.remove(ENDPOINT, endpoint.id)
    return JSONResponse({"ErrorCode": 0, "Message": f"Webhook {endpoint.id} removed."})


async def _webhook(records: Records, id_: str) -> Endpoint:
    kept = await records.get(ENDPOINT, id_)
    if kept is None:
        raise PostmarkError(1352, "The webhook for the provided 'ID' was not found.")
    return Endpoint.of(kept)


def _told(call: Call) -> Document:
    told = body(call)
    if not isinstance(told, dict) or not told:
        raise PostmarkError(1355, "A proper request body must be provided.")
    if "Status" in told:
        raise PostmarkError(1363, "The 'Status' of a webhook can not be set.")
    return told


def _changed(endpoint: Endpoint, told: Document) -> Endpoint:
    """The endpoint as it shall be; raises PostmarkError for what can not be."""
    url = str(told.get("Url", endpoint.url) or "")
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise PostmarkError(1354, "The 'Url' is missing, or is no address for a webhook.")
    data, secret = dict(endpoint.data), endpoint.secret
    if isinstance(auth := told.get("HttpAuth"), dict):
        secret = f"{auth.get('Username', '')}:{auth.get('Password', '')}"
    if isinstance(known := told.get("HttpHeaders"), list):
        data["HttpHeaders"] = [_header(each) for each in known]
    triggers = _described(endpoint)["Triggers"]
    for name, wanted in (told.get("Triggers") or {}).items():
        triggers[name] = triggers.get(name, {}) | _trigger(name, wanted)
    data["PostFirstOpenOnly"] = triggers["Open"]["PostFirstOpenOnly"]
    data["IncludeContent"] = [name for name, each in triggers.items() if each.get("IncludeContent")]
    events = tuple(name for name in notices.TRIGGERS if triggers[name]["Enabled"])
    return _with(endpoint, url=url, secret=secret, events=events, data=data)


def _trigger(name: str, wanted: Any) -> Document:
    known = {"Enabled", OPTIONS.get(name)}
    if name not in notices.TRIGGERS or not isinstance(wanted, dict):
        raise PostmarkError(1353, f"The trigger '{name[:100]}' is not supported on this stream.")
    return {option: bool(value) for option, value in wanted.items() if option in known}


def _header(told: Any) -> Document:
    name = str(told.get("Name", "")) if isinstance(told, dict) else ""
    if not HEADER_NAME.fullmatch(name):
        raise PostmarkError(1358, "The 'Name' of an 'HttpHeader' is not valid.")
    return {"Name": name, "Value": str(told.get("Value") or "")}


async def _verified(vendor: Vendor, endpoint: Endpoint, told: Document) -> Endpoint:
    """The endpoint with its status; raises PostmarkError where its listener does not answer."""
    if told.get("Verify") is False:
        return _with(endpoint, data=endpoint.data | {"Status": "unverified"})
    asked = await _probe(vendor, endpoint)
    if not asked["Success"]:
        refusal = PostmarkError(1364, asked["Message"])
        refusal.response = JSONResponse(asked, 422, headers={"X-PM-ApiErrorCode": "1364"})
        raise refusal
    return _with(endpoint, data=endpoint.data | {"Status": "verified"})


async def _probe(vendor: Vendor, endpoint: Endpoint) -> Document:
    """One request for each thing that it hears of; what they say is not documented by Postmark,
    so these say which thing they are for, and no more."""
    results = [await _try(vendor, endpoint, trigger) for trigger in endpoint.events]
    good = sum(result["Success"] for result in results)
    return {
        "Id": int(endpoint.id),
        "Url": endpoint.url,
        "Success": good == len(results),
        "Results": results,
        "Message": f"{good}/{len(results)} triggers verified successfully",
    }


async def _try(vendor: Vendor, endpoint: Endpoint, trigger: str) -> Document:
    known = {"Content-Type": "application/json"} | notices.headers(endpoint)
    sample = json.dumps({"RecordType": trigger, "MessageStream": _stream(endpoint)})
    try:
        async with asyncio.timeout(PATIENCE_S):
            answer = await vendor.outside.post(endpoint.url, content=sample, headers=known)
        status, words = answer.status_code, "OK"
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
        status, words = 0, "Unable to connect to the remote server."
    if status not in {0, 200}:
        words = f"Remote server returned an HTTP status code of {status}."
    is_good = status == 200
    return {"TriggerType": trigger, "Success": is_good, "StatusCode": status, "Message": words}


def _described(endpoint: Endpoint) -> Document:
    """A webhook as the API has it; one made by the control plane hears of every stream."""
    user, _, password = endpoint.secret.partition(":")
    heard = endpoint.data
    return {
        "ID": int(endpoint.id),
        "Url": endpoint.url,
        "MessageStream": _stream(endpoint),
        "Status": heard.get("Status", "verified"),
        "HttpAuth": {"Username": user, "Password": password} if endpoint.secret else None,
        "HttpHeaders": heard.get("HttpHeaders", []),
        "Triggers": {name: _option(endpoint, name) for name in notices.TRIGGERS},
    }


def _option(endpoint: Endpoint, name: str) -> Document:
    trigger: Document = {"Enabled": endpoint.wants(name)}
    match OPTIONS.get(name):
        case "PostFirstOpenOnly":
            trigger["PostFirstOpenOnly"] = bool(endpoint.data.get("PostFirstOpenOnly"))
        case "IncludeContent":
            trigger["IncludeContent"] = name in endpoint.data.get("IncludeContent", ())
    return trigger


def _stream(endpoint: Endpoint) -> str:
    return str(endpoint.data.get("MessageStream", OUTBOUND))


def _with(endpoint: Endpoint, **changes: Any) -> Endpoint:
    return Endpoint(**{**endpoint.document(), "events": tuple(endpoint.events), **changes})
