"""Applications as people see them: applicants their own, the board what was submitted."""

from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from backend.schema.applications import Application, ApplicationStatus, Question, Reference
from backend.schema.document import Tier
from backend.schema.files import StoredFile


class FileView(BaseModel):
    """A file that was handed in."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    name: str
    media_type: str
    size: int
    """In bytes."""


class AppealView(BaseModel):
    """What an applicant said against a rejection, and what became of it."""

    at: AwareDatetime
    reason: str
    is_decided: bool
    is_granted: bool


class ApplicationView(BaseModel):
    """An application, as its applicant sees it."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    status: ApplicationStatus
    requested_tier: Tier
    disciplines: list[str]
    experience_years: int
    rank: str
    school: str
    motivation: str
    references_given: list[Reference]
    submitted_at: AwareDatetime | None
    approvals_given: int
    """How many of the two approvals there are."""
    rejected_because: str
    improvements: str
    reapply_from: AwareDatetime | None
    questions: list[Question]
    """What the board asked, in its order; the first one has number 1."""
    appeal: AppealView | None

    @classmethod
    def of(cls, application: Application) -> Self:
        """The view of an application."""
        return cls.model_validate(_told(application))


class SubmittedView(ApplicationView):
    """An application, as the board sees it."""

    applicant_id: str
    applicant_name: str
    applicant_email: str
    approved_by: list[str]
    """The ids of those who approved."""
    files: list[FileView]

    @classmethod
    def with_files(cls, application: Application, files: list[StoredFile]) -> Self:
        """The view of an application and what was handed in with it."""
        return cls.model_validate(
            _told(application)
            | {
                "applicant_id": application.profile_id,
                "applicant_name": application.applicant_name,
                "applicant_email": application.applicant_email,
                "approved_by": [approval.by for approval in application.approvals],
                "files": [file_view(file) for file in files],
            }
        )


class ApplicationPage(BaseModel):
    """Some applications, and the cursor that asks for those after them."""

    items: list[SubmittedView]
    next: str | None


def file_view(file: StoredFile) -> FileView:
    """The view of a file."""
    return FileView(id=file.id, name=file.name, media_type=file.media_type, size=file.size)


def _told(application: Application) -> dict[str, object]:
    kept = application.model_dump(include=set(ApplicationView.model_fields) - {"appeal"})
    appeal = application.appeal
    return kept | {
        "approvals_given": len(application.approvals),
        "rejected_because": application.rejection.note if application.rejection else "",
        "appeal": appeal
        and {
            "at": appeal.at,
            "reason": appeal.reason,
            "is_decided": appeal.decision is not None,
            "is_granted": appeal.is_granted,
        },
    }
