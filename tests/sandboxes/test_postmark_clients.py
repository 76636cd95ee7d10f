"""The clients that Postmark's customers use, unchanged, over a real port."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx2
import postmark
import pytest
from postmark.exceptions import (
    InactiveRecipientException,
    InvalidAPIKeyException,
    ValidationException,
)
from postmark.models.outbound import Email
from postmark.models.streams import MessageStreamType
from postmark.models.suppressions import SuppressionReason
from postmark.models.templates import TemplateEmail
from postmarker.core import PostmarkClient
from postmarker.exceptions import ClientError

from tests.sandboxes.process import running

DOJO = "WWMAA <a@example.com>"
ZOE = "Zoë <zoe@example.com>"
LINK = '<a href="https://wwmaa.example/dojo">Dojo</a>'


@pytest.fixture(scope="module")
def address(postgres_url: str) -> Iterator[str]:
    with running(postgres_url) as (address, _):
        httpx2.post(f"{address}/_sandbox/reset").raise_for_status()
        yield address


SANDBOX = "sandbox"


def library(address: str, token: str = SANDBOX) -> postmark.ServerClient:
    return postmark.ServerClient(token, retries=0, base_url=f"{address}/postmark")


async def test_postmarks_own_library_sends_finds_and_hears_refusals(address: str) -> None:
    mail = Email(sender="WWMAA <a@example.com>", to="Zoë <zoe@example.com>", text_body="Hajime")
    to = "hardbounce@" + "bounce-testing.postmarkapp.com"
    bouncing = Email(sender="a@example.com", to=to, text_body="Hajime")
    async with library(address) as client:
        sent = await client.outbound.send(mail)
        assert sent.success
        batch = await client.outbound.send_batch([mail, mail])
        assert [each.message for each in batch] == ["OK", "OK"]
        details = await client.outbound.get(sent.message_id)
        assert (details.to[0].name, details.text_body) == ("Zoë", "Hajime")
        server = await client.server.get()
        assert server.delivery_type == "Sandbox"
        await client.outbound.send(bouncing)
        with pytest.raises(InactiveRecipientException) as refusal:
            await client.outbound.send(bouncing)
        assert refusal.value.inactive_recipients == [bouncing.to]
    live = "0b1c2d3e-4f50-4162-8394-a5b6c7d8e9f0"
    async with library(address, live) as client:
        with pytest.raises(InvalidAPIKeyException):
            await client.server.get()


async def test_postmarks_own_library_tracks_bounces_and_counts(address: str) -> None:
    tag = "tracked"
    mail = Email(
        sender=DOJO, to=ZOE, html_body=LINK, tag=tag, track_opens=True, track_links="HtmlOnly"
    )
    async with library(address) as client:
        sent = await client.outbound.send(mail)
        for what in ("open", "click", "bounce"):
            path = f"/_sandbox/postmark/messages/{sent.message_id}/{what}"
            httpx2.post(f"{address}{path}").raise_for_status()
        details = await client.outbound.get(sent.message_id)
        kinds = [event.type.value for event in details.message_events]
        assert kinds == ["Delivered", "Opened", "LinkClicked", "Bounced"]
        (opened,) = (await client.outbound.list_message_opens(sent.message_id)).items
        (clicked,) = (await client.outbound.list_message_clicks(sent.message_id)).items
        assert (opened.recipient, clicked.original_link) == (
            "zoe@example.com",
            "https://wwmaa.example/dojo",
        )
        (bounce,) = (await client.bounces.list(tag=tag)).items
        assert (await client.bounces.get_dump(bounce.id)).body
        (off,) = await client.suppressions.dump("outbound", email_address="zoe@example.com")
        assert off.suppression_reason == SuppressionReason.HARD_BOUNCE
        assert (await client.bounces.activate(bounce.id)).bounce.inactive is False
        overview = await client.stats.overview(tag=tag)
        assert (overview.sent, overview.bounced, overview.unique_opens) == (1, 1, 1)
        assert (await client.stats.click_counts(tag=tag)).days[0].clicks == 1


async def test_postmarks_own_library_keeps_streams_suppressions_and_webhooks(address: str) -> None:
    async with library(address) as client:
        made = await client.stream.create("news", "News", MessageStreamType.BROADCASTS)
        assert made.archived_at is None
        assert (await client.stream.edit("news", name="Dojo news")).updated_at
        assert (await client.stream.archive("news")).expected_purge_date
        assert [each.id for each in (await client.stream.list()).items if each.id == "news"] == []
        assert (await client.stream.unarchive("news")).name == "Dojo news"
        with pytest.raises(ValidationException):
            await client.stream.get("nothing")
        (done,) = await client.suppressions.create("news", ["off@example.com"])
        assert done.status == "Suppressed"
        (done,) = await client.suppressions.delete("news", ["off@example.com"])
        assert done.status == "Deleted"
        # Something that answers 200 to the verification: the sandboxes' own control plane.
        hook = await client.webhooks.create(
            url=f"{address}/_sandbox/reset?vendor=postmark",
            message_stream="news",
            triggers={"Bounce": {"Enabled": True, "IncludeContent": True}},
        )
        assert (hook.triggers.bounce.enabled, hook.triggers.open.enabled) == (True, False)
        changed = await client.webhooks.edit(hook.id, triggers={"Click": {"Enabled": False}})
        assert changed.message_stream == "news"


async def test_postmarks_own_library_keeps_templates_and_sends_with_them(address: str) -> None:
    told = {"Name": "Welcome", "Alias": "welcome", "Subject": "{{name}}", "TextBody": "{{name}}"}
    mail = TemplateEmail(
        sender=DOJO, to="haruto@example.com", template_alias="welcome", template_model={"name": "H"}
    )
    async with library(address) as client:
        made = await client.templates.create(told)
        assert (await client.templates.get(made.template_id)).text_body == "{{name}}"
        assert (await client.templates.edit("welcome", {"Name": "Hello"})).name == "Hello"
        assert (await client.templates.list()).total == 1
        valid = await client.templates.validate({"Subject": "{{#each a}}", "TextBody": "x"})
        assert valid.all_content_is_valid is False
        assert (await client.outbound.send_with_template(mail)).success
        assert (await client.templates.delete("welcome")).error_code == 0


class _Front(BaseHTTPRequestHandler):
    """Postmark at the root of a host of its own, as postmarker needs it: it joins its paths to
    the host and drops whatever path `root_api_url` has."""

    upstream = ""

    def _pass_on(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name: self.headers[name] for name in ("x-postmark-server-token", "content-type")}
        answer = httpx2.request(
            self.command,
            f"{self.upstream}{self.path}",
            content=self.rfile.read(length),
            headers={name: value for name, value in headers.items() if value},
        )
        self.send_response(answer.status_code)
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815 (http.server's own names)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def postmarker(address: str) -> Iterator[PostmarkClient]:
    front = type("Front", (_Front,), {"upstream": f"{address}/postmark"})
    with ThreadingHTTPServer(("127.0.0.1", 0), front) as server:
        Thread(target=server.serve_forever).start()
        client = PostmarkClient(
            server_token="sandbox", root_api_url=f"http://127.0.0.1:{server.server_port}"
        )
        yield client
        client.session.close()
        server.shutdown()


def test_postmarker_sends_and_reads(postmarker: PostmarkClient, address: str) -> None:
    sent = postmarker.emails.send(From=DOJO, To="amara@example.com", Subject="Bow", TextBody="Bow.")
    assert sent["Message"] == "OK"
    path = f"/_sandbox/postmark/messages/{sent['MessageID']}/bounce"
    httpx2.post(f"{address}{path}").raise_for_status()
    (bounce,) = postmarker.bounces.all(messageID=sent["MessageID"])
    assert "Bow." in bounce.dump
    with pytest.raises(ClientError, match="406"):
        postmarker.emails.send(From=DOJO, To="amara@example.com", TextBody="Bow.")
    assert bounce.activate() == "OK"
    # The other library wants a type of the first of these, which Postmark's documentation lacks.
    assert postmarker.bounces.deliverystats["Bounces"][0]["Name"] == "All"
    batch = postmarker.emails.send_batch(
        *({"From": DOJO, "To": "amara@example.com", "TextBody": "Bow."} for _ in range(3))
    )
    assert [each["ErrorCode"] for each in batch] == [0, 0, 0]
    assert postmarker.messages.outbound.get(sent["MessageID"]).Subject == "Bow"
    assert postmarker.server.get().Name == "Sandbox"
    assert postmarker.stats.overview()["Sent"] >= 4


def test_postmarker_keeps_templates(postmarker: PostmarkClient) -> None:
    made = postmarker.templates.create(Name="Hello", Subject="{{name}}", TextBody="Hi {{name}}")
    model = {"name": "Amara"}
    sent = postmarker.emails.send_with_template(
        TemplateId=made.TemplateId, TemplateModel=model, From=DOJO, To="amara@example.com"
    )
    assert sent["Message"] == "OK"
    assert postmarker.templates.get(made.TemplateId).TextBody == "Hi {{name}}"
    assert postmarker.templates.delete(made.TemplateId).endswith("removed.")
