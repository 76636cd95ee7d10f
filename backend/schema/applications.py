"""Applications for membership, which two different board members decide."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.schema.document import (
    Document,
    Email,
    Identifier,
    Index,
    Line,
    Moment,
    References,
    Text,
    Tier,
)

APPROVALS_NEEDED = 2


class ApplicationStatus(StrEnum):
    """From draft by the applicant's hand to a decision by the board's."""

    draft = "draft"
    pending = "pending"
    under_review = "under_review"
    approved = "approved"
    rejected = "rejected"
    withdrawn = "withdrawn"


class Reference(BaseModel):
    """Somebody who speaks for the applicant."""

    model_config = ConfigDict(extra="forbid")

    name: Line
    email: Email
    relationship: Line


class Decision(BaseModel):
    """One board member's word on an application."""

    model_config = ConfigDict(extra="forbid")

    by: Identifier
    at: Moment
    note: Text = ""


class Question(BaseModel):
    """Something that the board wants to know before it decides, and what it was told."""

    model_config = ConfigDict(extra="forbid")

    by: Identifier
    at: Moment
    text: Text
    answer: Text = ""
    answered_at: Moment | None = None


class Appeal(BaseModel):
    """An applicant's one word against a rejection, and what an admin made of it."""

    model_config = ConfigDict(extra="forbid")

    at: Moment
    reason: Text
    rejection: Decision
    """What it is against."""
    decision: Decision | None = None
    is_granted: bool = False


class Application(Document):
    """A person's application; approval takes two board members, rejection takes one."""

    collection = "applications"

    profile_id: Annotated[Identifier, References("profiles")]
    applicant_email: Annotated[Email, Index()]
    applicant_name: Line
    requested_tier: Tier
    status: Annotated[ApplicationStatus, Index()] = ApplicationStatus.draft
    disciplines: Annotated[list[Line], Field(max_length=20)] = []
    experience_years: int = Field(default=0, ge=0, le=100)
    rank: Annotated[str, Field(max_length=100)] = ""
    school: Annotated[str, Field(max_length=200)] = ""
    motivation: Text = ""
    references_given: Annotated[list[Reference], Field(max_length=3)] = []
    submitted_at: Annotated[Moment | None, Index()] = None
    approvals: Annotated[list[Decision], Field(max_length=APPROVALS_NEEDED)] = []
    rejection: Decision | None = None
    improvements: Text = ""
    """What the board recommends to somebody whom it rejected."""
    reapply_from: Moment | None = None
    questions: Annotated[list[Question], Field(max_length=20)] = []
    appeal: Appeal | None = None

    @property
    def is_open(self) -> bool:
        """Whether something may still become of it."""
        settled = (ApplicationStatus.approved, ApplicationStatus.rejected)
        return self.status not in (*settled, ApplicationStatus.withdrawn)

    @property
    def decided_at(self) -> datetime | None:
        """When the last needed approval or the rejection was given; none while neither was."""
        if self.rejection is not None:
            return self.rejection.at
        is_approved = self.status is ApplicationStatus.approved
        return max(each.at for each in self.approvals) if is_approved else None

    @model_validator(mode="after")
    def _is_decided_rightly(self) -> Self:
        approvers = {approval.by for approval in self.approvals}
        if self.profile_id in approvers:
            raise ValueError("nobody approves their own application")
        if len(approvers) != len(self.approvals):
            raise ValueError("a board member approves an application once")
        if self.status is ApplicationStatus.approved and len(approvers) < APPROVALS_NEEDED:
            raise ValueError("an approved application has two approvers")
        if (self.status is ApplicationStatus.rejected) != (self.rejection is not None):
            raise ValueError("a rejected application, and no other, has a rejection")
        return self
