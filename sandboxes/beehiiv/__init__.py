"""BeeHiiv, imitated from its OpenAPI and guides: the newsletter, whose mails end in the inbox."""

from datetime import datetime

from sandboxes.beehiiv import access, operations, publications, publishing, subscribing
from sandboxes.beehiiv.errors import as_status
from sandboxes.beehiiv.mailing import letter
from sandboxes.beehiiv.notices import WEBHOOKS
from sandboxes.kit.inbox import latest_letters
from sandboxes.kit.sandbox import Sandbox, Vendor


async def _do_due(vendor: Vendor, _now: datetime) -> None:
    await subscribing.look_at_new(vendor)
    await publishing.make_new(vendor)


BEEHIIV = Sandbox(
    name="beehiiv",
    operations=operations.ALL,
    about="Keeps publications with their subscribers, custom fields and posts, at `/beehiiv/v2`."
    " A publication is made, as often as one likes, by `PUT /_sandbox/beehiiv/publications/{id}`"
    " with `name` and, where they matter, `organization_name` and `double_opt_in`; it outlives a"
    " reset. Any key is let in, 180 times a minute. An address is validated a moment after it was"
    " told, and one that ends in `.invalid` is not valid. The mails to confirm and to welcome, and"
    " every post that is sent, land in the inbox page; their links lead to pages here that confirm,"
    " unsubscribe and show the post. Webhooks are signed as Svix signs them, and tried again as it"
    " tries; the secret of one that was made by the API is told by"
    " `GET /_sandbox/beehiiv/webhooks/{id}/secret`. What BeeHiiv does not publish is ours: the"
    " codes of errors, the looks of mails and posts, and that a subscriber who leaves is told as"
    " `subscription.deleted`.",
    does_not=(
        "Automations, segments, newsletter lists, polls, surveys, authors, post templates, the"
        " referral program, advertisements, podcasts, and the deletion of data.",
        "Premium tiers with prices, and complimentary access: a subscription is free or premium.",
        "Update many subscriptions at once.",
        "Pause a subscription, or let a person approve one.",
        "Paywalls within a post, its headers and fields, test sends and previews.",
        "Opens, clicks and views: the statistics count mails alone.",
        "OAuth, and rights that differ between keys.",
    ),
    error=as_status,
    admit=access.admit,
    stamp=access.stamp,
    pages=publications.control,
    lately=latest_letters,
    letter=letter,
    webhooks=WEBHOOKS,
    run_due=_do_due,
    schema=access.SCHEMA + publications.SCHEMA,
    # Not among them: the publications of environments, which outlive a reset.
    tables=("beehiiv_minutes",),
)
