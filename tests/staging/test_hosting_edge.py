"""The edge owns the clients' connections: a switch loses nothing, and each request is marked."""

import asyncio
import ssl
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.staging.hosting import Machine, order, ready, server, until, upload

CLIENTS, SWITCHES = 10, 3


@pytest.mark.usefixtures("emptied")
async def test_not_one_request_fails_while_deployments_follow_each_other(
    machine: Machine, tmp_path: Path
) -> None:
    """Ten clients with kept connections, half of them with POST, through three switches."""
    await machine.up(order(upload(tmp_path)))
    served, wrong, is_over = [], [], asyncio.Event()

    async def go_on(number: int) -> None:
        more: dict[str, Any] = {"content": b"x" * 5000} if number % 2 else {}
        while not is_over.is_set():
            try:
                answer = await machine.ask(**more)
            except httpx2.HTTPError as failure:
                wrong.append(repr(failure))
                continue
            told = answer.json()
            if answer.status_code == 200 and told["length"] == len(more.get("content", b"")):
                served.append(told["release"])
            else:
                wrong.append(answer.text)
            await asyncio.sleep(0.002)

    clients = [asyncio.create_task(go_on(number)) for number in range(CLIENTS)]
    for number in range(SWITCHES):
        asked = order(upload(tmp_path, server(f"release {number}")), overlap_s=2, replicas=2)
        assert (await machine.up(asked))[-1] == "SUCCESS"
        await asyncio.sleep(0.2)
    is_over.set()
    await asyncio.gather(*clients)
    assert not wrong
    assert {*served} == {"one", *(f"release {number}" for number in range(SWITCHES))}
    assert len(served) > 200


@pytest.mark.usefixtures("emptied")
async def test_an_application_learns_who_asked_it(machine: Machine, tmp_path: Path) -> None:
    await machine.up(order(upload(tmp_path)))
    mine = {"x-real-ip": "192.0.2.7", "x-request-id": "mine", "x-forwarded-for": "192.0.2.7"}
    answer = await machine.ask("/where?to=here", headers=mine)
    told = answer.json()["headers"]
    assert told["host"] == told["x-forwarded-host"] == "web.test"
    assert told["x-real-ip"] == "127.0.0.1"
    assert told["x-forwarded-for"].replace(" ", "") == "192.0.2.7,127.0.0.1"
    assert told["x-forwarded-proto"] == "http"
    assert told["x-railway-edge"] == "railway/us-west2"
    assert told["x-railway-request-id"] == answer.headers["x-railway-request-id"]
    assert told["x-request-id"] == "mine", "that is between the client and the application"
    assert len(told["x-request-start"]) == 13
    assert not [name for name in told if name.startswith("x-envoy")]


@pytest.mark.usefixtures("emptied")
async def test_the_edge_knows_names_and_says_when_it_does_not(
    machine: Machine, tmp_path: Path
) -> None:
    asked = order(upload(tmp_path), hosts=("one.test", "two.test"))
    await machine.up(asked)
    assert [(await machine.ask(host=host)).status_code for host in ("one.test", "two.test")] == [
        *(200, 200)
    ]
    stranger = await machine.ask(host="three.test")
    assert (stranger.status_code, stranger.json()["message"]) == (404, "Application not found")
    await machine.hosting.publish("environment", "service-web", ("three.test",))
    assert (await machine.ask(host="three.test:8443")).status_code == 200
    assert (await machine.ask(host="one.test")).status_code == 404


@pytest.mark.usefixtures("emptied")
async def test_each_request_is_written_down_for_the_deployment_that_answered(
    machine: Machine, tmp_path: Path
) -> None:
    asked = order(upload(tmp_path))
    await machine.up(asked)
    answer = await machine.ask("/seen?a=b", content=b"12345")

    def found() -> list[object]:
        ids = [fields for id_, fields in machine.heard.requests if id_ == asked.deployment_id]
        return [it for it in ids if it["requestId"] == answer.headers["x-railway-request-id"]]

    await until(lambda: bool(found()))
    (told,) = found()
    assert isinstance(told, dict)
    assert (told["method"], told["path"], told["httpStatus"]) == ("POST", "/seen?a=b", 200)
    assert (told["host"], told["rxBytes"]) == ("web.test", 5)


@pytest.mark.usefixtures("emptied")
async def test_an_answer_is_passed_on_as_it_comes(machine: Machine, tmp_path: Path) -> None:
    await machine.up(order(upload(tmp_path)))
    async with machine.client.stream("GET", "/parts", headers={"host": "web.test"}) as answer:
        assert answer.headers["transfer-encoding"] == "chunked"
        parts = answer.aiter_raw()
        began = time.monotonic()
        assert await anext(parts) == b"first"
        assert time.monotonic() - began < 0.9, "the second part comes a second later"
        assert await anext(parts) == b"second"


@pytest.mark.usefixtures("emptied")
async def test_a_connection_may_become_a_websocket(machine: Machine, tmp_path: Path) -> None:
    await machine.up(order(upload(tmp_path)))
    reader, writer = await asyncio.open_connection("127.0.0.1", machine.doors.http)
    writer.write(b"GET / HTTP/1.1\r\nhost: web.test\r\nconnection: upgrade\r\n")
    writer.write(b"upgrade: websocket\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 ")
    frame = b"\x81\x00of frames the edge knows nothing"
    writer.write(frame)
    assert await reader.readexactly(len(frame)) == frame
    writer.close()


@pytest.mark.usefixtures("emptied")
async def test_headers_have_a_limit(machine: Machine, tmp_path: Path) -> None:
    await machine.up(order(upload(tmp_path)))
    assert (await machine.ask(headers={"x": "y" * 30_000})).status_code == 200
    assert (await machine.ask(headers={"x": "y" * 40_000})).status_code == 431


async def test_with_a_certificate_for_each_name_plain_http_leads_to_https(tmp_path: Path) -> None:
    async with ready(tmp_path / "hosting", tls=True) as machine:
        await machine.up(order(upload(tmp_path)))
        moved = await machine.ask("/path?a=b")
        assert (moved.status_code, moved.headers["location"]) == (301, "https://web.test/path?a=b")
        trust = ssl.create_default_context(cafile=str(machine.folder / "authority.pem"))
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", machine.doors.https, ssl=trust, server_hostname="web.test"
        )
        writer.write(b"GET / HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        assert b'"x-forwarded-proto": "https"' in answer
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(
                "127.0.0.1", machine.doors.https, ssl=trust, server_hostname="stranger.test"
            )
