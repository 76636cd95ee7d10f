"""The applications: those that wait, those under review, and what the board decided.

An approved applicant is a member since the day of the second approval. Six of the seven rejected
applied again later, so that their first application and their second both stand.
"""

from datetime import timedelta
from functools import cache
from typing import Any

from backend.schema.applications import Application, ApplicationStatus, Decision, Reference
from staging.seeds.edition import Edition, table
from staging.seeds.profiles import Cast, address

REAPPLY_AFTER = timedelta(days=30)


def make(edition: Edition, cast: Cast) -> tuple[Application, ...]:
    """The applications of an edition, in the order of `applications.toml`."""
    return tuple(_application(edition, cast, row) for row in table("applications")["application"])


def _application(edition: Edition, cast: Cast, row: dict[str, Any]) -> Application:
    applicant = cast[row["applicant"]]
    submitted_at = edition.ago(row["submitted"], hour=8)
    rejection = _decision(edition, cast, row["rejection"]) if "rejection" in row else None
    return Application(
        **edition.marks(Application, f"{row['applicant']}/{row['status']}", submitted_at),
        profile_id=applicant.id,
        applicant_email=applicant.email,
        applicant_name=applicant.full_name,
        requested_tier=applicant.tier,
        status=ApplicationStatus(row["status"]),
        disciplines=applicant.disciplines or ["self-defense"],
        experience_years=row["years"],
        rank=applicant.rank,
        school=row["school"],
        motivation=row["motivation"].strip(),
        references_given=[_reference(line) for line in row["references"]],
        submitted_at=submitted_at,
        approvals=[_decision(edition, cast, given) for given in row.get("approvals", ())],
        rejection=rejection,
        reapply_from=rejection.at + REAPPLY_AFTER if rejection else None,
    )


def _decision(edition: Edition, cast: Cast, given: list[Any]) -> Decision:
    name, days, note = given
    return Decision(by=cast[name].id, at=edition.ago(days, hour=9), note=note.strip())


@cache
def _reference(line: str) -> Reference:
    name, relationship = line.split(", ", 1)
    email = address(name, "references.staging.wwmaa.example")
    return Reference(name=name, email=email, relationship=relationship)
