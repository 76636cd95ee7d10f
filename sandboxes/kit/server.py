"""The HTTP protocol of the server, which lets a request drop its own connection."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class DroppableProtocol(HttpToolsProtocol):
    """uvicorn's protocol; each request's state knows how to cut the connection under it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Hand the way to cut it to the requests of this connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "abort": transport.abort}
