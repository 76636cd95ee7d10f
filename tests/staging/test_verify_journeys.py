"""The journeys of the checklist, walked through an environment that has risen, and each broken."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from backend.schema import COLLECTIONS, KEPT
from backend.schema.audit_log import AuditEntry
from backend.schema.idempotent_answers import IdempotentAnswer
from backend.schema.jobs import Job, JobState, Schedule
from backend.schema.search_queries import SearchQuery
from backend.store import Store
from staging.filling import opened
from staging.filling import target as everything
from staging.local import Local
from staging.verify import CHECKS, Outcome, Report, Target, Wire, verify
from staging.verify.journeys import JOURNEYS
from staging.verify.journeys.guests import token_of
from staging.verify.promised import Letter
from staging.verify.visit import Wrong
from tests.staging.places import Place
from tests.staging.verify_lies import target as honest

WALKED = [check.name for check in JOURNEYS]
BOOKS = (AuditEntry, IdempotentAnswer, Job, Schedule, SearchQuery)
"""What is written down of all that happens, and is tidied by the clock or never."""
PATIENT_S = 30.0
"""How long a mail may take here; this machine may be busy with other tests."""


class Lying(httpx2.AsyncHTTPTransport):
    """The way to an environment, where requests that end so are answered in its place."""

    def __init__(self, status: int, said: Any, *requests: tuple[str, str]) -> None:
        super().__init__()
        self.status, self.said, self.requests = status, said, requests

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        for method, end in self.requests:
            if request.method == method and request.url.path.endswith(end):
                return httpx2.Response(self.status, json=self.said)
        return await super().handle_async_request(request)


@pytest.fixture
async def environment(place: Place) -> AsyncIterator[Target]:
    """The environment that has risen, from inside, with time for whatever else runs."""
    local = Local.at(place.folder)
    async with opened(local) as store:
        seen = everything(local, store, seeded=True)
        yield replace(seen, wire=Wire(within_s=PATIENT_S))


async def walk(target: Target) -> Report:
    return await verify(target, [replace(each, limit_s=120.0) for each in JOURNEYS])


async def kept(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All documents but the books, as they are."""
    kinds = [kind for kind in KEPT if kind not in BOOKS]
    assert set(COLLECTIONS) <= set(kinds)
    found = {kind.collection: [each async for each in store.every(kind)] for kind in kinds}
    return {name: [each.model_dump() for each in them] for name, them in found.items()}


async def remembered(target: Target) -> dict[str, Any]:
    """What the vendors remember of people, by kind."""
    async with httpx2.AsyncClient(base_url=str(target.sandboxes_url), timeout=30) as vendors:
        told = (await vendors.get("/_sandbox/state")).json()
    kinds = {
        "postmark": ("mail",),
        "stripe": ("customer", "subscription", "charge", "invoice", "stripe_due"),
        "beehiiv": ("subscription",),
        "cloudflare": ("live_input",),
    }
    return {
        f"{vendor} {kind}": told[vendor].get(kind, {}).get("count", 0)
        for vendor, named in kinds.items()
        for kind in named
    }


async def test_every_journey_is_walked_and_leaves_the_environment_as_it_was(
    environment: Target,
) -> None:
    store = environment.store
    assert store is not None
    before = await kept(store), await remembered(environment)
    report = await walk(environment)
    assert report.ok, report.as_json()
    assert report.passed == len(JOURNEYS)
    assert await kept(store) == before[0]
    assert await remembered(environment) == before[1]
    waiting = [each async for each in store.every(Job, {"state": JobState.waiting.value})]
    assert not [each for each in waiting if "verification" in str(each.arguments).lower()]


BREAKS = {
    "registration": (("POST", "/api/privacy/deletion"), "have the account deleted"),
    "mail_arrives": (("POST", "/api/auth/reset-password"), "choose another password"),
    "event": (("POST", "/check-ins"), "let the ticket in"),
    "application": (("POST", "/approve"), "approve it"),
    "checkout": (("POST", "/api/membership/checkout"), "begin to pay"),
    "newsletter": (("POST", "/api/newsletter/unsubscribe"), "leave with one click"),
    "training": (("POST", "/join"), "join"),
}


async def test_a_journey_that_breaks_tells_at_which_step_and_leaves_nothing_either(
    environment: Target,
) -> None:
    store = environment.store
    assert store is not None
    before = await kept(store)
    requests = [request for request, _ in BREAKS.values()]
    lying = Lying(500, {"detail": "It is broken on purpose."}, *requests)
    report = await walk(replace(environment, wire=Wire(lying, within_s=PATIENT_S)))
    assert [each.outcome for each in report.results] == [Outcome.failed] * len(JOURNEYS)
    for each in report.results:
        step = BREAKS[each.check][1]
        assert each.saw.startswith(f"could not {step}: POST /api/"), each.saw
        assert "answered 500 (It is broken on purpose.); " in each.saw
        assert each.advice.startswith("`staging logs backend`")
    # Whoever could not have their account deleted by its route is taken away past it.
    assert await kept(store) == before


ELSEWHERE = {"to": ["else@x.example"], "subject": "Choose a new password", "links": []}
NO_MAIL = [
    (404, {}, "could not get the mail 'password': GET /_sandbox/inbox.json answered 404"),
    (200, [], "could not get the mail 'password': it did not come within 0.2 s"),
    (200, [ELSEWHERE], "could not get the mail 'password': the inbox shows mail to else@x.example"),
]


@pytest.mark.parametrize(("status", "inbox", "saw"), NO_MAIL)
async def test_a_mail_that_does_not_come_is_told(
    environment: Target, status: int, inbox: Any, saw: str
) -> None:
    lying = Lying(status, inbox, ("GET", "/_sandbox/inbox.json"))
    seen = replace(environment, wire=Wire(lying, within_s=0.2))
    (found,) = (await verify(seen, [it for it in JOURNEYS if it.name == "mail_arrives"])).results
    assert found.outcome is Outcome.failed
    assert found.saw.startswith(saw)


LINKS = [(), ("https://wwmaa.example/reset?token=t",), ("http://localhost:3000/reset",)]


@pytest.mark.parametrize("links", LINKS)
def test_a_mail_without_the_right_link_is_told(links: tuple[str, ...]) -> None:
    letter = Letter(to=["a@x.example"], subject="Choose a new password", links=list(links))
    with pytest.raises(Wrong, match="has no link to http://localhost:3000 with a token"):
        token_of(letter, "http://localhost:3000")


async def test_no_journey_is_walked_where_the_vendors_are_real() -> None:
    hosted = honest(kind="hosted", sandboxes_url=None)
    report = await verify(hosted, JOURNEYS)
    assert {each.outcome for each in report.results} == {Outcome.not_applicable}
    assert {each.saw for each in report.results} == {
        "Its vendors are real: no mail is sent, and nothing bought, for a check."
    }


async def test_no_guest_is_put_in_where_the_database_is_out_of_reach() -> None:
    report = await verify(honest(), JOURNEYS)
    assert {each.outcome for each in report.results} == {Outcome.not_applicable}
    assert {each.saw for each in report.results} == {
        "The database can not be looked into from here."
    }


CHECKLIST = {
    "registration": "registration",
    "login": "authentication",
    "event creation and RSVP": "event",
    "membership application": "application",
    "semantic search": "search_relevance",
    "Stripe checkout": "checkout",
    "email": "mail_arrives",
    "newsletter": "newsletter",
    "live training session": "training",
    "metrics": "metrics",
}


def test_every_line_of_the_checklist_has_a_check() -> None:
    names = [check.name for check in CHECKS]
    assert set(CHECKLIST.values()) <= set(names)
    assert set(WALKED) <= set(CHECKLIST.values())
