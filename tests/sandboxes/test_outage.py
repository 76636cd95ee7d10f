"""PostgreSQL goes away under running sandboxes, and comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import httpx2

from sandboxes.app import create_app
from sandboxes.settings import Settings

TOKEN = {"X-Postmark-Server-Token": "sandbox"}
MAIL = {"From": "a@b.example", "To": "c@d.example", "TextBody": "Hajime"}


@asynccontextmanager
async def door(to_port: int, port: int = 0) -> AsyncIterator[int]:
    """A way to PostgreSQL that is cut when the context ends; yields its port."""
    open_lines: list[asyncio.StreamWriter] = []

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(65536):
                writer.write(piece)
        writer.close()

    async def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", to_port)
        open_lines.extend((writer, inner_writer))
        await asyncio.gather(carry(reader, inner_writer), carry(inner_reader, writer))

    async with await asyncio.start_server(enter, "127.0.0.1", port) as server:
        yield int(server.sockets[0].getsockname()[1])
        server.close()
        for line in open_lines:
            line.close()


async def test_an_outage_is_said_in_the_vendors_shape_and_mends_itself(postgres_url: str) -> None:
    real = urlsplit(postgres_url).port
    assert real
    async with door(real) as port:
        app = create_app(Settings(postgres_url.replace(str(real), str(port), 1)))
        lifespan = app.router.lifespan_context(app)
        await lifespan.__aenter__()
        client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://s.test")
        assert (await client.get("/_sandbox/health")).status_code == 200
    for _ in range(2):
        refused = await client.post("/postmark/email", json=MAIL, headers=TOKEN)
        assert (refused.status_code, refused.json()["ErrorCode"]) == (503, 100)
        assert "cannot remember anything" in refused.json()["Message"]
    health = await client.get("/_sandbox/health")
    assert (health.status_code, health.json()["status"]) == (503, "fail")
    assert (await client.get("/_sandbox/inbox.json")).status_code == 503
    async with door(real, port):
        sent = await client.post("/postmark/email", json=MAIL, headers=TOKEN)
        assert sent.status_code == 200
        assert (await client.get("/_sandbox/health")).status_code == 200
        await client.aclose()
        await lifespan.__aexit__(None, None, None)
