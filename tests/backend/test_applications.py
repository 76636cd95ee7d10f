"""Applications for membership, through the front door: two board members decide, never one."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from backend.clock import CLOCK
from backend.parts import Parts
from backend.schema.audit_log import AuditEntry
from backend.schema.profiles import Profile, ProfileStatus, Role
from tests.backend.conftest import People
from tests.backend.inbox import Inbox
from tests.backend.people import Person

DRAFT = {
    "requested_tier": "standard",
    "disciplines": ["judo"],
    "experience_years": 4,
    "motivation": "I have trained on my own for years, and would like to train with others.",
    "references_given": [
        {"name": name, "email": f"{name}@references.staging.wwmaa.example", "relationship": "Coach"}
        for name in ("noor", "ines", "tariq")
    ],
}
PDF = b"%PDF-1.7 a certificate"


async def somebody(people: People, role: Role = Role.visitor) -> Person:
    person = await people.new(role)
    await person.log_in()
    return person


@pytest.fixture(autouse=True)
async def _no_other_board(parts: Parts) -> None:
    """Board members of earlier tests have left, so that mails are counted."""
    for role in (Role.board_member, Role.admin):
        async for profile in parts.store.every(Profile, {"role": role.value}):
            await parts.store.update(profile.changed(status=ProfileStatus.suspended))


@pytest.fixture
def inbox(parts: Parts, sandboxes: httpx2.AsyncClient) -> Inbox:
    return Inbox(parts, sandboxes)


@pytest.fixture
async def board(people: People) -> list[Person]:
    return [await somebody(people, Role.board_member) for _ in range(3)]


async def drafted(person: Person) -> str:
    answer = await person.post("/api/applications", DRAFT)
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


async def submitted(person: Person) -> str:
    id_ = await drafted(person)
    answer = await person.post(f"/api/applications/{id_}/submit")
    assert answer.status_code == 200, answer.text
    return id_


async def approve(person: Person, id_: str) -> httpx2.Response:
    return await person.post(f"/api/board/applications/{id_}/approve", {"note": "Good."})


async def reject(person: Person, id_: str) -> httpx2.Response:
    body = {"because": "Too few years of practice.", "improvements": "Come to our seminars."}
    return await person.post(f"/api/board/applications/{id_}/reject", body)


async def subjects(inbox: Inbox, person: Person) -> list[str]:
    return [mail["subject"] for mail in await inbox.mails(person.profile.email)]


async def state(person: Person) -> dict[str, Any]:
    newest: dict[str, Any] = (await person.get("/api/applications/mine")).json()[0]
    return newest


async def test_two_approvals_make_a_member_and_everybody_hears_of_it(
    people: People, board: list[Person], inbox: Inbox, parts: Parts
) -> None:
    applicant = await somebody(people)
    id_ = await submitted(applicant)
    assert await subjects(inbox, board[0]) == ["An application waits for you"]
    assert (await approve(board[0], id_)).json()["status"] == "under_review"
    assert (await state(applicant))["approvals_given"] == 1
    assert (await applicant.get("/api/auth/me")).json()["role"] == "visitor"
    assert (await approve(board[1], id_)).json()["status"] == "approved"
    assert (await applicant.get("/api/auth/me")).json()["role"] == "member"
    assert await subjects(inbox, applicant) == [
        "Welcome to the association",
        "Your application is under review",
        "Your application has arrived",
    ]
    entries = [
        each.action
        async for each in parts.store.every(AuditEntry, {"subject": f"applications/{id_}"})
    ]
    assert sorted(entries) == [
        "application.approved",
        "application.approved",
        "application.drafted",
        "application.submitted",
    ]


async def test_one_board_member_is_not_enough_however_often_and_nobody_decides_for_themselves(
    people: People, board: list[Person], parts: Parts
) -> None:
    applicant = await somebody(people)
    id_ = await submitted(applicant)
    tries = await asyncio.gather(*(approve(board[0], id_) for _ in range(5)))
    assert sorted(each.status_code for each in tries) == [200, 403, 403, 403, 403]
    # Somebody who joins the board with an application under way has no vote on it.
    profile = await parts.store.get(Profile, applicant.profile.id)
    assert profile is not None
    await parts.store.update(profile.changed(role=Role.board_member))
    for decide in (approve, reject):
        refused = await decide(applicant, id_)
        assert (refused.status_code, "own application" in refused.json()["detail"]) == (403, True)
    assert (await state(applicant))["status"] == "under_review"


async def test_a_draft_is_completed_before_it_is_submitted_and_stays_afterwards(
    people: People, board: list[Person]
) -> None:
    applicant = await somebody(people)
    id_ = (await applicant.post("/api/applications", {})).json()["id"]
    refused = await applicant.post(f"/api/applications/{id_}/submit")
    assert refused.status_code == 422
    for word in ("discipline", "50 characters", "3 people"):
        assert word in refused.json()["detail"]
    assert (await board[0].get(f"/api/board/applications/{id_}")).status_code == 404
    path = f"/api/applications/{id_}"
    await applicant.door.patch(path, json=DRAFT, headers=applicant.headers)
    assert (await applicant.post(f"{path}/submit")).json()["status"] == "pending"
    late = await applicant.door.patch(path, json={"rank": "1"}, headers=applicant.headers)
    assert late.status_code == 409
    assert (await applicant.post("/api/applications", DRAFT)).status_code == 409


async def test_a_rejection_says_why_and_from_when_one_may_apply_again(
    people: People, board: list[Person], inbox: Inbox
) -> None:
    applicant = await somebody(people)
    id_ = await submitted(applicant)
    await approve(board[0], id_)
    assert (await reject(board[1], id_)).json()["status"] == "rejected"
    assert (await approve(board[2], id_)).status_code == 409
    mail = (await inbox.mails(applicant.profile.email))[0]
    assert "Too few years of practice." in mail["text"]
    assert (await applicant.post("/api/applications", DRAFT)).status_code == 409
    CLOCK.offset = timedelta(days=31)
    try:
        await applicant.log_in()
        assert (await applicant.post("/api/applications", DRAFT)).status_code == 201
    finally:
        CLOCK.offset = timedelta()


async def test_one_appeal_is_decided_by_an_admin_who_had_no_part_in_it(
    people: People, board: list[Person], inbox: Inbox
) -> None:
    applicant = await somebody(people)
    id_ = await submitted(applicant)
    rejecting, other = [await somebody(people, Role.admin) for _ in range(2)]
    await reject(rejecting, id_)
    appeals = [
        await applicant.post(f"/api/applications/{id_}/appeal", {"text": "You mistook me."})
        for _ in range(2)
    ]
    assert [each.status_code for each in appeals] == [200, 409]
    granted = {"is_granted": True, "note": "You are right."}
    path = f"/api/board/applications/{id_}/appeal"
    verdicts = [(await each.post(path, granted)).status_code for each in (board[0], rejecting)]
    assert verdicts == [403, 403]
    decided = (await other.post(path, granted)).json()
    assert (decided["status"], decided["appeal"]["is_granted"]) == ("under_review", True)
    assert (await other.post(path, granted)).status_code == 409
    assert (await subjects(inbox, applicant))[0] == "About your appeal"
    for person in board[:2]:
        await approve(person, id_)
    assert (await state(applicant))["status"] == "approved"


async def test_the_board_asks_and_the_applicant_answers(
    people: People, board: list[Person], inbox: Inbox
) -> None:
    applicant = await somebody(people)
    id_ = await submitted(applicant)
    path = f"/api/board/applications/{id_}/questions"
    await board[0].post(path, {"text": "Who graded you?"})
    assert "Who graded you?" in (await inbox.mails(applicant.profile.email))[0]["text"]
    answer = f"/api/applications/{id_}/questions/1"
    assert (await applicant.post(answer, {"text": "Noor did."})).status_code == 200
    assert (await applicant.post(answer, {"text": "Or Ines."})).status_code == 409
    assert (await applicant.post(answer[:-1] + "2", {"text": "What?"})).status_code == 404
    seen = (await board[1].get(f"/api/board/applications/{id_}")).json()
    assert [each["answer"] for each in seen["questions"]] == ["Noor did."]


async def test_an_application_is_withdrawn_and_another_one_begun(
    people: People, board: list[Person]
) -> None:
    applicant = await somebody(people)
    id_ = await submitted(applicant)
    gone = await applicant.post(f"/api/applications/{id_}/withdraw")
    assert gone.json()["status"] == "withdrawn"
    assert (await approve(board[0], id_)).status_code == 409
    assert (await applicant.post(f"/api/applications/{id_}/withdraw")).status_code == 409
    await drafted(applicant)


async def test_files_are_handed_in_and_read_by_the_board_alone(
    people: People, board: list[Person]
) -> None:
    applicant, stranger = await somebody(people), await somebody(people)
    id_ = await drafted(applicant)

    async def hand_in(person: Person, content: bytes) -> httpx2.Response:
        path = f"/api/applications/{id_}/files?name=certificate.pdf"
        return await person.door.post(path, content=content, headers=person.headers)

    file = (await hand_in(applicant, PDF)).json()
    assert (file["media_type"], file["size"]) == ("application/pdf", len(PDF))
    assert (await hand_in(applicant, b"MZ a program")).status_code == 415
    assert (await hand_in(applicant, PDF + bytes(5 * 1024 * 1024))).status_code == 415
    assert (await hand_in(stranger, PDF)).status_code == 404
    await applicant.post(f"/api/applications/{id_}/submit")
    path = f"/api/board/applications/{id_}/files/{file['id']}"
    assert (await applicant.get(path)).status_code == 403
    read = await board[0].get(path)
    assert read.content == PDF
    assert read.headers["content-disposition"].startswith("attachment")
    seen = (await board[0].get(f"/api/board/applications/{id_}")).json()
    assert [each["name"] for each in seen["files"]] == ["certificate.pdf"]
    removed = await applicant.door.delete(
        f"/api/applications/{id_}/files/{file['id']}", headers=applicant.headers
    )
    assert removed.status_code == 204


async def test_nobody_sees_the_application_of_somebody_else(
    people: People, board: list[Person], visitor: httpx2.AsyncClient
) -> None:
    applicant, stranger = await somebody(people), await somebody(people)
    id_ = await submitted(applicant)
    for act in ("submit", "withdraw"):
        assert (await stranger.post(f"/api/applications/{id_}/{act}")).status_code == 404
        assert (await visitor.post(f"/api/applications/{id_}/{act}")).status_code == 401
    assert (await stranger.get("/api/board/applications")).status_code == 403
    listed = (await board[0].get("/api/board/applications", status="pending", limit=100)).json()
    assert id_ in [each["id"] for each in listed["items"]]
