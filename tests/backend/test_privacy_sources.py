"""Where people are named: a collection that names them is not forgotten among the sources."""

from datetime import timedelta

import httpx2

from backend.clock import now
from backend.features.privacy.sources import NOBODYS, SOURCES, Traces
from backend.schema import KEPT
from tests.backend.conftest import People


def test_no_collection_names_people_where_nobody_looks() -> None:
    """A new collection stands among the sources, or among those that name nobody."""
    known = {(each.kind, each.field) for each in SOURCES}
    assert {kind for kind, _ in known} | set(NOBODYS) == set(KEPT)
    for kind in KEPT:
        for field, collection in kind.references().items():
            assert collection != "profiles" or (kind, field) in known, f"{kind.collection}.{field}"


def test_an_address_is_not_found_inside_another() -> None:
    traces = Traces("p1", "a@wwmaa.example")
    assert traces.mentions('"to": "A@wwmaa.example"')
    assert not traces.mentions("ana@wwmaa.example and dr.a@wwmaa.example")


async def test_people_see_what_they_agreed_to(people: People, visitor: httpx2.AsyncClient) -> None:
    at = now() - timedelta(days=1)
    person = await people.new(terms_accepted_at=at, terms_version="1.0")
    await person.log_in()
    told = (await person.get("/api/privacy/consents")).json()
    assert (told["terms_version"], told["newsletter"]) == ("1.0", None)
    assert told["terms_accepted_at"][:16] == at.isoformat()[:16]
    kept = (await visitor.get("/api/privacy")).json()
    assert len(kept) == len(SOURCES)
