"""The control plane of a mail's fate: let a kept mail bounce, be opened, be complained of.

A program posts JSON, all of it optional: `recipient` (the first one unless told), for a bounce
its `type` (HardBounce unless told), for a click its `link` (the first tracked one unless told).
A form on the mail's page posts the same, and is led back to it.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandboxes.kit.control import refuse
from sandboxes.kit.letters import Action, Letter
from sandboxes.kit.pages import led_back
from sandboxes.kit.reading import described
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor
from sandboxes.postmark import fate
from sandboxes.postmark.bounce_types import BY_NAME, COMPLAINT, HARD
from sandboxes.postmark.letter import letter

Told = dict[str, str]
Happen = Callable[[Vendor, Document, str, Told], Awaitable[object]]


def fate_pages(vendor: Vendor) -> Sequence[Route]:
    """A route for each thing that can be let happen."""

    def route(name: str, happen: Happen) -> Route:
        async def order(request: Request) -> Response:
            return await _order(vendor, request, happen)

        return Route(f"/postmark/messages/{{id:uuid}}/{name}", order, methods=["POST"])

    return [route(name, happen) for name, happen in HAPPENINGS.items()]


def letter_in_hand(mail: Document) -> Letter:
    """The mail as the inbox shows it, with buttons for what can happen to it."""
    return replace(letter(mail), actions=_actions(mail))


def _actions(mail: Document) -> tuple[Action, ...]:
    fitting = {"bounce": "Bounce", "complaint": "Complain of spam", "unsubscribe": "Unsubscribe"}
    fitting |= {"open": "Open"} if _has_opens(mail) else {}
    fitting |= {"click": "Click a link"} if _tracked_links(mail) else {}
    where = f"postmark/messages/{mail['MessageID']}"
    return tuple(Action(label, f"{where}/{name}") for name, label in fitting.items())


async def _order(vendor: Vendor, request: Request, happen: Happen) -> Response:
    id_ = str(request.path_params["id"])
    told = await _told(request)
    async with vendor.exclusively(id_) as inside:
        mail = await inside.records.get("mail", id_)
        if mail is None:
            raise refuse(404, f"there is no mail {id_}; GET /_sandbox/inbox.json lists them")
        recipient = told.get("recipient", mail["Recipients"][0]).lower()
        if recipient not in mail["Recipients"]:
            raise refuse(422, f"{recipient[:200]} did not get this mail")
        result = await happen(inside, mail, recipient, told)
        await inside.records.put("mail", id_, mail)
    return led_back(request, f"/_sandbox/inbox/{id_}", result)


async def _told(request: Request) -> Told:
    body = (await request.body()).decode("utf-8", "replace")
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body))
    try:
        told = json.loads(body or "{}")
    except ValueError as error:
        raise refuse(422, "the body is no JSON") from error
    if not isinstance(told, dict) or not all(isinstance(each, str) for each in told.values()):
        raise refuse(422, "the body is an object of strings: recipient, type, link")
    return told


async def _bounce(vendor: Vendor, mail: Document, recipient: str, told: Told) -> Document:
    kind = BY_NAME.get(told.get("type", HARD.type).lower())
    if kind is None or kind == COMPLAINT:
        known = ", ".join(each.type for each in BY_NAME.values() if each != COMPLAINT)
        raise refuse(422, f"a bounce is one of {known}")
    return await fate.bounce(vendor, mail, recipient, kind)


async def _complain(vendor: Vendor, mail: Document, recipient: str, _told: Told) -> Document:
    return await fate.bounce(vendor, mail, recipient, COMPLAINT)


async def _open(vendor: Vendor, mail: Document, recipient: str, _told: Told) -> Document:
    if not _has_opens(mail):
        raise refuse(409, "opening it is not tracked: no TrackOpens, or no HTML")
    return await fate.open_(vendor, mail, recipient)


async def _click(vendor: Vendor, mail: Document, recipient: str, told: Told) -> Document:
    links = _tracked_links(mail)
    link = told.get("link", links[0] if links else "")
    if link not in links:
        raise refuse(409, "this link is not tracked: the mail has none such, or no TrackLinks")
    return await fate.click(vendor, mail, recipient, link)


async def _leave(vendor: Vendor, mail: Document, recipient: str, _told: Told) -> Document:
    await fate.leave(vendor, mail, recipient)
    return {"Recipient": recipient, "MessageStream": mail["MessageStream"]}


def _has_opens(mail: Document) -> bool:
    return bool(mail["TrackOpens"] and mail["HtmlBody"])


def _tracked_links(mail: Document) -> list[str]:
    if (mail["TrackLinks"] or "None") == "None":
        return []
    links: list[str] = described(letter(mail))["links"]
    return links


HAPPENINGS: dict[str, Happen] = {
    "bounce": _bounce,
    "complaint": _complain,
    "open": _open,
    "click": _click,
    "unsubscribe": _leave,
}
