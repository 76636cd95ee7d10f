"""BeeHiiv keeps the newsletter's subscribers and posts (https://developers.beehiiv.com)."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import httpx2
from pydantic import AliasPath, BaseModel, Field

from backend.providers import signatures
from backend.providers.calls import Call
from backend.providers.http import VendorClient
from backend.settings import Mail

PAGE: Final = 100


class CustomField(BaseModel):
    """What is kept of a subscriber under a name of ours."""

    name: str
    value: Any = None


class Subscription(BaseModel):
    """An address that the newsletter goes to, or that it will or once did."""

    id: str
    email: str
    status: str
    """`pending` until the address is confirmed, `active`, or `inactive` after unsubscribing."""
    custom_fields: tuple[CustomField, ...] = ()
    tags: tuple[str, ...] = ()


class Post(BaseModel):
    """A letter of the newsletter, as the web shows it."""

    id: str
    title: str
    subtitle: str = ""
    slug: str
    status: str
    authors: tuple[str, ...] = ()
    web_url: str
    thumbnail_url: str | None = None
    content_tags: tuple[str, ...] = ()
    publish_date: datetime | None = None
    html: str = Field(default="", validation_alias=AliasPath("content", "free", "web"))


class Event(BaseModel):
    """Something that happened at BeeHiiv: to a subscription, or to a post."""

    id: str = Field(validation_alias="uid")
    type: str = Field(validation_alias="event_type")
    created: datetime = Field(validation_alias="event_timestamp")
    data: dict[str, Any]


class _Subscription(BaseModel):
    data: Subscription


class _Subscriptions(BaseModel):
    data: tuple[Subscription, ...]
    next_cursor: str | None = None


class _Field(BaseModel):
    display: str


class _Fields(BaseModel):
    data: tuple[_Field, ...]


class _Post(BaseModel):
    data: Post


class _Posts(BaseModel):
    data: tuple[Post, ...]
    total_pages: int


class Beehiiv:
    """The provider `beehiiv`, for one publication."""

    def __init__(self, settings: Mail, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        key, publication = settings.beehiiv_api_key, settings.beehiiv_publication_id
        self._publication = f"/publications/{publication}"
        self._subscriptions = f"{self._publication}/subscriptions"
        self._webhook_secret = settings.beehiiv_webhook_secret
        self._http = VendorClient(
            "beehiiv",
            settings.beehiiv_base_url,
            {"BEEHIIV_API_KEY": key, "BEEHIIV_PUBLICATION_ID": publication},
            {"Authorization": f"Bearer {key.get_secret_value()}" if key else ""},
            transport,
        )

    async def ping(self) -> None:
        """Ask for our publication."""
        await self._http.require("data", Call("ping", "GET", self._publication, attempts=1))

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    async def subscribe(
        self, email: str, fields: Mapping[str, Any], *, confirmed: bool, again: bool = False
    ) -> Subscription:
        """Subscribe an address; one that is known already stays one, so repeating is safe.

        `confirmed`: whether its owner has confirmed it to us, and need not confirm it to BeeHiiv.
        `again`: whether somebody who unsubscribed asks for the newsletter once more.
        """
        body = {
            "email": email,
            "custom_fields": _written(fields),
            "double_opt_override": "off" if confirmed else "on",
            "reactivate_existing": again,
            "send_welcome_email": False,
        }
        call = Call("subscribe", "POST", self._subscriptions, json=body, repeatable=True)
        return (await self._http.read(_Subscription, call)).data

    async def get_subscription(self, email: str) -> Subscription | None:
        """The subscription of an address with its fields and tags, if there is one."""
        params = {"expand[]": ("custom_fields", "tags")}
        call = Call("get_subscription", "GET", self._by_email(email), params=params)
        found = await self._http.find(_Subscription, call)
        return found.data if found else None

    async def subscriptions(self) -> AsyncIterator[Subscription]:
        """Everybody whom BeeHiiv knows, whatever their status, the oldest first."""
        cursor: str | None = ""
        while cursor is not None:
            params = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
            call = Call("subscriptions", "GET", self._subscriptions, params=params)
            found = await self._http.read(_Subscriptions, call)
            for each in found.data:
                yield each
            cursor = found.next_cursor

    async def update_subscription(
        self,
        email: str,
        fields: Mapping[str, Any] | None = None,
        *,
        new_email: str | None = None,
        unsubscribe: bool = False,
    ) -> Subscription:
        """Change what is kept of a subscriber; fields that are not named stay as they are."""
        body: dict[str, Any] = {"custom_fields": _written(fields)} if fields else {}
        body |= {"email": new_email} if new_email else {}
        body |= {"unsubscribe": True} if unsubscribe else {}
        call = Call("update_subscription", "PUT", self._by_email(email), json=body)
        return (await self._http.read(_Subscription, call)).data

    async def delete_subscription(self, email: str) -> bool:
        """Delete all that BeeHiiv keeps of an address; whether it knew it."""
        found = await self.get_subscription(email)
        if found is None:
            return False
        path = f"{self._subscriptions}/{quote(found.id, safe='')}"
        return await self._http.delete(Call("delete_subscription", "DELETE", path))

    async def add_tags(self, subscription: Subscription, *tags: str) -> None:
        """Put a subscriber into groups; those that there are not yet are made."""
        path = f"{self._subscriptions}/{quote(subscription.id, safe='')}/tags"
        body = {"tags": list(tags)}
        await self._http.send(Call("add_tags", "POST", path, json=body, repeatable=True))

    async def list_custom_fields(self) -> tuple[str, ...]:
        """The names of the fields that subscribers may have; others are ignored by BeeHiiv."""
        path = f"{self._publication}/custom_fields"
        call = Call("list_custom_fields", "GET", path, params={"limit": PAGE})
        return tuple(each.display for each in (await self._http.read(_Fields, call)).data)

    async def create_custom_field(self, name: str, kind: str = "string") -> None:
        """Let subscribers have a field of this name: of text, unless told otherwise."""
        path = f"{self._publication}/custom_fields"
        body = {"display": name, "kind": kind}
        await self._http.send(Call("create_custom_field", "POST", path, json=body))

    async def posts(self) -> AsyncIterator[Post]:
        """The posts that are out, the newest first, with what everybody may read."""
        page, pages = 1, 1
        while page <= pages:
            params = {
                "status": "confirmed",
                "order_by": "publish_date",
                "direction": "desc",
                "expand[]": "free_web_content",
                "limit": PAGE,
                "page": page,
            }
            call = Call("posts", "GET", f"{self._publication}/posts", params=params)
            found = await self._http.read(_Posts, call)
            for post in found.data:
                yield post
            page, pages = page + 1, found.total_pages

    async def get_post(self, id_: str) -> Post | None:
        """One post, whatever its status, with what everybody may read; none when it is gone."""
        path = f"{self._publication}/posts/{quote(id_, safe='')}"
        call = Call("get_post", "GET", path, params={"expand[]": "free_web_content"})
        found = await self._http.find(_Post, call)
        return found.data if found else None

    def read_webhook(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Event:
        """The event that BeeHiiv sent, which delivers by Svix. Raises `WebhookIsForged`.

        Raises `VendorIsUnavailable` for an event that makes no sense: it will be sent again.
        """
        key = signatures.key_of("beehiiv", "BEEHIIV_WEBHOOK_SECRET", self._webhook_secret)
        signatures.check_svix(body, headers, key, now)
        return signatures.read("beehiiv", Event, body)

    def _by_email(self, email: str) -> str:
        return f"{self._subscriptions}/by_email/{quote(email, safe='')}"


def _written(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in fields.items()]
