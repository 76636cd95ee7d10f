"""Turns faults of ours into problem details, and writes them to the log with their trace."""

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.answers import problem_response

_log = structlog.get_logger(name="backend.failures")


class Failures:
    """Answers 500 where nobody else answered; the caller learns the request's id, not the cause."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer for it when it fails."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        # Whatever it is, the caller is owed an answer and the operator a line in the log.
        except Exception as error:
            _log.error("request failed", path=scope["path"], exc_info=error)
            scope["failure"] = error
            if started:
                raise
            answer = problem_response(
                scope.get("request_id", ""),
                scope["path"],
                status=500,
                title="Something went wrong here",
                detail="It is a fault of ours. Give the request id when you report it.",
            )
            await answer(scope, receive, send)
