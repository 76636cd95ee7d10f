"""Somebody is forgotten: asked for with password and word, done by a job, proven by a scan.

Each step can be done again, whatever was done before; the job begins anew from the first one until
the scan finds nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import uuid4

from backend import audit
from backend.errors import AdminIsNeeded, NotFound
from backend.features.privacy import mails
from backend.features.privacy.residue import scan
from backend.features.privacy.sources import SOURCES, Fate, Traces
from backend.jobs import Task, Work, do_later
from backend.jobs.leaving import Leaving, forgetting
from backend.parts import Parts
from backend.providers import VendorIsNotConfigured
from backend.schema.jobs import Job, JobState
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.schema.subscriptions import Subscription
from backend.security import fingerprint
from backend.store import Store

PSEUDONYM: Final = "former-"
"""How the name begins under which payments of somebody who is forgotten stay together."""


LOOKS: Final = 40
LOOK_SECONDS: Final = 0.05
"""How often, and at which pause, it is looked whether what is written together is done."""


class ResidueIsLeft(Exception):
    """Something still names somebody who was to be forgotten; it is done once more."""


class OthersAreNotDone(Exception):
    """What a feature does for somebody who leaves is not done yet."""


async def begin(held: Store, profile: Profile, leaving: Sequence[type[Leaving]], site: str) -> None:
    """Close an account, and have its person forgotten; in a block that holds the profile's name.

    Raises `AdminIsNeeded` for the last admin.
    """
    kept = await held.get(Profile, profile.id)
    if kept is None:
        raise NotFound("This account is not there any more.")
    await held.update(kept.changed(status=ProfileStatus.suspended, is_public=False))
    admins = {"role": Role.admin.value, "status": ProfileStatus.active.value}
    if kept.role is Role.admin and not await held.count(Profile, admins):
        raise AdminIsNeeded("You are the last admin: make somebody else one first.")
    await do_later(held, mails.deletion_began(kept.email, kept.full_name, site))
    before = [kind(profile_id=kept.id) for kind in leaving]
    for task in before:
        await do_later(held, task, key=task.job_key)
    forget = ForgetPerson(
        profile_id=kept.id,
        email=kept.email,
        pseudonym=f"{PSEUDONYM}{uuid4().hex}",
        after=[task.job_key for task in before],
    )
    await do_later(held, forget, key=forgetting(kept.id))
    await audit.record(held, "privacy.deletion_asked", f"profiles/{kept.id}", actor_id=kept.id)


class ForgetPerson(Task):
    """Forget a person everywhere, see that nothing is left, and write to them a last time."""

    seconds = 300.0

    profile_id: str
    email: str
    pseudonym: str
    after: list[str]
    """The keys of the jobs that must be done before."""

    async def run(self, work: Work) -> None:
        """All steps, whatever was done before. Raises `ResidueIsLeft`, `OthersAreNotDone`."""
        parts, traces = work.parts, Traces(self.profile_id, self.email)
        for key in self.after:
            await _await(parts.store, key)
        for step in STEPS:
            await step(parts, traces)
        await _forget_documents(parts.store, traces, self.pseudonym, besides=work.job.id)
        left = await scan(parts, traces, besides=f"{Job.collection}/{work.job.id}")
        if left:
            raise ResidueIsLeft(", ".join(f"{it.where} ({it.field})" for it in left[:5]))
        await do_later(work.store, mails.is_forgotten(self.email, parts.settings.core.frontend_url))
        await audit.record(work.store, "privacy.forgotten", f"profiles/{self.profile_id}")


async def _await(store: Store, key: str) -> None:
    """Wait for a job that is under way. Raises `OthersAreNotDone` for one that failed or hangs."""
    for _ in range(LOOKS):
        job = await store.first(Job, {"key": key})
        if job is None or job.state is JobState.done:
            return
        if job.state is JobState.dead or job.why:
            raise OthersAreNotDone(f"{job.task} is {job.state.value}: {job.why}")
        await asyncio.sleep(LOOK_SECONDS)
    raise OthersAreNotDone(f"{key} is not done")


async def _end_subscriptions(parts: Parts, traces: Traces) -> None:
    """End at once what is paid for, and delete the customer at Stripe; invoices stay there."""
    stripe = parts.providers.stripe
    kept = [each async for each in parts.store.every(Subscription, {"profile_id": traces.id})]
    for each in kept:
        told = await stripe.get_subscription(each.stripe_subscription_id)
        if told is not None and told.status not in ("canceled", "incomplete_expired"):
            await stripe.cancel(told.id)
        await stripe.delete_customer(each.stripe_customer_id)
    try:
        while found := await stripe.find_customer(traces.email):
            await stripe.delete_customer(found.id)
    except VendorIsNotConfigured:
        # Whoever never could pay here is no customer there.
        return


async def _end_newsletter(parts: Parts, traces: Traces) -> None:
    """Delete the address at BeeHiiv, whether or not the list here knows it."""
    try:
        await parts.providers.beehiiv.delete_subscription(traces.email)
    except VendorIsNotConfigured:
        # Without BeeHiiv the list here is the only one, unless it says otherwise.
        known = await parts.store.first(NewsletterSubscriber, {"email": traces.email})
        if known is not None and known.beehiiv_subscriber_id and not known.is_seed_data:
            raise


async def _end_sessions(parts: Parts, traces: Traces) -> None:
    """End all sessions, and spend the links that lead to the account."""
    await parts.sessions.end_all(traces.id)
    # Those that are no more are taken off the person's list when it is read.
    await parts.sessions.of(traces.id)
    redis, prefix = parts.redis, parts.settings.prefix
    counted = fingerprint(traces.email)
    names = f"attempts:{counted}", f"resets:{counted}", f"deletions:{traces.id}"
    await redis.delete(*(f"{prefix}{name}" for name in names))
    for kind in ("verify", "reset"):
        async for key in redis.scan_iter(match=f"{prefix}{kind}:*", count=500):
            if traces.mentions(str(await redis.get(key))):
                await redis.delete(key)


async def _forget_documents(store: Store, traces: Traces, pseudonym: str, *, besides: str) -> None:
    for source in SOURCES:
        if source.fate is Fate.kept:
            continue
        async for document in source.of(store, traces):
            if document.id == besides:
                continue
            if source.unname:
                await store.update(source.unname(document, traces, pseudonym))
            else:
                await store.remove(source.kind, {"id": document.id})


Step = Callable[[Parts, Traces], Awaitable[None]]
STEPS: Final[tuple[Step, ...]] = (_end_subscriptions, _end_newsletter, _end_sessions)
"""What is done outside the store, before that which names the person there is forgotten."""
