"""Somebody applies for membership, and two members of the board let them in."""

from backend.schema.profiles import Role
from staging.verify.journeys.guests import HOST, company
from staging.verify.promised import Application, Problem, Profile
from staging.verify.visit import Visit, Wrong

DRAFT = {
    "requested_tier": "standard",
    "disciplines": ["judo"],
    "experience_years": 4,
    "motivation": "This application is a verification: nobody wrote it, and nobody will join.",
    "references_given": [
        {"name": name, "email": f"{name.lower()}@{HOST}", "relationship": "Coach"}
        for name in ("Noor", "Ines", "Tariq")
    ],
}


async def application(visit: Visit) -> str:
    """Does an application make a member once two different people of the board approve?"""
    async with company(visit, "application", "postmark") as guests:
        roles = Role.visitor, Role.board_member, Role.board_member
        applicant, one, two = await guests.guests(*roles)
        begin = "/api/applications"
        made = await applicant.post("begin an application", begin, Application, DRAFT, 201)
        await applicant.post("submit it", f"/api/applications/{made.id}/submit", Application)
        path = f"/api/board/applications/{made.id}/approve"
        first = await one.post("approve it", path, Application, {})
        await one.post("be kept from approving twice", path, Problem, {}, 403)
        second = await two.post("approve it as the second", path, Application, {})
        if (first.status, second.status) != ("under_review", "approved"):
            raise Wrong(f"one approval makes it {first.status}, the second {second.status}")
        me = await applicant.get("see oneself", "/api/auth/me", Profile)
        if me.role != "member":
            raise Wrong(f"an approved applicant is a {me.role}, not a member")
        await applicant.letter("Welcome")
    return "one approval is not enough, nor twice the same; the second makes a member"
