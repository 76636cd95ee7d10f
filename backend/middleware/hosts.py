"""Answers to our own hosts only, so that a forged Host header ends up in no link of ours."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.answers import problem_response
from backend.errors import HostIsUnknown


class Hosts:
    """Refuses requests for hosts that are not ours."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is addressed to us."""
        if scope["type"] == "lifespan" or self._host(scope) in self.hosts:
            await self.app(scope, receive, send)
            return
        refusal = problem_response(
            scope.get("request_id", ""),
            scope["path"],
            status=HostIsUnknown.status,
            title=HostIsUnknown.title,
            kind=HostIsUnknown.kind(),
            detail="Add it to ALLOWED_HOSTS if this API should answer to it.",
        )
        await refusal(scope, receive, send)

    @staticmethod
    def _host(scope: Scope) -> str:
        host = Headers(scope=scope).get("host", "")
        return host.rsplit(":", 1)[0] if not host.endswith("]") else host
