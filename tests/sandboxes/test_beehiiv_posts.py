"""BeeHiiv's posts: made, scheduled, sent to subscribers, read with their content, taken back."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.sandboxes.newsletter import Newsletter

POST = {"title": "Falling well", "body_content": "<p>Tuck the chin.</p>", "status": "confirmed"}


async def write(newsletter: Newsletter, **told: Any) -> Any:
    """A post that is made, as the API has it."""
    body = {name: value for name, value in (POST | told).items() if value is not None}
    made = await newsletter.post("/posts", body)
    await newsletter.settle()
    return (await newsletter.get(f"/posts/{made['data']['id']}"))["data"]


async def now(newsletter: Newsletter) -> datetime:
    told = (await newsletter.sandboxes.get("/_sandbox/clock")).json()["now"]
    return datetime.fromisoformat(told)


async def in_the_making(newsletter: Newsletter, method: str, told: object = None) -> str:
    """Ask for a post before it is made, which needs some luck; gives its id."""
    for _ in range(50):
        id_ = (await newsletter.post("/posts", POST | {"status": "draft"}))["data"]["id"]
        answer = await newsletter.ask(method, f"/posts/{id_}", told)
        if answer.status_code == 202:
            told = {"id": id_, "state": "processing"}
            assert answer.json() == {"status": 202, "statusText": "Accepted", "data": told}
            assert answer.headers["Retry-After"] == "1"
            return str(id_)
    raise AssertionError("every post was made at once")


async def test_a_post_is_made_in_the_background(newsletter: Newsletter) -> None:
    answer = await newsletter.ask("POST", "/posts", POST)
    assert answer.status_code == 201
    assert answer.json()["data"].keys() == {"id"}
    assert answer.json()["data"]["id"].startswith("post_")
    for method, told in {"GET": None, "PATCH": {"title": "Late"}, "DELETE": None}.items():
        id_ = await in_the_making(newsletter, method, told)
        await newsletter.settle()
        assert (await newsletter.get(f"/posts/{id_}"))["data"]["title"] == "Falling well"


async def test_a_post_has_what_is_documented(newsletter: Newsletter) -> None:
    post = await write(
        newsletter,
        subtitle="Ukemi for beginners",
        thumbnail_image_url="https://images.example/ukemi.jpg",
        content_tags=["Ukemi"],
        override_scheduled_at="2022-10-26T14:01:16Z",
        recipients={"web": {"tier_ids": ["all"]}, "email": {"tier_ids": ["premium", "free"]}},
        email_settings={"email_preview_text": "Chin first", "email_subject_line": "Fall!"},
        web_settings={"slug": "falling", "hide_from_feed": True},
        seo_settings={"default_description": "How to fall", "default_title": "Ukemi"},
        email_capture_type_override="popup",
        custom_link_tracking_enabled=True,
        social_share="none",
    )
    assert post == {
        "id": post["id"],
        "title": "Falling well",
        "subtitle": "Ukemi for beginners",
        "authors": ["WWMAA"],
        "created": post["created"],
        "status": "confirmed",
        "publish_date": post["publish_date"],
        "displayed_date": 1666792876,
        "split_tested": False,
        "subject_line": "Fall!",
        "preview_text": "Chin first",
        "slug": "falling",
        "thumbnail_url": "https://images.example/ukemi.jpg",
        "web_url": f"http://sandboxes.test/beehiiv/{newsletter.id}/p/falling",
        "audience": "both",
        "platform": "both",
        "content_tags": ["Ukemi"],
        "meta_default_description": "How to fall",
        "meta_default_title": "Ukemi",
        "hidden_from_feed": True,
        "enforce_gated_content": False,
        "email_capture_popup": True,
    }
    assert 0 <= post["publish_date"] - post["created"] <= 5


async def test_a_post_goes_to_active_subscribers_and_can_be_read(newsletter: Newsletter) -> None:
    await newsletter.subscribe()
    await newsletter.subscribe("akari@wwmaa.example", tier="premium")
    await newsletter.subscribe("waiting@wwmaa.example", double_opt_override="on")
    post = await write(newsletter, body_content="<style>p{}</style><p>Tuck the chin.</p>")
    mails = [each for each in await newsletter.mails() if each["tag"] == "post"]
    assert [each["to"] for each in mails] == [["haruto@wwmaa.example"]]
    (mail,) = mails
    assert mail["subject"] == "Falling well"
    assert "<p>Tuck the chin.</p>" in mail["html"]
    assert "<style>" not in mail["html"]
    assert post["web_url"] in mail["links"]
    assert mail["one_click"] is True
    page = await newsletter.sandboxes.get(post["web_url"])
    assert page.status_code == 200
    assert "<p>Tuck the chin.</p>" in page.text
    assert page.headers["content-security-policy"].startswith("sandbox")
    told = await newsletter.get(f"/posts/{post['id']}?expand=stats&expand=recipients")
    assert told["data"]["recipients"] == {
        "web": {"tier_ids": ["free"]},
        "email": {"tier_ids": ["free"]},
    }
    assert told["data"]["stats"]["email"]["delivered"] == 1
    every = (await newsletter.get("/posts/aggregate_stats?status=confirmed"))["data"]["stats"]
    assert (every["email"]["recipients"], every["web"]["views"]) == (1, 0)


async def test_the_content_of_a_post_is_told_when_it_is_asked_for(newsletter: Newsletter) -> None:
    post = await write(newsletter)
    assert "content" not in post
    asked = "expand[]=free_web_content&expand[]=free_rss_content&expand[]=premium_email_content"
    content = (await newsletter.get(f"/posts/{post['id']}?{asked}"))["data"]["content"]
    assert content.keys() == {"free", "premium"}
    assert content["free"].keys() == {"web", "rss"}
    assert content["free"]["rss"] == "<p>Tuck the chin.</p>"
    assert content["free"]["web"].startswith("<!doctype html>")
    assert "<p>Tuck the chin.</p>" in content["premium"]["email"]
    paid = {"web": {"tier_ids": ["premium"]}, "email": {"tier_ids": ["premium"]}}
    hidden = await write(newsletter, recipients=paid)
    (free,) = (await newsletter.get(f"/posts/{hidden['id']}?expand=free_rss_content"))["data"][
        "content"
    ].values()
    assert "chin" not in free["rss"]
    page = await newsletter.sandboxes.get(hidden["web_url"])
    assert "chin" not in page.text


async def test_a_post_waits_for_its_time(newsletter: Newsletter) -> None:
    await newsletter.subscribe()
    at = await now(newsletter) + timedelta(hours=2)
    post = await write(newsletter, scheduled_at=at.isoformat())
    assert (post["status"], post["publish_date"]) == ("confirmed", int(at.timestamp()))
    assert await newsletter.mails() == []
    assert (await newsletter.sandboxes.get(post["web_url"])).status_code == 404
    later = (at + timedelta(hours=1)).isoformat()
    await newsletter.ask("PATCH", f"/posts/{post['id']}", {"scheduled_at": later})
    await newsletter.settle(2 * 3600 + 60)
    assert await newsletter.mails() == []
    await newsletter.settle(3600)
    assert len(await newsletter.mails()) == 1
    assert (await newsletter.sandboxes.get(post["web_url"])).status_code == 200


async def test_a_draft_is_changed_in_part_and_goes_out_when_it_is_confirmed(
    newsletter: Newsletter,
) -> None:
    await newsletter.subscribe()
    draft = await write(newsletter, status=None, subtitle="Ukemi")
    assert draft["status"] == "draft"
    assert "publish_date" not in draft
    path = f"/posts/{draft['id']}"
    told = {"title": "Rolling well", "web_settings": {"hide_from_feed": True}}
    changed = (await newsletter.ask("PATCH", path, told)).json()["data"]
    expected = {"title": "Rolling well", "subject_line": "Rolling well", "hidden_from_feed": True}
    assert changed == draft | expected
    added = {"blocks": [{"type": "paragraph", "plaintext": "Breathe."}]}
    await newsletter.ask("PATCH", path, added | {"content_merge_strategy": "append"})
    assert await newsletter.mails() == []
    await newsletter.ask("PATCH", path, {"status": "confirmed"})
    (mail,) = await newsletter.mails()
    assert mail["html"].index("Tuck the chin.") < mail["html"].index("Breathe.")
    for refused in ({"status": "draft"}, {"scheduled_at": "2099-01-01T00:00:00Z"}):
        assert (await newsletter.ask("PATCH", path, refused)).status_code == 400


async def test_a_draft_is_deleted_and_what_was_sent_is_archived(newsletter: Newsletter) -> None:
    draft, sent = await write(newsletter, status="draft"), await write(newsletter)
    for post in (draft, sent):
        gone = await newsletter.ask("DELETE", f"/posts/{post['id']}")
        assert (gone.status_code, gone.content) == (204, b"")
    assert (await newsletter.ask("GET", f"/posts/{draft['id']}")).status_code == 404
    archived = (await newsletter.get(f"/posts/{sent['id']}"))["data"]
    assert archived == sent | {"status": "archived"}
    assert (await newsletter.sandboxes.get(sent["web_url"])).status_code == 404


async def test_posts_are_listed_by_what_is_asked(newsletter: Newsletter) -> None:
    first = await write(newsletter, content_tags=["Ukemi"], web_settings={"slug": "first"})
    paid = {"web": {}, "email": {"tier_ids": ["premium"]}}
    second = await write(newsletter, recipients=paid, status="draft", content_tags=["Kata"])
    third = await write(newsletter, override_scheduled_at="2001-01-01T00:00:00Z")
    assert (second["platform"], second["audience"], second["web_url"]) == ("email", "premium", "")
    for asked, found in {
        "": [first, second, third],
        "?direction=desc": [third, second, first],
        "?order_by=displayed_date": [second, third, first],
        "?limit=1&page=2": [second],
        "?status=draft": [second],
        "?status=archived": [],
        "?audience=free": [first, third],
        "?platform=email": [second],
        "?content_tags[]=Ukemi&content_tags[]=Kata": [first, second],
        "?slugs[]=first&slugs[]=nowhere": [first],
        "?authors[]=wwmaa": [first, second, third],
        "?authors[]=somebody": [],
        "?hidden_from_feed=true": [],
    }.items():
        listed = await newsletter.get(f"/posts{asked}")
        assert listed["data"] == found, asked
    assert listed.keys() == {"data", "limit", "page", "total_results", "total_pages"}
    expanded = await newsletter.get("/posts?limit=1&expand[]=free_web_content")
    assert expanded["data"][0]["content"].keys() == {"free"}


async def test_no_two_posts_are_found_at_the_same_word(newsletter: Newsletter) -> None:
    slugs = [(await write(newsletter))["slug"] for _ in range(2)]
    assert slugs == ["falling-well", "falling-well-2"]
    assert (await write(newsletter, title="柔道"))["slug"] == "post"


async def test_blocks_become_html(newsletter: Newsletter) -> None:
    styled = [{"text": "a & ", "styling": ["bold", "italic"]}, {"text": "b", "link": {"href": "/"}}]
    blocks = [
        {"type": "heading", "level": "2", "text": "Ukemi"},
        {"type": "paragraph", "formattedText": styled},
        {"type": "list", "listType": "ordered", "items": ["d", {"text": "e"}], "startNumber": 4},
        {"type": "list", "listType": "unordered", "items": ["g"]},
        {"type": "table", "rows": [[{"text": "A"}, {"text": "B"}], [{"text": "C"}]]},
        {"type": "columns", "columns": [{"blocks": [{"type": "paragraph", "plaintext": "1"}]}]},
        {"type": "image", "imageUrl": "https://images.example/a.jpg", "alt_text": "A throw"},
        {"type": "button", "href": "/subscribe", "text": "Subscribe"},
        {"type": "quote", "quote": "Bow.", "author": "Porter"},
        {"type": "html", "html": "<b>raw</b>"},
        {"type": "embed_link", "url": "https://video.example/1"},
        {"type": "content_break"},
    ]
    post = await write(newsletter, body_content=None, blocks=blocks)
    told = await newsletter.get(f"/posts/{post['id']}?expand=free_rss_content")
    html = "".join(line.strip() for line in told["data"]["content"]["free"]["rss"].splitlines())
    assert html == (
        "<h2>Ukemi</h2>"
        '<p><strong><em>a &amp; </em></strong><a href="/">b</a></p>'
        '<ol start="4"><li>d</li><li>e</li></ol>'
        "<ul><li>g</li></ul>"
        "<table><tr><th>A</th><th>B</th></tr><tr><td>C</td></tr></table>"
        "<div><p>1</p></div>"
        '<figure><img src="https://images.example/a.jpg" alt="A throw"></figure>'
        '<p><a href="/subscribe">Subscribe</a></p>'
        "<blockquote>Bow.<footer>Porter</footer></blockquote>"
        "<b>raw</b>"
        '<p><a href="https://video.example/1">https://video.example/1</a></p>'
        "<hr>"
    )


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"title": None}, 400),
        ({"title": ""}, 400),
        ({"body_content": None}, 400),
        ({"blocks": []}, 400),
        ({"status": "archived"}, 400),
        ({"status": "draft", "scheduled_at": "2099-01-01T00:00:00Z"}, 400),
        ({"scheduled_at": "tomorrow"}, 400),
        ({"recipients": {"web": {}, "email": {}}}, 400),
        ({"recipients": {"email": {"include_segment_ids": ["seg_1"]}}}, 501),
        ({"recipients": {"email": {"tier_ids": ["tier_1"]}}}, 501),
        ({"web_settings": {"slug": "a/b"}}, 400),
        ({"headers": {"X-Dojo": "Kodokan"}}, 501),
        ({"post_template_id": "post_template_1"}, 501),
        ({"body_content": None, "blocks": ["text"]}, 400),
        ({"body_content": None, "blocks": [{"type": "heading", "level": "7", "text": "a"}]}, 400),
        ({"body_content": None, "blocks": [{"type": "button", "text": "a"}]}, 400),
        ({"body_content": None, "blocks": [{"type": "list", "items": 5}]}, 400),
        ({"body_content": None, "blocks": [{"type": "paragraph", "formattedText": [{}]}]}, 400),
        ({"body_content": None, "blocks": [{"type": "poll", "poll_id": "p"}]}, 501),
    ],
)
async def test_a_post_that_makes_no_sense_is_refused(
    newsletter: Newsletter, told: dict[str, Any], status: int
) -> None:
    body = {name: value for name, value in (POST | told).items() if value is not None}
    answer = await newsletter.ask("POST", "/posts", body)
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["message"]
    assert (await newsletter.get("/posts"))["total_results"] == 0
