"""Refuses request bodies that are larger than this API accepts, before they are kept."""

from http import HTTPStatus
from typing import Final

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.answers import problem_response

TOO_LARGE: Final = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class BodyLimit:
    """Looks at the announced length, and counts what comes without one."""

    def __init__(self, app: ASGIApp, at_most: int) -> None:
        self.app = app
        self.at_most = at_most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless its body is too large."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit() or int(announced) > self.at_most:
            await self._refuse(scope, receive, send)
            return
        await self.app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        size = 0

        async def receive_counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.at_most:
                # The one kind of error that FastAPI lets through while it reads a body.
                raise HTTPException(TOO_LARGE, self._detail)
            return message

        return receive_counted

    @property
    def _detail(self) -> str:
        return f"A request body may hold {self.at_most} bytes."

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = problem_response(
            scope.get("request_id", ""),
            scope["path"],
            status=TOO_LARGE,
            title=TOO_LARGE.phrase,
            detail=self._detail,
        )
        await refusal(scope, receive, send)
