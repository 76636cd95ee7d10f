"""The console: what happens in the outside world on one page, and switches that work as forms."""

from html.parser import HTMLParser

import httpx2
import pytest

from tests.sandboxes.conftest import Send
from tests.sandboxes.postbox import SECRET, URL, Receiver, postbox

CONSOLE = "/_sandbox/console"


class Fields(HTMLParser):
    """The ids and fields of a page, and which of its fields have no name for a screen reader."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.nameless: list[str] = []
        self.forms: set[str] = set()
        self._labels = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._labels += tag == "label"
        if tag == "form":
            self.forms.add(str(given["action"]))
        named = self._labels or "aria-label" in given or given.get("type") == "hidden"
        if tag in {"input", "select"} and not named:
            self.nameless.append(str(given.get("name")))

    def handle_endtag(self, tag: str) -> None:
        self._labels -= tag == "label"


async def submit(client: httpx2.AsyncClient, form: str, **fields: str) -> httpx2.Response:
    return await client.post(f"{CONSOLE}/{form}", data=fields)


async def test_the_address_of_the_sandboxes_leads_to_it(sandboxes: httpx2.AsyncClient) -> None:
    answer = await sandboxes.get("/", follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, CONSOLE)
    assert "<title>Console" in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_it_tells_what_happened_and_who_asked(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    sent = (await send(Subject="Grading on <Friday>")).json()
    page = (await sandboxes.get(CONSOLE)).text
    assert "Grading on &lt;Friday&gt; · to haruto@wwmaa.example" in page
    assert f'href="/_sandbox/inbox/{sent["MessageID"]}"' in page
    assert 'href="/_sandbox/inbox">Inbox</a>' in page
    assert "<b>POST</b> /postmark/email" in page
    assert "<b>POST</b>" not in (await sandboxes.get(f"{CONSOLE}?vendor=nobody")).text


async def test_every_field_has_a_label(sandboxes: httpx2.AsyncClient) -> None:
    fields = Fields((await sandboxes.get(CONSOLE)).text)
    assert fields.nameless == []
    assert f"{CONSOLE}/faults" in fields.forms


async def test_a_fault_is_started_shown_and_ended(
    send: Send, sandboxes: httpx2.AsyncClient
) -> None:
    form = {"vendor": "postmark", "kind": "status", "status": "418", "operation": "sendEmail"}
    started = await submit(sandboxes, "faults", **form, seconds="30")
    assert (started.status_code, started.headers["location"]) == (303, CONSOLE)
    assert (await send()).status_code == 418
    page = (await sandboxes.get(CONSOLE)).text
    assert "<strong>status 418</strong>" in page
    await submit(sandboxes, "faults/lift", vendor="postmark")
    assert (await send()).status_code == 200


async def test_a_status_matters_to_a_fault_of_a_status_alone(
    sandboxes: httpx2.AsyncClient,
) -> None:
    form = {"vendor": "postmark", "kind": "garbage", "status": "503", "seconds": "30"}
    assert (await submit(sandboxes, "faults", **form)).status_code == 303
    (listed,) = (await sandboxes.get("/_sandbox/faults")).json()
    assert "status" not in listed


async def test_what_makes_no_sense_is_said_on_the_page(sandboxes: httpx2.AsyncClient) -> None:
    form = {"vendor": "postmark", "kind": "status", "status": "99"}
    answer = await submit(sandboxes, "faults", **form)
    assert answer.status_code == 422
    assert '<p class="problem" role="alert">this is no fault that can be made' in answer.text
    assert (await submit(sandboxes, "clock", advance_s="soon")).status_code == 422


async def test_the_clock_moves_and_goes_back(sandboxes: httpx2.AsyncClient) -> None:
    assert (await submit(sandboxes, "clock", advance_s="93600")).status_code == 303
    assert "moved on by 1 d 2 h" in (await sandboxes.get(CONSOLE)).text
    await submit(sandboxes, "clock", reset="true")
    assert "the machine&#39;s own time" in (await sandboxes.get(CONSOLE)).text.replace("'", "&#39;")


async def test_webhooks_are_shown_held_and_sent_again(postgres_url: str) -> None:
    receiver = Receiver(status=500)
    async with postbox(postgres_url, receiver) as box:
        await box.post("/_sandbox/reset")
        told = {"vendor": "postbox", "url": URL, "secret": SECRET}
        await box.put("/_sandbox/webhooks", json=told)
        await submit(box, "mischief", hold="true", duplicate="0", shuffle_s="0")
        await box.post("/postbox/letters", json={"id": "a"})
        await box.post("/_sandbox/clock", json={"advance_s": 1})
        assert receiver.bodies == []
        await submit(box, "mischief", duplicate="0", shuffle_s="0")
        await box.post("/_sandbox/clock", json={"advance_s": 1})
        page = (await box.get(CONSOLE)).text
        assert "letter.posted" in page
        assert "500 heard" in page
        receiver.status = 200
        assert (await box.post(f"{CONSOLE}/backfill")).status_code == 303
        await box.post("/_sandbox/clock", json={"advance_s": 1})
        (delivery,) = (await box.get("/_sandbox/deliveries")).json()
        assert (delivery["state"], len(delivery["attempts"])) == ("delivered", 2)
        await submit(box, f"deliveries/{delivery['id']}/resend")
        await box.post("/_sandbox/clock", json={"advance_s": 1})
        assert len(receiver.bodies) == 3


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_pages_of_other_sites_give_no_orders(
    sandboxes: httpx2.AsyncClient, site: str
) -> None:
    headers = {"Sec-Fetch-Site": site}
    answer = await sandboxes.post("/_sandbox/reset", headers=headers)
    assert (answer.status_code, "another site" in answer.json()["error"]) == (403, True)
    assert (await sandboxes.get("/_sandbox/faults", headers=headers)).status_code == 200
    ours = await sandboxes.post("/_sandbox/reset", headers={"Sec-Fetch-Site": "same-origin"})
    assert ours.status_code == 200
