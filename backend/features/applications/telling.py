"""Everybody on the board hears of what waits for them."""

from backend.features.applications import mails
from backend.jobs import Task, Work, do_later
from backend.schema.applications import Application
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.store import AnyOf, Where


class TellBoard(Task):
    """Write to all board members and admins, the applicant excepted."""

    application_id: str
    what: str

    async def run(self, work: Work) -> None:
        """A mail for each; those that are written already stay."""
        application = await work.store.get(Application, self.application_id)
        if application is None:
            return
        site = work.parts.settings.core.frontend_url
        board: Where = {
            "role": AnyOf((Role.board_member.value, Role.admin.value)),
            "status": ProfileStatus.active.value,
        }
        async for profile in work.store.every(Profile, board):
            if profile.id != application.profile_id:
                mail = mails.for_the_board(
                    profile.email, profile.full_name, application, self.what, site
                )
                await do_later(work.store, mail, key=f"board:{work.key}:{profile.id}")
