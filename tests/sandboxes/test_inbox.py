"""The inbox shows every mail, finds its links and codes, and lets no mail run anything."""

import time
from html import escape
from uuid import uuid4

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandboxes.conftest import Send
from tests.sandboxes.listener import Listener

INBOX = "/_sandbox/inbox"
TOKEN_IN_LINK = "3q2-7wAAAQIDBAUGBwgJCgsMDQ4P"
VERIFY = f"https://staging.wwmaa.com/verify?token={TOKEN_IN_LINK}&amp;from=mail"
ATTACK = "<script>alert(document.domain)</script>"


async def newest(sandboxes: httpx2.AsyncClient) -> dict[str, object]:
    found: list[dict[str, object]] = (await sandboxes.get(f"{INBOX}.json")).json()
    return found[0]


async def test_mails_are_listed_newest_first_for_one_address_or_all(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    await send(To="Amara <AMARA@wwmaa.example>", Subject="First")
    await send(To="zoe@wwmaa.example", Bcc="amara@wwmaa.example", Subject="Second")
    await send(To="not-amara@wwmaa.example", Subject="Third")
    everything = (await sandboxes.get(f"{INBOX}.json")).json()
    assert [each["subject"] for each in everything] == ["Third", "Second", "First"]
    hers = (await sandboxes.get(f"{INBOX}.json?to=Amara@wwmaa.example")).json()
    assert [each["subject"] for each in hers] == ["Second", "First"]
    assert hers[1]["to"] == ["AMARA@wwmaa.example"]
    latest = (await sandboxes.get(f"{INBOX}.json?limit=1")).json()
    assert [each["subject"] for each in latest] == ["Third"]
    alone = await sandboxes.get(f"{INBOX}/{everything[0]['id']}.json")
    assert alone.json() == everything[0]


async def test_links_and_codes_are_found(send: Send, sandboxes: httpx2.AsyncClient) -> None:
    await send(
        Subject="482913 is your code",
        HtmlBody=f'<style>p{{color:#123456}}</style><a href="{VERIFY}">Verify</a>'
        '<a href="mailto:a@b.example">Write</a><a href="/login">Log in</a>',
        TextBody="Or type 271828. See (https://wwmaa.example/articles/ten-throws-of-2026-and-more).",
    )
    mail = await newest(sandboxes)
    assert mail["links"] == [
        f"https://staging.wwmaa.com/verify?token={TOKEN_IN_LINK}&from=mail",
        "https://wwmaa.example/articles/ten-throws-of-2026-and-more",
    ]
    assert mail["codes"] == ["482913", "271828", TOKEN_IN_LINK]


async def test_a_token_in_a_path_is_found_and_a_title_is_not(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    token = uuid4()
    await send(
        TextBody=f"https://wwmaa.example/reset/{token} https://wwmaa.example/10-best-kata-ever"
    )
    assert (await newest(sandboxes))["codes"] == [str(token)]


async def test_the_page_of_a_mail_shows_html_text_and_source(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    mail_id = (await send(HtmlBody="<p>Bow.</p>", Tag="welcome")).json()["MessageID"]
    page = await sandboxes.get(f"{INBOX}/{mail_id}")
    assert f'src="{INBOX}/{mail_id}.html"' in page.text
    assert "Welcome to the dojo" in page.text
    assert "Bow, then enter.</pre>" in (await sandboxes.get(f"{INBOX}/{mail_id}?view=text")).text
    assert "X-PM-Tag: welcome" in (await sandboxes.get(f"{INBOX}/{mail_id}?view=source")).text


async def test_a_script_in_a_mail_is_text_on_every_page(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    sent = await send(
        From=f'"{ATTACK}" <a@b.example>'.replace("<script>", "(script)"),
        Subject=ATTACK,
        Tag=ATTACK,
        TextBody=ATTACK,
        HtmlBody=f"{ATTACK}<a href='javascript:alert(1)'>x</a><a href='https://a.example/\"{ATTACK}'>",
        Attachments=[{"Name": ATTACK, "Content": "", "ContentType": ATTACK}],
    )
    mail_id = sent.json()["MessageID"]
    for path in ("", f"/{mail_id}", f"/{mail_id}?view=text", f"/{mail_id}?view=source"):
        page = await sandboxes.get(f"{INBOX}{path}")
        assert page.status_code == 200
        assert ATTACK not in page.text
        assert escape(ATTACK) in page.text
        assert 'href="javascript:' not in page.text
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


async def test_a_mails_own_html_has_no_origin_and_runs_nothing(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    html = f"<!doctype html><title>a</title>{ATTACK}"
    mail_id = (await send(HtmlBody=html)).json()["MessageID"]
    frame = await sandboxes.get(f"{INBOX}/{mail_id}.html")
    policy = frame.headers["Content-Security-Policy"]
    assert frame.text.startswith('<!doctype html><base target="_blank"><title>')
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox;")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert frame.headers["X-DNS-Prefetch-Control"] == "off"
    assert "script-src" not in policy
    page = (await sandboxes.get(f"{INBOX}/{mail_id}")).text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page


async def test_a_filter_is_text_on_the_page_too(sandboxes: httpx2.AsyncClient) -> None:
    page = await sandboxes.get(INBOX, params={"to": f'"{ATTACK}'})
    assert ATTACK not in page.text
    assert escape(ATTACK) in page.text


LEAVE = {"Name": "List-Unsubscribe", "Value": "<mailto:a@b.example>, <http://site.test/leave?t=1>"}
ONE_CLICK = {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"}


async def test_a_reader_unsubscribes_with_one_click_as_their_mail_program_does(
    send: Send, sandboxes: httpx2.AsyncClient, listener: Listener
) -> None:
    mail_id = (await send(Headers=[LEAVE, ONE_CLICK])).json()["MessageID"]
    mail = await newest(sandboxes)
    assert (mail["unsubscribe"], mail["one_click"]) == ("http://site.test/leave?t=1", True)
    page = (await sandboxes.get(f"{INBOX}/{mail_id}")).text
    assert f'action="{INBOX}/{mail_id}/unsubscribe"' in page
    assert 'href="http://site.test/leave?t=1"' in page
    answer = await sandboxes.post(f"{INBOX}/{mail_id}/unsubscribe")
    assert answer.json() == {"url": "http://site.test/leave?t=1", "status": 200}
    (heard,) = listener.heard
    assert (heard.path, heard.body) == ("/leave?t=1", "List-Unsubscribe=One-Click")


async def test_a_form_leads_back_to_the_mail_and_tells_what_was_answered(
    send: Send, sandboxes: httpx2.AsyncClient, listener: Listener
) -> None:
    mail_id = (await send(Headers=[LEAVE, ONE_CLICK])).json()["MessageID"]
    listener.status = 410
    answer = await sandboxes.post(f"{INBOX}/{mail_id}/unsubscribe", data={"a": "b"})
    assert answer.status_code == 303
    page = (await sandboxes.get(answer.headers["location"])).text
    assert "One click was answered with 410" in page


async def test_a_mail_without_one_click_offers_its_link_alone(
    send: Send, sandboxes: httpx2.AsyncClient, listener: Listener
) -> None:
    mail_id = (await send(Headers=[LEAVE])).json()["MessageID"]
    assert (await newest(sandboxes))["one_click"] is False
    assert "With one click" not in (await sandboxes.get(f"{INBOX}/{mail_id}")).text
    assert (await sandboxes.post(f"{INBOX}/{mail_id}/unsubscribe")).status_code == 409
    assert listener.heard == []


async def test_an_empty_inbox_explains_itself(sandboxes: httpx2.AsyncClient) -> None:
    page = (await sandboxes.get(INBOX)).text
    assert "No mail yet" in page
    assert "http://sandboxes.test/postmark/email" in page
    assert "Nothing for a@b.example" in (await sandboxes.get(f"{INBOX}?to=a@b.example")).text


async def test_a_mail_that_is_gone_is_said_to_be(sandboxes: httpx2.AsyncClient) -> None:
    page = await sandboxes.get(f"{INBOX}/{uuid4()}")
    assert (page.status_code, "This mail is gone" in page.text) == (404, True)
    for kind in ("json", "html"):
        answer = await sandboxes.get(f"{INBOX}/{uuid4()}.{kind}")
        assert (answer.status_code, "there is no mail" in answer.json()["error"]) == (404, True)


async def test_older_mails_are_on_the_next_page(send: Send, sandboxes: httpx2.AsyncClient) -> None:
    for number in range(51):
        await send(Subject=f"Number {number}.", To="zoe@wwmaa.example")
    first = (await sandboxes.get(f"{INBOX}?to=zoe@wwmaa.example")).text
    assert "Number 50." in first
    assert "Number 0." not in first
    assert f'href="{INBOX}?to=zoe%40wwmaa.example&amp;page=2"' in first
    assert "Number 0." in (await sandboxes.get(f"{INBOX}?page=2")).text


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "limit=1e3"])
async def test_a_limit_out_of_bounds_is_refused(sandboxes: httpx2.AsyncClient, query: str) -> None:
    answer = await sandboxes.get(f"{INBOX}.json?{query}")
    assert answer.status_code == 422
    assert "limit must be a number from 1 to 500" in answer.json()["error"]


@pytest.mark.parametrize("name", ["console.css", "console.js", "icon.svg"])
async def test_what_the_pages_need_is_served(sandboxes: httpx2.AsyncClient, name: str) -> None:
    answer = await sandboxes.get(f"/_sandbox/{name}")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "html", ["<!--", "<a href=", "<![if x", "<style>", "&#", "<a <a ", "<![a["]
)
async def test_broken_html_is_read_without_delay(
    send: Send, sandboxes: httpx2.AsyncClient, html: str
) -> None:
    mail_id = (await send(HtmlBody=html * 40_000)).json()["MessageID"]
    started = time.perf_counter()
    assert (await sandboxes.get(f"{INBOX}/{mail_id}.json")).status_code == 200
    assert time.perf_counter() - started < 2


TEXT = st.text(max_size=40) | st.text(alphabet="<>\"'\\,;@:\0\r\n\ud800 a.", max_size=40)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.tuples(TEXT, TEXT, TEXT, TEXT))
async def test_any_text_is_either_refused_or_shown(
    send: Send, sandboxes: httpx2.AsyncClient, texts: tuple[str, str, str, str]
) -> None:
    name, subject, html, header = texts
    headers = [{"Name": "X-Dojo", "Value": header}]
    to = f"{name} <zoe@wwmaa.example>"
    sent = await send(To=to, Subject=subject, HtmlBody=html, Headers=headers)
    assert sent.status_code in {200, 422}
    if sent.status_code == 200:
        mail_id = sent.json()["MessageID"]
        for path in (f"/{mail_id}", f"/{mail_id}?view=source", f"/{mail_id}.json", ".json?limit=1"):
            assert (await sandboxes.get(f"{INBOX}{path}")).status_code == 200
