"""What an admin may do with people's accounts; never with one's own.

An admin who acts is one still while they act, and acts on somebody else: so there is always one.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backend import audit
from backend.association import settings_of
from backend.dependencies import Caller
from backend.errors import AccountIsOtherwise, NotAllowed, NotFound
from backend.features.administration import mails
from backend.jobs import do_later
from backend.jobs.leaving import forgetting
from backend.parts import Parts
from backend.schema.jobs import Job
from backend.schema.profiles import LAST_ADMIN, Profile, ProfileStatus, Role
from backend.schema.subscriptions import Subscription
from backend.store import Store


async def known(store: Store, profile_id: str) -> Profile:
    """Somebody with an account. Raises `NotFound`."""
    profile = await store.get(Profile, profile_id)
    if profile is None:
        raise NotFound("There is nobody with this id.")
    return profile


async def change_role(parts: Parts, profile_id: str, role: Role, by: Caller) -> Profile:
    """Give somebody another role, which holds at once: they must log in again.

    Raises `AccountIsOtherwise` for somebody who would pay for a membership and have none.
    """
    async with _changing(parts.store, profile_id, by) as (held, before):
        if before.role is role:
            return before
        if role is Role.visitor and await _pays(held, before):
            raise AccountIsOtherwise("They pay for a membership; let that end first.")
        after = await held.update(before.changed(role=role))
        contact, site = (await settings_of(held)).contact_email, parts.settings.core.frontend_url
        await do_later(held, mails.role_changed(after, contact, site))
        told = {"before": before.role.value, "after": role.value}
        await _record(held, "role.changed", after, by, **told)
    await parts.sessions.end_all(profile_id)
    return after


async def name_instructor(parts: Parts, profile_id: str, by: Caller) -> Profile:
    """Make somebody an instructor. Raises `AccountIsOtherwise` for a role above that."""
    profile = await known(parts.store, profile_id)
    if profile.role.at_least(Role.instructor) and profile.role is not Role.instructor:
        raise AccountIsOtherwise(f"They are {mails.ROLES[profile.role]}, and may teach already.")
    return await change_role(parts, profile_id, Role.instructor, by)


async def suspend(parts: Parts, profile_id: str, because: str, by: Caller) -> Profile:
    """Let somebody log in no more, and end all their sessions.

    Raises `AccountIsOtherwise` for an address that nobody has confirmed: it opens nothing.
    """
    async with _changing(parts.store, profile_id, by) as (held, before):
        if before.status is ProfileStatus.suspended:
            return before
        if before.status is ProfileStatus.pending:
            raise AccountIsOtherwise("Its address is not confirmed yet; nobody can log in.")
        after = await held.update(before.changed(status=ProfileStatus.suspended))
        contact, site = (await settings_of(held)).contact_email, parts.settings.core.frontend_url
        await do_later(held, mails.suspended(after, because, contact, site))
        await _record(held, "account.suspended", after, by)
    await parts.sessions.end_all(profile_id)
    return after


async def restore(parts: Parts, profile_id: str, by: Caller) -> Profile:
    """Let somebody log in again. Raises `AccountIsOtherwise` for one that is being deleted."""
    async with _changing(parts.store, profile_id, by) as (held, before):
        if before.status is ProfileStatus.active:
            return before
        if before.status is ProfileStatus.pending:
            raise AccountIsOtherwise("Its address is not confirmed yet; only its owner can.")
        if await held.first(Job, {"key": forgetting(profile_id)}) is not None:
            raise AccountIsOtherwise("Its owner asked to be forgotten, which is under way.")
        after = await held.update(before.changed(status=ProfileStatus.active))
        await do_later(held, mails.restored(after, parts.settings.core.frontend_url))
        await _record(held, "account.restored", after, by)
        return after


@asynccontextmanager
async def _changing(
    store: Store, profile_id: str, by: Caller
) -> AsyncIterator[tuple[Store, Profile]]:
    """Somebody else's account, to be changed by somebody who is an admin while they change it."""
    if profile_id == by.profile.id:
        raise NotAllowed(
            "Nobody changes their own role, or suspends themselves; ask another admin."
        )
    async with (
        store.exclusively(LAST_ADMIN) as admins,
        admins.exclusively(f"profile:{profile_id}") as held,
    ):
        admin = await held.get(Profile, by.profile.id)
        if (
            admin is None
            or admin.role is not Role.admin
            or admin.status is not ProfileStatus.active
        ):
            raise NotAllowed("You are no admin any more.")
        yield held, await known(held, profile_id)


async def _pays(held: Store, profile: Profile) -> bool:
    mine = held.every(Subscription, {"profile_id": profile.id})
    return any([each.is_live async for each in mine])


async def _record(held: Store, action: str, profile: Profile, by: Caller, **told: object) -> None:
    await audit.record(held, action, f"profiles/{profile.id}", actor_id=by.profile.id, **told)
