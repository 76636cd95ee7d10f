"""How people subscribe to BeeHiiv's newsletters and leave them: by mails, links and pages."""

import httpx2

from tests.sandboxes.newsletter import Newsletter


async def follow(newsletter: Newsletter, link: str, method: str = "GET") -> httpx2.Response:
    assert link.startswith("http://sandboxes.test/beehiiv/")
    return await newsletter.sandboxes.request(method, link)


async def status(newsletter: Newsletter) -> str:
    found = await newsletter.get("/subscriptions/by_email/haruto@wwmaa.example")
    return str(found["data"]["status"])


async def test_who_must_confirm_is_pending_until_they_press_the_button(
    newsletter: Newsletter,
) -> None:
    made = (await newsletter.subscribe(double_opt_override="on", send_welcome_email=True))["data"]
    assert made["status"] == "pending"
    (mail,) = await newsletter.mails()
    assert (mail["vendor"], mail["to"]) == ("beehiiv", ["haruto@wwmaa.example"])
    assert mail["from"] == "The Dojo Letter <newsletter@mail.beehiiv.example>"
    assert mail["subject"] == "Confirm your subscription to The Dojo Letter"
    assert mail["unsubscribe"] is None
    (link,) = mail["links"]
    page = await follow(newsletter, link)
    assert "Confirm your subscription?" in page.text
    assert await status(newsletter) == "pending"
    assert "You are subscribed" in (await follow(newsletter, link, "POST")).text
    assert await status(newsletter) == "active"
    assert [each["subject"] for each in await newsletter.mails()] == [
        mail["subject"],
        "Welcome to The Dojo Letter",
    ]
    assert "You are subscribed" in (await follow(newsletter, link, "POST")).text
    assert len(await newsletter.mails()) == 2


async def test_the_publication_says_whether_people_confirm_unless_a_call_does(
    newsletter: Newsletter,
) -> None:
    await newsletter.provide(double_opt_in=True)
    expected = {"not_set": "pending", "on": "pending", "off": "active"}
    for override, state in expected.items():
        email = f"{override}@wwmaa.example"
        made = await newsletter.subscribe(email, double_opt_override=override)
        assert made["data"]["status"] == state, override
    await newsletter.provide(double_opt_in=False)
    assert (await newsletter.subscribe("later@wwmaa.example"))["data"]["status"] == "active"


async def test_an_address_that_can_not_be_is_invalid_and_gets_no_mail(
    newsletter: Newsletter,
) -> None:
    made = await newsletter.subscribe("nobody@nowhere.invalid", double_opt_override="on")
    assert made["data"]["status"] == "invalid"
    assert await newsletter.mails() == []


async def test_a_reader_leaves_by_the_link_or_their_mail_program_by_one_click(
    newsletter: Newsletter,
) -> None:
    await newsletter.subscribe(send_welcome_email=True)
    (mail,) = await newsletter.mails()
    assert mail["one_click"] is True
    assert (mail["links"], mail["codes"]) == ([mail["unsubscribe"]], [])
    assert "Unsubscribe?" in (await follow(newsletter, mail["unsubscribe"])).text
    assert await status(newsletter) == "active"
    pressed = await newsletter.sandboxes.post(
        mail["unsubscribe"], data={"List-Unsubscribe": "One-Click"}
    )
    assert "You are unsubscribed" in pressed.text
    assert await status(newsletter) == "inactive"


async def test_who_has_left_is_not_brought_back_by_an_old_link(newsletter: Newsletter) -> None:
    made = (await newsletter.subscribe(double_opt_override="on"))["data"]
    (mail,) = await newsletter.mails()
    await newsletter.ask("PATCH", f"/subscriptions/{made['id']}", {"unsubscribe": True})
    page = await follow(newsletter, mail["links"][0], "POST")
    assert "There is nothing to confirm" in page.text
    assert await status(newsletter) == "inactive"


async def test_a_link_of_somebody_who_was_deleted_leads_nowhere(newsletter: Newsletter) -> None:
    made = (await newsletter.subscribe(double_opt_override="on"))["data"]
    (mail,) = await newsletter.mails()
    await newsletter.ask("DELETE", f"/subscriptions/{made['id']}")
    for link in (mail["links"][0], mail["links"][0].replace("confirm", "unsubscribe")):
        for method in ("GET", "POST"):
            assert (await follow(newsletter, link, method)).status_code == 404
