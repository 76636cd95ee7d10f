"""BeeHiiv's publications and their custom fields, whom it lets in, and how often."""

import httpx2
import pytest

from tests.sandboxes.newsletter import KEY, PUBLICATION, Newsletter


async def test_a_publication_is_given_to_an_environment_as_often_as_it_likes(
    sandboxes: httpx2.AsyncClient,
) -> None:
    staging = Newsletter(sandboxes, "pub_staging")
    assert (await staging.provide()).status_code in {200, 201}
    made = (await staging.get(""))["data"]
    assert made == {
        "id": "pub_staging",
        "name": "The Dojo Letter",
        "organization_name": "WWMAA",
        "referral_program_enabled": False,
        "created": made["created"],
    }
    assert (await staging.provide(name="Judo Weekly")).status_code == 200
    await sandboxes.post("/_sandbox/reset")
    assert (await staging.get(""))["data"] == made | {"name": "Judo Weekly"}
    nameless = await sandboxes.put("/_sandbox/beehiiv/publications/pub_staging", json={})
    assert nameless.status_code == 422


async def test_publications_are_listed_and_counted(newsletter: Newsletter) -> None:
    await newsletter.subscribe()
    await newsletter.subscribe("akari@wwmaa.example", tier="premium")
    path = "/beehiiv/v2/publications?expand[]=stat_active_subscriptions&order_by=name&limit=1"
    listed = (await newsletter.sandboxes.get(path, headers=KEY)).json()
    assert listed.keys() == {"data", "limit", "page", "total_results", "total_pages"}
    assert (listed["limit"], listed["page"]) == (1, 1)
    assert listed["data"][0]["stats"].keys() == {"active_subscriptions"}
    stats = (await newsletter.get("?expand=stats"))["data"]["stats"]
    assert stats["active_subscriptions"] == 2
    assert stats["active_premium_subscriptions"] == stats["active_free_subscriptions"] == 1
    assert stats.keys() >= {"average_open_rate", "average_click_rate", "total_sent"}


async def test_publications_keep_to_themselves(newsletter: Newsletter) -> None:
    made = (await newsletter.subscribe())["data"]
    other = Newsletter(newsletter.sandboxes, "pub_11111111-1111-1111-1111-111111111111")
    await other.provide()
    assert (await other.ask("GET", f"/subscriptions/{made['id']}")).status_code == 404
    assert (await other.get("/subscriptions"))["total_results"] == 0
    nowhere = Newsletter(newsletter.sandboxes, "pub_nowhere")
    answer = await nowhere.ask("POST", "/subscriptions", {"email": "a@b.example"})
    assert answer.json()["errors"][0]["message"] == "Publication not found."


async def test_custom_fields_are_made_renamed_and_deleted(newsletter: Newsletter) -> None:
    made = await newsletter.field("Display")
    assert made.keys() == {"id", "kind", "display", "created"}
    belts = await newsletter.field("Belts", "list")
    assert belts["options"] == []
    listed = await newsletter.get("/custom_fields")
    assert listed["data"] == [made, belts]
    assert (listed["limit"], listed["total_results"], listed["total_pages"]) == (10, 2, 1)
    path = f"/custom_fields/{made['id']}"
    for method, name in (("PUT", "New Display"), ("PATCH", "Newer Display")):
        renamed = await newsletter.ask(method, path, {"display": name})
        assert renamed.json()["data"] == made | {"display": name}
    taken = {"kind": "string", "display": "Belts"}
    assert (await newsletter.ask("POST", "/custom_fields", taken)).status_code == 400
    assert (await newsletter.ask("DELETE", path)).status_code == 204
    assert (await newsletter.ask("GET", path)).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer "}, {"Authorization": "Key k"}])
async def test_nobody_is_let_in_without_a_key(
    sandboxes: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await sandboxes.get(f"/beehiiv/v2/publications/{PUBLICATION}", headers=headers)
    assert (answer.status_code, answer.json()["statusText"]) == (401, "Unauthorized")
    assert "RateLimit-Limit" not in answer.headers


async def test_a_minute_has_180_requests(newsletter: Newsletter) -> None:
    await newsletter.sandboxes.post("/_sandbox/reset")
    now = (await newsletter.sandboxes.get("/_sandbox/clock")).json()["now"]
    # The next minute begins now, so that none begins in the middle of this test.
    await newsletter.settle(61 - float(now[17:26]))
    first = await newsletter.ask("GET", "")
    assert first.headers["RateLimit-Limit"] == "180"
    assert first.headers["RateLimit-Remaining"] == "179"
    assert int(first.headers["RateLimit-Reset"]) % 60 == 0
    for _ in range(179):
        last = await newsletter.ask("GET", "")
    assert (last.status_code, last.headers["RateLimit-Remaining"]) == (200, "0")
    refused = await newsletter.ask("GET", "")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (429, "TOO_MANY_REQUESTS")
    await newsletter.settle(60)
    assert (await newsletter.ask("GET", "")).status_code == 200
