"""What applicants do: they draft, submit, answer, withdraw, and may appeal once.

Whatever is decided about an application is decided in `exclusively("application:<id>")`.
"""

from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from backend import audit
from backend.clock import now
from backend.errors import ApplicationIsSettled, MayNotApply, NotFound, RequestIsInvalid
from backend.features.applications import mails
from backend.features.applications.telling import TellBoard
from backend.jobs import do_later
from backend.parts import Parts
from backend.schema.applications import Appeal, Application, ApplicationStatus
from backend.schema.profiles import Profile, Role
from backend.store import Store

REFERENCES_NEEDED: Final = 3
SHORTEST_MOTIVATION: Final = 50


def deciding(store: Store, application_id: str) -> AbstractAsyncContextManager[Store]:
    """A store inside which nobody else decides about this application."""
    return store.exclusively(f"application:{application_id}")


async def own(store: Store, application_id: str, applicant: Profile) -> Application:
    """An application of this applicant; somebody else's is as unknown as none (`NotFound`)."""
    application = await store.get(Application, application_id)
    if application is None or application.profile_id != applicant.id:
        raise NotFound("You have no such application.")
    return application


async def all_of(store: Store, applicant: Profile) -> list[Application]:
    """A person's applications, the newest first."""
    page = await store.find(
        Application, {"profile_id": applicant.id}, order="-created_at", limit=100
    )
    return list(page.items)


async def begin(parts: Parts, applicant: Profile, fields: dict[str, Any]) -> Application:
    """A draft. Raises `MayNotApply` for members, and for those who have to wait."""
    async with parts.store.exclusively(f"applicant:{applicant.id}") as held:
        before = await all_of(held, applicant)
        _require_may_apply(applicant, before)
        application = Application.model_validate(
            {
                "requested_tier": applicant.tier,
                **fields,
                "profile_id": applicant.id,
                "applicant_email": applicant.email,
                "applicant_name": applicant.full_name,
            }
        )
        await held.insert(application)
        await _note(held, application, "application.drafted", applicant)
        return application


async def redraft(
    parts: Parts, application_id: str, applicant: Profile, fields: dict[str, Any]
) -> Application:
    """Change a draft; once it is submitted it stays as it is (`ApplicationIsSettled`)."""
    async with deciding(parts.store, application_id) as held:
        application = await own(held, application_id, applicant)
        _require(application, ApplicationStatus.draft, "Only a draft can be changed.")
        return await held.update(application.changed(**fields))


async def submit(parts: Parts, application_id: str, applicant: Profile) -> Application:
    """Hand a draft to the board. Raises `RequestIsInvalid` with all that is missing in it."""
    async with deciding(parts.store, application_id) as held:
        application = await own(held, application_id, applicant)
        _require(application, ApplicationStatus.draft, "It was submitted already.")
        if missing := _missing(application):
            raise RequestIsInvalid(f"Before you submit it, please {'; '.join(missing)}.")
        application = await held.update(
            application.changed(status=ApplicationStatus.pending, submitted_at=now())
        )
        site = parts.settings.core.frontend_url
        await do_later(held, mails.submitted(application, site))
        await do_later(held, TellBoard(application_id=application.id, what="has applied"))
        await _note(held, application, "application.submitted", applicant)
        return application


async def withdraw(parts: Parts, application_id: str, applicant: Profile) -> Application:
    """Take an application back, while nothing is decided."""
    async with deciding(parts.store, application_id) as held:
        application = await own(held, application_id, applicant)
        if not application.is_open:
            raise ApplicationIsSettled("It is decided already, and can not be withdrawn.")
        application = await held.update(application.changed(status=ApplicationStatus.withdrawn))
        await do_later(held, mails.withdrawn(application, parts.settings.core.frontend_url))
        await _note(held, application, "application.withdrawn", applicant)
        return application


async def answer(
    parts: Parts, application_id: str, applicant: Profile, number: int, text: str
) -> Application:
    """Answer one of the board's questions, once; the board hears of it."""
    async with deciding(parts.store, application_id) as held:
        application = await own(held, application_id, applicant)
        if not 1 <= number <= len(application.questions):
            raise NotFound("The board has not asked this.")
        question = application.questions[number - 1]
        if question.answered_at is not None or not application.is_open:
            raise ApplicationIsSettled("This question waits for no answer any more.")
        questions = list(application.questions)
        questions[number - 1] = question.model_copy(update={"answer": text, "answered_at": now()})
        application = await held.update(application.changed(questions=questions))
        what = "has answered a question of the board"
        await do_later(held, TellBoard(application_id=application.id, what=what))
        await _note(held, application, "application.answered", applicant, question=number)
        return application


async def appeal(parts: Parts, application_id: str, applicant: Profile, why: str) -> Application:
    """Say once that a rejection was wrong; an admin decides."""
    async with deciding(parts.store, application_id) as held:
        application = await own(held, application_id, applicant)
        _require(application, ApplicationStatus.rejected, "Only a rejection can be appealed.")
        if application.appeal is not None or application.rejection is None:
            raise ApplicationIsSettled("You have appealed already; there is one appeal.")
        said = Appeal(at=now(), reason=why, rejection=application.rejection)
        application = await held.update(application.changed(appeal=said))
        what = "has appealed against a rejection"
        await do_later(held, TellBoard(application_id=application.id, what=what))
        await _note(held, application, "application.appealed", applicant)
        return application


def _require_may_apply(applicant: Profile, before: list[Application]) -> None:
    if applicant.role.at_least(Role.member):
        raise MayNotApply("You are a member already.")
    if any(application.is_open for application in before):
        raise MayNotApply("You have an application already; go on with that one.")
    waits = [each.reapply_from for each in before if each.reapply_from is not None]
    if waits and max(waits) > now():
        raise MayNotApply(
            f"You may apply again from {max(waits):%d %B %Y} on.", reapply_from=str(max(waits))
        )


def _missing(application: Application) -> list[str]:
    told = {
        "name at least one discipline": bool(application.disciplines),
        f"say in at least {SHORTEST_MOTIVATION} characters why you want to join": (
            len(application.motivation.strip()) >= SHORTEST_MOTIVATION
        ),
        f"name {REFERENCES_NEEDED} people who speak for you": (
            len({each.email for each in application.references_given}) == REFERENCES_NEEDED
        ),
    }
    return [what for what, is_there in told.items() if not is_there]


def _require(application: Application, status: ApplicationStatus, otherwise: str) -> None:
    if application.status is not status:
        raise ApplicationIsSettled(otherwise)


async def _note(
    held: Store, application: Application, action: str, by: Profile, **details: Any
) -> None:
    await audit.record(held, action, f"applications/{application.id}", actor_id=by.id, **details)
