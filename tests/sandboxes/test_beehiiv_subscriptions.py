"""BeeHiiv's subscriptions and tags, held to its documented examples."""

from typing import Any

import pytest

from tests.sandboxes.newsletter import KEY, Newsletter

EXAMPLE = {
    "email": "bruce.wayne@wayne.example",
    "reactivate_existing": False,
    "send_welcome_email": False,
    "utm_source": "WayneEnterprise",
    "utm_medium": "organic",
    "utm_campaign": "fall_2022_promotion",
    "referring_site": "www.wayne.example/blog",
    "custom_fields": [
        {"name": "First Name", "value": "Bruce"},
        {"name": "Last Name", "value": "Wayne"},
    ],
    "stripe_customer_id": "cus_12345abcde",
}
"""The documented request, but for the hosts."""


async def test_a_subscription_is_made_as_documented(newsletter: Newsletter) -> None:
    await newsletter.field("First Name")
    answer = await newsletter.ask("POST", "/subscriptions", EXAMPLE)
    made = answer.json()["data"]
    assert answer.status_code == 200
    assert made == {
        "id": made["id"],
        "email": "bruce.wayne@wayne.example",
        "status": "validating",
        "created": made["created"],
        "subscription_tier": "free",
        "subscription_premium_tier_names": [],
        "utm_source": "WayneEnterprise",
        "utm_medium": "organic",
        "utm_channel": "api",
        "utm_campaign": "fall_2022_promotion",
        "utm_term": "",
        "utm_content": "",
        "referring_site": "www.wayne.example/blog",
        "referral_code": made["referral_code"],
    }
    assert made["id"].startswith("sub_")
    assert isinstance(made["created"], int)
    await newsletter.settle()
    every = "expand[]=custom_fields&expand[]=tags&expand[]=stats&expand[]=referrals"
    shown = (await newsletter.get(f"/subscriptions/{made['id']}?{every}"))["data"]
    assert shown == made | {
        "status": "active",
        "custom_fields": [{"name": "First Name", "kind": "string", "value": "Bruce"}],
        "tags": [],
        "stats": {"emails_received": 0, "open_rate": 0.0, "click_through_rate": 0.0},
        "referrals": [],
    }


async def test_a_subscription_is_found_by_its_address_however_that_is_written(
    newsletter: Newsletter,
) -> None:
    made = (await newsletter.subscribe("Haruto+dojo/1@wwmaa.example"))["data"]
    assert made["email"] == "haruto+dojo/1@wwmaa.example"
    for written in ("haruto%2Bdojo%2F1%40wwmaa.example", "HARUTO+dojo%2F1@wwmaa.example"):
        assert (await newsletter.get(f"/subscriptions/by_email/{written}"))["data"] == made
    nobody = await newsletter.ask("GET", "/subscriptions/by_email/nobody@wwmaa.example")
    assert nobody.json() == {
        "status": 404,
        "statusText": "Not Found",
        "errors": [{"message": "Subscription not found.", "code": "NOT_FOUND"}],
    }


async def test_an_address_subscribes_once_and_comes_back_only_if_it_means_to(
    newsletter: Newsletter,
) -> None:
    made = (await newsletter.subscribe())["data"]
    again = (await newsletter.subscribe("HARUTO@wwmaa.example", utm_source="again"))["data"]
    assert again == made
    eager: dict[str, Any] = {"reactivate_existing": True, "double_opt_override": "on"}
    assert (await newsletter.subscribe(**eager))["data"] == made
    path = f"/subscriptions/{made['id']}"
    left = await newsletter.ask("PATCH", path, {"unsubscribe": True})
    assert left.json()["data"]["status"] == "inactive"
    assert (await newsletter.subscribe())["data"]["status"] == "inactive"
    assert (await newsletter.subscribe(reactivate_existing=True))["data"]["status"] == "active"
    assert (await newsletter.get("/subscriptions"))["total_results"] == 1


async def test_a_subscription_is_changed_in_part_by_id_or_address(newsletter: Newsletter) -> None:
    for name in ("First Name", "Belt"):
        await newsletter.field(name)
    given = [{"name": "First Name", "value": "Haruto"}, {"name": "Belt", "value": "brown"}]
    made = (await newsletter.subscribe(custom_fields=given))["data"]
    change = {
        "tier": "premium",
        "stripe_customer_id": "cus_12345abcde",
        "custom_fields": [
            {"name": "First Name", "delete": True},
            {"name": "Belt", "value": "black"},
            {"name": "Unheard of", "value": "lost"},
        ],
    }
    changed = await newsletter.ask("PUT", "/subscriptions/by_email/haruto@wwmaa.example", change)
    assert changed.json()["data"] == made | {"subscription_tier": "premium"}
    path = f"/subscriptions/{made['id']}"
    moved = await newsletter.ask("PUT", path, {"email": "Ono@wwmaa.example", "tier": None})
    assert moved.json()["data"]["email"] == "ono@wwmaa.example"
    fields = (await newsletter.get(f"{path}?expand[]=custom_fields"))["data"]["custom_fields"]
    assert fields == [{"name": "Belt", "kind": "string", "value": "black"}]
    await newsletter.subscribe("akari@wwmaa.example")
    taken = await newsletter.ask("PATCH", path, {"email": "AKARI@wwmaa.example"})
    assert taken.status_code == 400


async def test_a_subscription_is_tagged_and_deleted(newsletter: Newsletter) -> None:
    made = (await newsletter.subscribe())["data"]
    path = f"/subscriptions/{made['id']}"
    await newsletter.post(f"{path}/tags", {"tags": ["Premium"]})
    tagged = await newsletter.post(f"{path}/tags", {"tags": ["Basic", "Premium"]})
    assert tagged["data"] == made | {"tags": ["Premium", "Basic"]}
    gone = await newsletter.ask("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await newsletter.ask("GET", path)).status_code == 404
    assert (await newsletter.ask("DELETE", path)).status_code == 404


async def test_what_is_null_counts_as_not_told(newsletter: Newsletter) -> None:
    nothing: dict[str, Any] = {
        "utm_source": None,
        "custom_fields": None,
        "double_opt_override": None,
    }
    assert (await newsletter.subscribe(**nothing))["data"]["utm_source"] == ""


@pytest.mark.parametrize("body", ["[", "NaN", '{"email": NaN}', "[" * 5000, '"text"', "\xff"])
async def test_a_body_that_is_no_object_is_refused(newsletter: Newsletter, body: str) -> None:
    path = f"/beehiiv/v2/publications/{newsletter.id}/subscriptions"
    told = body.encode("latin-1")
    answer = await newsletter.sandboxes.post(path, content=told, headers=KEY)
    assert (answer.status_code, answer.json()["statusText"]) == (400, "Bad Request")


async def test_whom_somebody_brought_is_told(newsletter: Newsletter) -> None:
    host = (await newsletter.subscribe())["data"]
    guest = await newsletter.subscribe("akari@wwmaa.example", referral_code=host["referral_code"])
    told = await newsletter.get(f"/subscriptions/{host['id']}?expand[]=referrals")
    kept = {name: guest["data"][name] for name in ("id", "email", "status")}
    assert told["data"]["referrals"] == [kept]


async def test_many_subscribe_at_once(newsletter: Newsletter) -> None:
    told = {"subscriptions": [{"email": f"guest{n}@wwmaa.example"} for n in range(12)]}
    answer = await newsletter.post("/bulk_subscriptions", told)
    assert answer.keys() == {"message", "import_id"}
    await newsletter.settle()
    assert (await newsletter.get("/subscriptions?status=active"))["total_results"] == 12


@pytest.mark.parametrize("direction", ["asc", "desc"])
async def test_a_list_is_turned_by_cursor_or_by_page(
    newsletter: Newsletter, direction: str
) -> None:
    told = {"subscriptions": [{"email": f"guest{n}@wwmaa.example"} for n in range(5)]}
    await newsletter.post("/bulk_subscriptions", told)
    expected = [each["email"] for each in told["subscriptions"]]
    expected = expected if direction == "asc" else expected[::-1]
    path = f"/subscriptions?limit=2&direction={direction}"
    by_page = [await newsletter.get(f"{path}&page={page}") for page in (1, 2, 3, 4)]
    assert [each["email"] for page in by_page for each in page["data"]] == expected
    assert {name: by_page[0][name] for name in by_page[0] if name != "data"} == {
        "limit": 2,
        "page": 1,
        "total_results": 5,
        "total_pages": 3,
    }
    page = await newsletter.get(path)
    assert page.keys() >= {"has_more", "next_cursor", "total_results", "page"}
    found = page["data"]
    while page["has_more"]:
        page = await newsletter.get(f"{path}&cursor={page['next_cursor']}")
        assert page.keys() == {"data", "limit", "has_more", "next_cursor"}
        found += page["data"]
    assert page["next_cursor"] is None
    assert [each["email"] for each in found] == expected


async def test_a_list_is_filtered(newsletter: Newsletter) -> None:
    made = (await newsletter.subscribe(tier="premium"))["data"]
    await newsletter.subscribe("nobody@nowhere.invalid")
    for asked, count in {
        "status=active": 1,
        "status=invalid": 1,
        "status=all&tier=premium": 1,
        "email=HARUTO@wwmaa.example": 1,
        "creation_date=2001/01/01": 0,
    }.items():
        assert (await newsletter.get(f"/subscriptions?{asked}"))["total_results"] == count, asked
    expanded = await newsletter.get("/subscriptions?status=active&expand[]=custom_fields")
    assert expanded["data"] == [made | {"custom_fields": []}]


@pytest.mark.parametrize(
    ("method", "path", "told", "status"),
    [
        ("POST", "/subscriptions", {}, 400),
        ("POST", "/subscriptions", [], 400),
        ("POST", "/subscriptions", {"email": "no address"}, 400),
        ("POST", "/subscriptions", {"email": "a@b.example", "tier": "gold"}, 400),
        ("POST", "/subscriptions", {"email": "a@b.example", "premium_tier_ids": ["t"]}, 501),
        ("POST", "/subscriptions", {"email": "a@b.example", "automation_ids": ["aut_1"]}, 501),
        ("POST", "/bulk_subscriptions", {"subscriptions": [{"email": "nobody"}]}, 400),
        ("GET", "/subscriptions?limit=101", None, 400),
        ("GET", "/subscriptions?page=101", None, 400),
        ("GET", "/subscriptions?cursor=nonsense", None, 400),
        ("GET", "/subscriptions?cursor=é", None, 400),
        ("GET", "/subscriptions?status=asleep", None, 400),
        ("GET", "/subscriptions?expand[]=wishes", None, 400),
        ("GET", "/subscriptions?creation_date=today", None, 400),
        ("GET", "/subscriptions?premium_tiers[]=gold", None, 501),
        ("POST", "/custom_fields", {"kind": "poem", "display": "Ode"}, 400),
        ("POST", "/custom_fields", {"kind": "string", "display": " "}, 400),
        ("GET", "/automations", None, 501),
        ("GET", "/segments", None, 501),
    ],
)
async def test_what_makes_no_sense_is_refused_in_beehiivs_shape(
    newsletter: Newsletter, method: str, path: str, told: object, status: int
) -> None:
    answer = await newsletter.ask(method, path, told)
    body = answer.json()
    assert (answer.status_code, body["status"]) == (status, status)
    assert body.keys() == {"status", "statusText", "errors"}
    assert all(error.keys() == {"message", "code"} for error in body["errors"])
