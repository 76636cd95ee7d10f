"""What the board does: two of its members approve, one rejects, any of them may ask.

Nobody decides about their own application. Approval makes a member, in the same transaction.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from backend import audit
from backend.association import settings_of
from backend.clock import now
from backend.dependencies import Caller
from backend.errors import ApplicationIsSettled, NotAllowed, NotFound
from backend.features.applications import mails
from backend.features.applications.applying import deciding
from backend.features.applications.telling import TellBoard
from backend.jobs import do_later
from backend.parts import Parts
from backend.schema.applications import (
    APPROVALS_NEEDED,
    Application,
    ApplicationStatus,
    Decision,
    Question,
)
from backend.schema.profiles import Profile, Role
from backend.store import Store

EVER: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""Before anything was submitted here; drafts have no such moment at all."""
DECIDABLE: Final = (ApplicationStatus.pending, ApplicationStatus.under_review)


async def approve(parts: Parts, application_id: str, by: Caller, note: str) -> Application:
    """One board member's yes. The second one, of somebody else, makes a member."""
    async with deciding(parts.store, application_id) as held:
        application = await _to_decide(held, application_id, by)
        if by.profile.id in {approval.by for approval in application.approvals}:
            raise NotAllowed("You have approved this application; somebody else must as well.")
        approvals = [*application.approvals, Decision(by=by.profile.id, at=now(), note=note)]
        is_enough = len(approvals) >= APPROVALS_NEEDED
        status = ApplicationStatus.approved if is_enough else ApplicationStatus.under_review
        application = await held.update(application.changed(approvals=approvals, status=status))
        site = parts.settings.core.frontend_url
        if is_enough:
            await _make_member(held, application)
            await do_later(held, mails.approved(application, site))
        else:
            await do_later(held, mails.first_approval(application, site))
            what = "was approved once, and needs a second approval"
            await do_later(held, TellBoard(application_id=application.id, what=what))
        await _note(held, application, "application.approved", by, approvals=len(approvals))
        return application


async def reject(
    parts: Parts, application_id: str, by: Caller, why: str, improvements: str
) -> Application:
    """One board member's no: it ends the application, with the day of reapplication."""
    async with deciding(parts.store, application_id) as held:
        application = await _to_decide(held, application_id, by)
        waits = timedelta(days=(await settings_of(held)).reapply_after_days)
        application = await held.update(
            application.changed(
                status=ApplicationStatus.rejected,
                rejection=Decision(by=by.profile.id, at=now(), note=why),
                improvements=improvements,
                reapply_from=now() + waits,
            )
        )
        await do_later(held, mails.rejected(application, parts.settings.core.frontend_url))
        await _note(held, application, "application.rejected", by)
        return application


async def ask(parts: Parts, application_id: str, by: Caller, text: str) -> Application:
    """Ask the applicant for more; the application stands as it did."""
    async with deciding(parts.store, application_id) as held:
        application = await _to_decide(held, application_id, by)
        questions = [*application.questions, Question(by=by.profile.id, at=now(), text=text)]
        application = await held.update(application.changed(questions=questions))
        await do_later(held, mails.asked(application, text, parts.settings.core.frontend_url))
        await _note(held, application, "application.asked", by)
        return application


async def decide_appeal(
    parts: Parts, application_id: str, by: Caller, note: str, *, is_granted: bool
) -> Application:
    """An admin's word on an appeal: the board begins anew, or its decision stands."""
    async with deciding(parts.store, application_id) as held:
        application = await known(held, application_id)
        appeal = application.appeal
        if appeal is None or appeal.decision is not None:
            raise ApplicationIsSettled("No appeal waits for a decision here.")
        if by.profile.id in (application.profile_id, appeal.rejection.by):
            raise NotAllowed("An appeal is decided by somebody who has no part in it.")
        decision = Decision(by=by.profile.id, at=now(), note=note)
        decided = appeal.model_copy(update={"decision": decision, "is_granted": is_granted})
        again: dict[str, Any] = {
            "status": ApplicationStatus.under_review,
            "rejection": None,
            "reapply_from": None,
            "approvals": [],
        }
        application = await held.update(
            application.changed(appeal=decided, **(again if is_granted else {}))
        )
        await do_later(held, mails.appeal_decided(application, parts.settings.core.frontend_url))
        await _note(held, application, "application.appeal_decided", by, is_granted=is_granted)
        return application


async def known(store: Store, application_id: str) -> Application:
    """An application that the board may see: one that was submitted. Raises `NotFound`."""
    application = await store.get(Application, application_id)
    if application is None or application.submitted_at is None:
        raise NotFound("There is no such application.")
    return application


async def _to_decide(held: Store, application_id: str, by: Caller) -> Application:
    application = await known(held, application_id)
    if application.profile_id == by.profile.id:
        raise NotAllowed("Nobody decides about their own application.")
    if application.status not in DECIDABLE:
        raise ApplicationIsSettled(f"It is {application.status.value} already.")
    return application


async def _make_member(held: Store, application: Application) -> None:
    profile = await held.get(Profile, application.profile_id)
    if profile is not None and not profile.role.at_least(Role.member):
        # The tier follows when it is paid for.
        await held.update(profile.changed(role=Role.member))


async def _note(
    held: Store, application: Application, action: str, by: Caller, **details: object
) -> None:
    subject = f"applications/{application.id}"
    await audit.record(held, action, subject, actor_id=by.profile.id, **details)
