"""What differs from the definition is seen, each kind of it, and each names what mends it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from staging.diff import Difference, against_file, against_here, against_railway
from staging.diff.shapes import shape
from staging.environment import STAGING
from staging.local import Local
from staging.railway.finding import find
from staging.railway.held import Held
from staging.railway.link import Link
from staging.railway.setup import project_token
from tests.staging.railways import GIVEN, Rails, Stands, made

UNPROVEN = {"api-staging.wwmaa.com", "staging.wwmaa.com"}
"""The hosts that nobody proves in a test, unless it does so itself."""


async def held(rails: Rails) -> Held:
    """What Railway holds now."""
    found = (await rails.look()).held
    assert found
    return found


async def seen(rails: Rails, link: Link, later: timedelta = timedelta()) -> list[Difference]:
    """What differs, as the environment's own token sees it, but for hosts that await their DNS."""
    async with rails.railway() as railway:
        token = await project_token(railway, link, STAGING)
    async with rails.railway(kind="project", secret=token) as railway:
        found = await find(railway, STAGING, None, None)
    assert found.held
    told = against_railway(STAGING, found.held, datetime.now(UTC) + later)
    return [each for each in told if each.name not in UNPROVEN]


def briefly(differences: Sequence[Difference]) -> list[tuple[str, str, str]]:
    return [(each.kind, each.service, each.name) for each in differences]


async def test_what_was_set_up_does_not_differ(stands: Stands) -> None:
    rails, link = stands
    assert not await seen(rails, link)


async def test_a_host_that_the_dns_does_not_know_yet_is_said_until_it_does(stands: Stands) -> None:
    rails, _ = stands
    now = datetime.now(UTC)
    hosts = [it for it in against_railway(STAGING, await held(rails), now) if it.kind == "host"]
    assert {each.name for each in hosts} == UNPROVEN
    for host in UNPROVEN:
        await rails.client.post(f"/_sandbox/railway/domains/{host}/verify")
    assert not against_railway(STAGING, await held(rails), now)


async def test_settings_that_were_changed_by_hand(stands: Stands) -> None:
    rails, link = stands
    change = {"startCommand": "uvicorn", "healthcheckPath": "/", "restartPolicyType": "NEVER"}
    await rails.configure(link, "backend", **change, drainingSeconds=0, preDeployCommand=["true"])
    found = await seen(rails, link)
    assert {each.kind for each in found} == {"setting"}
    assert {each.name for each in found} == {*change, "drainingSeconds", "preDeployCommand"}
    path = next(each for each in found if each.name == "healthcheckPath")
    assert (path.wanted, path.found, path.mend) == (
        "/api/health",
        "/",
        "staging setup; staging deploy",
    )


@pytest.mark.parametrize(
    ("service", "image", "kinds"),
    [
        ("postgres", "pgvector/pgvector:pg16", {"version"}),
        ("postgres", "postgres:18", {"different", "extension"}),
        ("redis", "redis:7.4", {"version"}),
    ],
)
async def test_images_of_another_version_or_without_the_extension(
    stands: Stands, service: str, image: str, kinds: set[str]
) -> None:
    rails, link = stands
    await rails.configure(link, service, source={"image": image})
    found = await seen(rails, link)
    assert {each.kind for each in found} == kinds
    assert {each.found for each in found} <= {image, "not there"}
    assert all("staging backup" in each.mend for each in found)


async def test_variables_that_are_missing_unused_or_of_another_shape(stands: Stands) -> None:
    rails, link = stands
    await rails.unset(link, "JWT_SECRET")
    await rails.unset(link, "POSTMARK_API_KEY")
    await rails.set(link, CSRF_SECRET="short")
    await rails.set(link, "backend", DATABASE_URL="postgresql://u:hush@h/d", DEBUGGER="hush-hush")
    found = await seen(rails, link)
    assert sorted(briefly(found)) == [
        ("different", "", "CSRF_SECRET"),
        ("different", "backend", "DATABASE_URL"),
        ("missing", "", "JWT_SECRET"),
        ("missing", "", "POSTMARK_API_KEY"),
        ("unused", "backend", "DEBUGGER"),
    ]
    mends = {each.name: each.mend for each in found}
    assert mends["POSTMARK_API_KEY"] == "staging setup --variables FILE"
    assert mends["CSRF_SECRET"] == "staging setup --anew CSRF_SECRET"
    assert mends["DEBUGGER"] == "staging setup --prune"
    assert "hush" not in repr(found)
    assert "short" not in repr([each.found for each in found])


async def test_what_mends_it_mends_it(stands: Stands) -> None:
    rails, link = stands
    await rails.unset(link, "JWT_SECRET")
    await rails.set(link, "backend", STRAY="1", WEB_CONCURRENCY="9")
    await rails.configure(link, "backend", overlapSeconds=0)
    await rails.set(link, CSRF_SECRET="short")
    assert len(await seen(rails, link)) == 5
    await rails.set_up(GIVEN, anew=("CSRF_SECRET",), prune=True)
    assert not await seen(rails, link)


async def test_secrets_that_are_older_than_a_quarter(stands: Stands) -> None:
    rails, link = stands
    assert not await seen(rails, link, timedelta(days=89))
    found = await seen(rails, link, timedelta(days=91))
    assert {each.kind for each in found} == {"age"}
    ages = {each.name: each for each in found}
    assert ages.keys() >= {"JWT_SECRET", "METRICS_TOKEN", "POSTMARK_API_KEY"}
    assert "DATABASE_URL" not in ages
    assert (ages["JWT_SECRET"].found, ages["JWT_SECRET"].mend) == (
        "set 91 days ago",
        "staging setup --anew JWT_SECRET",
    )


async def test_services_and_hosts_that_are_missing_or_nobodys(stands: Stands) -> None:
    rails, link = stands
    where = {"projectId": link.project_id, "environmentId": link.environment_id}
    await rails.make("serviceCreate", "ServiceCreateInput", **where, name="phpmyadmin")
    delete = "mutation M($id: String!) { serviceDelete(id: $id) }"
    await rails.ask(delete, id=link.services["redis"])
    query = "query D($p: String!, $e: String!, $s: String!) { domains(projectId: $p, "
    query += "environmentId: $e, serviceId: $s) { serviceDomains { id } customDomains { id } } }"
    place = {"p": link.project_id, "e": link.environment_id, "s": link.services["backend"]}
    hosts = await rails.ask(query, **place)
    for kind, each in (("service", "serviceDomains"), ("custom", "customDomains")):
        drop = f"mutation M($id: String!) {{ {kind}DomainDelete(id: $id) }}"
        await rails.ask(drop, id=hosts[each][0]["id"])
    found = against_railway(STAGING, await held(rails), datetime.now(UTC))
    told = [each for each in briefly(found) if each[0] != "host"]
    assert sorted(told) == [
        ("missing", "backend", "host"),
        ("missing", "backend", "host"),
        ("missing", "redis", "service"),
        ("unused", "phpmyadmin", "service"),
    ]


async def test_an_account_finds_it_by_its_name_and_says_where_there_is_none(rails: Rails) -> None:
    async with rails.railway() as railway:
        assert (await find(railway, STAGING, None, None)).held is None
    _, link = await made(rails)
    async with rails.railway() as railway:
        assert (await find(railway, STAGING, None, link)).held


async def test_a_file_is_compared_with_the_definition_and_with_railway(
    stands: Stands, tmp_path: Path
) -> None:
    rails, _ = stands
    file = tmp_path / ".env.staging"
    file.write_text(
        f"POSTMARK_API_KEY={GIVEN['POSTMARK_API_KEY']}\n"
        "STRIPE_SECRET_KEY=sk_test_of_a_file\n"
        "METRICS_TOKEN=another-one-than-railway-has\n"
        "WEB_CONCURRENCY=7\nFORWARDED_ALLOW_IPS=*\nSTRIPE_SECRET=typo\nRATE_LIMIT_PER_MINUTE=0\n"
    )
    told = against_file(STAGING, file, await held(rails))
    found = [each for each in told if not each.found.startswith("missing")]
    assert sorted(briefly(found)) == [
        ("different", "", "METRICS_TOKEN"),
        ("different", "", "RATE_LIMIT_PER_MINUTE"),
        ("different", "backend, worker", "WEB_CONCURRENCY"),
        ("missing", "backend, worker", "STRIPE_SECRET_KEY"),
        ("unused", "", "STRIPE_SECRET"),
    ]
    assert "of_a_file" not in repr(told)
    assert "railway-has" not in repr(told)
    alone = {each.name for each in against_file(STAGING, file, None)}
    assert "METRICS_TOKEN" not in alone
    assert "WEB_CONCURRENCY" in alone


def test_this_machine_is_compared_by_its_versions(tmp_path: Path) -> None:
    local = Local.at(tmp_path)
    found = {each.name for each in against_here(local)} - {"Python"}
    assert not found
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / ".python-version").write_text("3.99\n")
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")
    told = {each.name: each for each in against_here(local, tmp_path / "root")}
    assert told.keys() == {"Python", "data"}
    assert told["Python"].wanted == "3.99"
    assert told["data"].found == "data of 15"
    assert all(each.mend for each in told.values())


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", "empty"),
        ("${{shared.JWT_SECRET}}", "${{shared.JWT_SECRET}}"),
        ("https://${{RAILWAY_PUBLIC_DOMAIN}}/x", "text with references"),
        ("sk_test_abcdefgh", "sk_test_… of 16 characters"),
        ("postgresql://u:p@h/d", "an address, postgresql://…"),
        ("100", "a number of 3 digits"),
        ("correct horse", "13 characters"),
    ],
)
def test_a_shape_tells_what_a_value_is_like_and_not_what_it_is(value: str, told: str) -> None:
    assert shape(value) == told
