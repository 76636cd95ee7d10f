"""The library: staff put files there, and each person fetches what their tier opens, as a file."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from backend.features.privacy.sources import SOURCES, Traces
from backend.parts import Parts
from backend.schema.audit_log import AuditEntry
from backend.schema.document import AccessType, Tier
from backend.schema.files import StoredFile
from backend.schema.profiles import Role
from backend.schema.resources import Resource
from tests.backend.conftest import People
from tests.backend.people import Person

PATH = "/api/resources"
PDF = b"%PDF-1.7\n<script>alert(1)</script>"
PNG = b"\x89PNG\r\n\x1a\n1"


async def logged_in(people: People, role: Role, **fields: object) -> Person:
    person = await people.new(role, **fields)
    await person.log_in()
    return person


@pytest.fixture
async def teacher(people: People) -> Person:
    """An instructor who is logged in."""
    return await logged_in(people, Role.instructor)


async def send(by: Person, method: str, path: str, **more: Any) -> httpx2.Response:
    return await by.door.request(method, f"{PATH}{path}", headers=by.headers, **more)


async def put(by: Person, id_: str, content: bytes, name: str = "throws.pdf") -> httpx2.Response:
    return await send(by, "PUT", f"/{id_}/file", params={"name": name}, content=content)


async def begun(by: Person, title: str = "Ten throws", **fields: object) -> str:
    made = await by.post(PATH, {"title": title, **fields})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def published(by: Person, title: str = "Ten throws", **fields: object) -> str:
    """A resource with a file, which those who may see it do."""
    id_ = await begun(by, title, **fields)
    assert (await put(by, id_, PDF)).status_code == 200
    shown = await send(by, "PATCH", f"/{id_}", json={"is_published": True})
    assert shown.status_code == 200, shown.text
    return id_


async def test_each_person_sees_and_fetches_what_their_tier_opens(
    people: People, teacher: Person, visitor: httpx2.AsyncClient
) -> None:
    made = {each: await published(teacher, each.value, access_type=each) for each in AccessType}
    public, members_only, premium_only = AccessType
    who = {
        await logged_in(people, Role.visitor, tier=Tier.premium): {public},
        await logged_in(people, Role.member, tier=Tier.standard): {public, members_only},
        await logged_in(people, Role.member, tier=Tier.premium): set(AccessType),
        teacher: set(AccessType),
    }
    for person, opened in who.items():
        listed = (await person.get(PATH, limit=100)).json()["items"]
        assert {each["id"] for each in listed} & set(made.values()) == {made[it] for it in opened}
        for access, id_ in made.items():
            wanted = 200 if access in opened else 404
            assert (await person.get(f"{PATH}/{id_}")).status_code == wanted
            assert (await person.get(f"{PATH}/{id_}/file")).status_code == wanted
    assert (await visitor.get(f"{PATH}/{made[public]}/file")).status_code == 200
    assert (await visitor.get(f"{PATH}/{made[members_only]}/file")).status_code == 404
    assert (await visitor.get(f"{PATH}/{made[premium_only]}")).status_code == 404


async def test_a_file_is_saved_under_its_name_and_never_run(
    teacher: Person, people: People
) -> None:
    id_ = await begun(teacher, access_type="public")
    name = 'Würfe "1".pdf\r\nSet-Cookie: a=b'
    assert (await put(teacher, id_, PDF, name)).status_code == 200
    answer = await teacher.get(f"{PATH}/{id_}/file")
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="{id_}.pdf"; '
        "filename*=UTF-8''W%C3%BCrfe%20%221%22.pdf%0D%0ASet-Cookie%3A%20a%3Db"
    )
    assert "set-cookie" not in answer.headers
    for page in (b"<!doctype html><script>1</script>", b"<svg onload=1>", b"GIF89a", b""):
        assert (await put(teacher, id_, page)).status_code == 415
    too_large = await put(teacher, id_, PDF + b"0" * (5 * 1024 * 1024))
    assert too_large.status_code == 415
    assert (await teacher.get(f"{PATH}/{id_}/file")).content == PDF


async def test_what_is_not_published_is_seen_by_its_staff_alone(
    people: People, teacher: Person, parts: Parts
) -> None:
    id_ = await begun(teacher, uuid4().hex, access_type="public")
    early = await send(teacher, "PATCH", f"/{id_}", json={"is_published": True})
    assert (early.status_code, "no file" in early.json()["detail"]) == (409, True)
    await put(teacher, id_, PNG, "a.png")
    member = await logged_in(people, Role.member)
    other = await logged_in(people, Role.instructor)
    board = await logged_in(people, Role.board_member)
    assert (await member.get(f"{PATH}/{id_}")).status_code == 404
    assert (await other.get(f"{PATH}/{id_}")).status_code == 404
    assert (await teacher.get(f"{PATH}/{id_}")).json()["media_type"] == "image/png"
    assert (await board.get(f"{PATH}/{id_}")).status_code == 200
    assert id_ not in str((await teacher.get(PATH, limit=100)).json())
    everything = (await other.get(f"{PATH}/all", limit=100)).json()
    assert len(everything["items"]) == await parts.store.count(Resource)
    assert id_ in str(everything)


async def test_staff_keep_their_own_and_the_board_keeps_all(
    people: People, teacher: Person, parts: Parts
) -> None:
    id_ = await published(teacher)
    other = await logged_in(people, Role.instructor)
    board = await logged_in(people, Role.board_member)
    for answer in (
        await send(other, "PATCH", f"/{id_}", json={"title": "Mine"}),
        await put(other, id_, PDF),
        await send(other, "DELETE", f"/{id_}"),
    ):
        assert answer.status_code == 403
    renamed = await send(board, "PATCH", f"/{id_}", json={"title": "Twelve throws"})
    assert renamed.json()["title"] == "Twelve throws"
    assert (await put(board, id_, PNG, "b.png")).status_code == 200
    subject = f"resources/{id_}"
    assert await parts.store.count(StoredFile, {"subject": subject}) == 1
    assert (await send(board, "DELETE", f"/{id_}")).status_code == 204
    assert await parts.store.count(StoredFile, {"subject": subject}) == 0
    assert (await board.get(f"{PATH}/{id_}")).status_code == 404
    log = await parts.store.find(AuditEntry, {"subject": subject}, order="number")
    assert [each.action.partition(".")[2] for each in log.items] == [
        *("added", "file_put", "changed", "changed", "file_put", "removed")
    ]


async def test_the_library_is_paged_by_title_and_category(teacher: Person) -> None:
    titles = [f"{letter} {uuid4().hex}" for letter in "CAB"]
    for title in titles:
        await published(teacher, title, category="slides", access_type="public")
    found: list[str] = []
    params: dict[str, Any] = {"category": "slides", "limit": 2}
    while True:
        page = (await teacher.get(PATH, **params)).json()
        found += [each["title"] for each in page["items"]]
        if page["next"] is None:
            break
        params["after"] = page["next"]
    assert found == sorted(titles)
    assert (await teacher.get(PATH, after="nonsense")).status_code == 422


async def test_the_library_stays_when_somebody_leaves(teacher: Person, parts: Parts) -> None:
    id_ = await published(teacher)
    traces = Traces(teacher.profile.id, teacher.profile.email)
    for source in SOURCES:
        if source.kind in (Resource, StoredFile):
            async for document in source.of(parts.store, traces):
                assert source.unname is not None, "its file would be gone"
                await parts.store.update(source.unname(document, traces, "former-1"))
    kept = await parts.store.get(Resource, id_)
    assert kept is not None
    assert kept.added_by == "former-1"
    assert (await teacher.get(f"{PATH}/{id_}/file")).content == PDF
