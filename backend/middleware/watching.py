"""Lets those who trace requests see each one, from its head to its answer."""

from contextlib import ExitStack

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.observability import Answered, Watcher, trace

PROBES = ("/api/health", "/metrics")
"""Paths that are asked every moment; nobody would look at their traces."""


class Watching:
    """Opens every watcher's block around a request."""

    def __init__(self, app: ASGIApp, watchers: tuple[Watcher, ...]) -> None:
        self.app = app
        self.watchers = watchers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, watched."""
        current = trace.get()
        if scope["type"] != "http" or current is None or scope["path"].startswith(PROBES):
            await self.app(scope, receive, send)
            return
        status = 500

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with ExitStack() as stack:
            blocks = [watcher.watch(current, scope["method"]) for watcher in self.watchers]
            answered = [stack.enter_context(block) for block in blocks]
            try:
                await self.app(scope, receive, send_noted)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                for tell in answered:
                    tell(Answered(route, status, scope.get("failure")))
