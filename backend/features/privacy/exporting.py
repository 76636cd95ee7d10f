"""All that is kept about a person, put together by a job and fetched by a sealed link."""

import json
from datetime import timedelta
from typing import Any, Final

from backend import audit
from backend.clock import now
from backend.errors import LinkIsSpent, TooManyAttempts
from backend.features.privacy import mails
from backend.features.privacy.sources import HIDDEN, SOURCES, Traces
from backend.jobs import Task, Work, do_later
from backend.parts import Parts
from backend.providers import VendorIsNotConfigured
from backend.schema.data_exports import DataExport
from backend.schema.jobs import Job
from backend.schema.profiles import Profile
from backend.schema.subscriptions import Subscription
from backend.security import TokenIsInvalid, seal, unseal

PURPOSE: Final = "data-export"
KEPT: Final = timedelta(hours=24)
"""How long an export can be fetched, and how long until the next one can be asked for."""


async def ask(parts: Parts, profile: Profile) -> None:
    """Have an export put together. Raises `TooManyAttempts` when there was one within a day."""
    async with parts.store.exclusively(f"profile:{profile.id}") as held:
        page = await held.find(DataExport, {"profile_id": profile.id}, order="-ends_at", limit=1)
        if page.items and page.items[0].ends_at > now():
            wait = int((page.items[0].ends_at - now()).total_seconds()) + 1
            raise TooManyAttempts("You have asked within the last 24 hours.", retry_after=wait)
        export = DataExport(profile_id=profile.id, ends_at=now() + KEPT)
        await held.insert(export)
        await do_later(held, BuildExport(export_id=export.id))
        await do_later(held, ForgetExport(export_id=export.id), due_at=export.ends_at)
        subject = f"profiles/{profile.id}"
        await audit.record(held, "privacy.export_asked", subject, actor_id=profile.id)


async def fetch(parts: Parts, sealed: str) -> str:
    """The export that a link leads to, as JSON. Raises `LinkIsSpent`."""
    secret = parts.settings.authentication.jwt_secret.get_secret_value()
    try:
        export = await parts.store.get(DataExport, unseal(PURPOSE, sealed, secret))
    except TokenIsInvalid:
        export = None
    if export is None or export.ends_at <= now() or not export.content:
        raise LinkIsSpent("Ask for what we keep about you once more; it is there for 24 hours.")
    return export.content


class BuildExport(Task):
    """Put an export together, and write to its owner."""

    seconds = 120.0

    export_id: str

    async def run(self, work: Work) -> None:
        """Once; an export that is there already, or that nobody waits for, is left alone."""
        parts, export = work.parts, await work.store.get(DataExport, self.export_id)
        profile = await work.store.get(Profile, export.profile_id) if export else None
        if export is None or profile is None or export.content:
            return
        told = json.dumps(await everything(parts, profile), ensure_ascii=False, indent=2)
        await work.store.update(export.changed(content=told))
        secret = parts.settings.authentication.jwt_secret.get_secret_value()
        sealed = seal(PURPOSE, export.id, secret)
        link = f"{parts.settings.core.backend_url}/api/privacy/exports/{sealed}"
        await do_later(work.store, mails.export_is_ready(profile.email, profile.full_name, link))


class ForgetExport(Task):
    """Remove an export whose day is over."""

    export_id: str

    async def run(self, work: Work) -> None:
        """Remove it."""
        await work.store.remove(DataExport, {"id": self.export_id})


async def everything(parts: Parts, profile: Profile) -> dict[str, Any]:
    """All that is kept about a person: here by collection, and at those who work for us."""
    traces = Traces(profile.id, profile.email)
    kept: dict[str, dict[str, Any]] = {}
    for source in SOURCES:
        documents = [each async for each in source.of(parts.store, traces)]
        found = [part for each in documents for part in source.parts(each, traces)]
        if source.kind is Job:
            # A job's own words are secrets of ours, such as the links of mails under way.
            tasks = {each.id: each.task for each in documents if isinstance(each, Job)}
            found = [{"id": part["id"], "task": tasks[part["id"]]} for part in found]
        name = f"{source.kind.collection}.{source.field}"
        kept[name] = {"what": source.why, "documents": found}
    sessions = await parts.sessions.of(profile.id)
    return {
        "about": {"id": profile.id, "email": profile.email, "put_together_at": now().isoformat()},
        "left_out": {kind.collection: sorted(fields) for kind, fields in HIDDEN.items()},
        "kept": kept,
        "sessions": [{"began_at": s.began_at.isoformat(), "agent": s.agent} for s in sessions],
        "stripe": await _invoices(parts, traces),
        "beehiiv": await _newsletter(parts, traces),
    }


async def _invoices(parts: Parts, traces: Traces) -> list[dict[str, Any]]:
    stripe = parts.providers.stripe
    customers = {
        each.stripe_customer_id
        async for each in parts.store.every(Subscription, {"profile_id": traces.id})
        # Stripe refuses to list the invoices of a customer whom it does not know.
        if await stripe.get_subscription(each.stripe_subscription_id) is not None
    }
    return [
        invoice.model_dump(mode="json")
        for customer in sorted(customers)
        for invoice in await stripe.invoices_of(customer)
    ]


async def _newsletter(parts: Parts, traces: Traces) -> dict[str, Any] | None:
    try:
        found = await parts.providers.beehiiv.get_subscription(traces.email)
    except VendorIsNotConfigured:
        return None
    return found.model_dump(mode="json") if found else None
