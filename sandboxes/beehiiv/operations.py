"""All that BeeHiiv can be asked here, named as its own SDK names it."""

from sandboxes.beehiiv import (
    fields,
    hosted,
    listing,
    posts,
    publications,
    subscriptions,
    webhooks,
)
from sandboxes.beehiiv.access import counted
from sandboxes.kit.sandbox import MIB, Handler, Operation

LIST = "/v2/publications"
PUBLICATION = f"{LIST}/{{publication}}"
BULK = f"{PUBLICATION}/bulk_subscriptions"
SUBSCRIPTIONS = f"{PUBLICATION}/subscriptions"
SUBSCRIPTION = f"{SUBSCRIPTIONS}/{{id}}"
# An address may have a slash in it.
ADDRESS = f"{SUBSCRIPTIONS}/by_email/{{email:path}}"
FIELDS = f"{PUBLICATION}/custom_fields"
FIELD = f"{FIELDS}/{{id}}"
POSTS = f"{PUBLICATION}/posts"
POST = f"{POSTS}/{{id}}"
WEBHOOKS = f"{PUBLICATION}/webhooks"
WEBHOOK = f"{WEBHOOKS}/{{id}}"


def _asked(name: str, method: str, path: str, handler: Handler) -> Operation:
    return Operation(name, method, path, counted(handler), body_limit=10 * MIB)


def _page(name: str, method: str, path: str, handler: Handler) -> Operation:
    return Operation(name, method, path, handler, is_open=True)


ALL = (
    _asked("publications.index", "GET", LIST, publications.list_publications),
    _asked("publications.show", "GET", PUBLICATION, publications.get_publication),
    _asked("subscriptions.create", "POST", SUBSCRIPTIONS, subscriptions.create_subscription),
    _asked("subscriptions.index", "GET", SUBSCRIPTIONS, listing.list_subscriptions),
    _asked("subscriptions.getByEmail", "GET", ADDRESS, subscriptions.get_subscription),
    _asked("subscriptions.updateByEmail", "PUT", ADDRESS, subscriptions.update_subscription),
    _asked("subscriptions.getById", "GET", SUBSCRIPTION, subscriptions.get_subscription),
    _asked("subscriptions.put", "PUT", SUBSCRIPTION, subscriptions.update_subscription),
    _asked("subscriptions.patch", "PATCH", SUBSCRIPTION, subscriptions.update_subscription),
    _asked("subscriptions.delete", "DELETE", SUBSCRIPTION, subscriptions.delete_subscription),
    _asked("subscriptionTags.create", "POST", f"{SUBSCRIPTION}/tags", subscriptions.add_tags),
    _asked("bulkSubscriptions.create", "POST", BULK, subscriptions.create_many),
    _asked("customFields.create", "POST", FIELDS, fields.create_field),
    _asked("customFields.index", "GET", FIELDS, fields.list_fields),
    _asked("customFields.show", "GET", FIELD, fields.get_field),
    _asked("customFields.put", "PUT", FIELD, fields.update_field),
    _asked("customFields.patch", "PATCH", FIELD, fields.update_field),
    _asked("customFields.delete", "DELETE", FIELD, fields.delete_field),
    _asked("posts.create", "POST", POSTS, posts.create_post),
    _asked("posts.index", "GET", POSTS, posts.list_posts),
    _asked("posts.aggregateStats", "GET", f"{POSTS}/aggregate_stats", posts.post_stats),
    _asked("posts.show", "GET", POST, posts.get_post),
    _asked("posts.update", "PATCH", POST, posts.update_post),
    _asked("posts.delete", "DELETE", POST, posts.delete_post),
    _asked("webhooks.create", "POST", WEBHOOKS, webhooks.create_webhook),
    _asked("webhooks.index", "GET", WEBHOOKS, webhooks.list_webhooks),
    _asked("webhooks.show", "GET", WEBHOOK, webhooks.get_webhook),
    _asked("webhooks.update", "PATCH", WEBHOOK, webhooks.update_webhook),
    _asked("webhooks.delete", "DELETE", WEBHOOK, webhooks.delete_webhook),
    _page("confirmPage", "GET", "/confirm/{id}", hosted.confirm_page),
    _page("confirm", "POST", "/confirm/{id}", hosted.confirm_it),
    _page("unsubscribePage", "GET", "/unsubscribe/{id}", hosted.unsubscribe_page),
    _page("unsubscribe", "POST", "/unsubscribe/{id}", hosted.unsubscribe),
    _page("postPage", "GET", "/{publication}/p/{slug}", hosted.post_page),
)
