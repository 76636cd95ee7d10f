"""An honest environment on the wire: it keeps the API's contract and knows nothing of our code."""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from staging.verify.data import GOLDEN

API, SITE, SANDBOXES = "http://localhost:8000", "http://localhost:3000", "http://localhost:8100"
PASSWORD, METRICS_TOKEN = "the right one", "a token for metrics"
PEOPLE = {
    "visitor@staging.wwmaa.example": ("visitor", "basic"),
    "member.premium@staging.wwmaa.example": ("member", "premium"),
    "board.one@staging.wwmaa.example": ("board_member", "standard"),
}
POST = "gyaku-zuki-from-the-back-heel"
HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-permitted-cross-domain-policies": "none",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-site",
    "cross-origin-embedder-policy": "require-corp",
    "cache-control": "no-store",
    "x-railway-edge": "railway/europe-west4",
    "x-railway-request-id": "a1b2c3",
    "server-timing": "app;dur=0.42",
}


Endpoint = Callable[[Request], Awaitable[Response]]


class Protective:
    """Adds the headers to every answer, and counts it."""

    def __init__(self, app: ASGIApp, counts: "Honest") -> None:
        self.app, self.counts = app, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = HEADERS | {"date": formatdate(usegmt=True)}
                message["headers"] += [(n.encode(), v.encode()) for n, v in more.items()]
                self.counts.requests += 1
            await send(message)

        await self.app(scope, receive, send_more)


class Honest:
    """An environment that keeps its promises: API and website in one application."""

    def __init__(self) -> None:
        self.requests = 0
        self.tokens: dict[str, str] = {}
        self.app = Starlette(
            routes=[
                *(Route(path, answer) for path, answer in self.plain().items()),
                Route("/metrics", self.metrics),
                Route("/api/auth/login", self.login, methods=["POST"]),
                Route("/api/auth/logout", self.logout, methods=["POST"]),
                Route("/api/auth/me", self.me),
                Route("/api/events", self.events),
                Route("/api/search", self.search),
                Route("/_sandbox/clock", answering(time)),
            ],
            middleware=[
                Middleware(Protective, counts=self),
                Middleware(
                    CORSMiddleware,
                    allow_origins=[SITE],
                    allow_methods=["GET", "POST"],
                    allow_headers=["Authorization", "Content-Type"],
                ),
            ],
            exception_handlers={HTTPException: problem},
        )

    def plain(self) -> dict[str, Endpoint]:
        """Answers that take nothing into account."""
        about = {"service": "wwmaa-backend", "environment": "staging", "version": "1.0.0"}
        bodies: dict[str, Callable[[], Any]] = {
            "": lambda: {"status": "healthy", **about, "timestamp": now()},
            "/detailed": lambda: {"status": "healthy", "checks": dependencies()},
            "/readiness": lambda: {"status": "ready"},
            "/liveness": lambda: {"status": "alive"},
            "/ping": lambda: {"message": "pong"},
            "/status": lambda: {
                **about,
                **{
                    "release": "1.0.0",
                    "deployment": "d-2",
                    "configured": {"postmark": True},
                    "clock": time(),
                },
            },
        }
        routes = {f"/api/health{path}": answering(body) for path, body in bodies.items()}
        posts = {"items": [{"slug": POST}], "next": None}
        site = {"status": "healthy", "environment": "staging"}
        return routes | {
            "/": page("World Wide Martial Arts Association"),
            "/health": answering(lambda: site),
            "/events": page("Events", "/events/0"),
            "/blog": page("Articles", f"/blog/{POST}"),
            "/style.css": page(""),
            "/api/blog/posts": answering(lambda: posts),
        }

    async def metrics(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {METRICS_TOKEN}":
            raise HTTPException(401)
        labels = '{method="GET",endpoint="/api/health",status_code="200"'
        return PlainTextResponse(
            f"# TYPE http_requests counter\nhttp_requests_total{labels}}} {self.requests}\n"
            "# TYPE http_request_duration_seconds histogram\n"
            f'http_request_duration_seconds_bucket{labels},le="+Inf"}} {self.requests}\n'
            '# TYPE app_info gauge\napp_info{version="1.0.0",environment="staging"} 1\n'
        )

    async def login(self, request: Request) -> Response:
        given = await body_of(request, "email", "password")
        if given["email"] not in PEOPLE or given["password"] != PASSWORD:
            raise HTTPException(401, "The login was refused")
        parts = (urlsafe_b64encode(part).decode() for part in (b"{}", secrets.token_bytes(9)))
        token = ".".join([*parts, secrets.token_urlsafe(32)])
        self.tokens[token] = given["email"]
        session = {"access_token": token, "refresh_token": "r", "token_type": "bearer"}
        return JSONResponse(session | {"expires_in": 900, "profile": profile(given["email"])})

    def owner(self, request: Request) -> str:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise HTTPException(401, "You are not logged in")
        return self.tokens[token]

    async def me(self, request: Request) -> Response:
        return JSONResponse(profile(self.owner(request)))

    async def logout(self, request: Request) -> Response:
        self.owner(request)
        del self.tokens[request.headers["authorization"].removeprefix("Bearer ")]
        return Response(status_code=204)

    async def events(self, request: Request) -> Response:
        kinds = ["public", "public", "members_only", "premium_only"]
        seen = kinds if request.headers.get("authorization") else kinds[:2]
        start = int(request.query_params.get("after", "0"))
        # Pages of one, so that whoever wants all of them follows the cursor.
        item = {"id": str(start), "title": "A seminar", "access_type": seen[start]}
        following = str(start + 1) if start + 1 < len(seen) else None
        return JSONResponse({"items": [item], "next": following})

    async def search(self, request: Request) -> Response:
        slug = dict(GOLDEN)[request.query_params["q"]]
        result = {"kind": "blog_post", "id": "1", "title": "A post", "url": f"/blog/{slug}"}
        return JSONResponse({"query": request.query_params["q"], "results": [result]})


def now() -> str:
    return datetime.now(UTC).isoformat()


def time() -> dict[str, Any]:
    """The machine's own time, as a part tells it."""
    return {"now": now(), "offset_s": 0.0}


def dependencies() -> dict[str, Any]:
    """Three dependencies that have just answered."""
    said = {"status": "up", "latency_ms": 0.4, "observed_at": now(), "detail": "it answered"}
    return {
        name: said | {"critical": name != "postmark"} for name in ("postgres", "redis", "postmark")
    }


def profile(email: str) -> dict[str, str]:
    role, tier = PEOPLE[email]
    return {"id": email, "email": email, "full_name": "Somebody", "role": role, "tier": tier}


def page(title: str, *links: str) -> Endpoint:
    """A page of the website with these links."""
    listed = "".join(f'<a href="{link}">it</a>' for link in links)

    async def answer(request: Request) -> Response:
        return HTMLResponse(f'<link href="/style.css"><h1>{title}</h1>{listed}')

    return answer


def answering(body: Callable[[], Any]) -> Endpoint:
    """An endpoint that always answers so."""

    async def answer(request: Request) -> Response:
        return JSONResponse(body())

    return answer


async def body_of(request: Request, *fields: str) -> dict[str, Any]:
    """The request's JSON object with these fields, or 422."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise HTTPException(422, "This is no JSON") from None
    if not isinstance(body, dict) or set(fields) != body.keys():
        raise HTTPException(422, f"Give {', '.join(fields)}")
    return body


async def problem(request: Request, error: Exception) -> Response:
    """A refusal as problem details."""
    assert isinstance(error, HTTPException)
    body = {"type": "about:blank", "title": error.detail, "status": error.status_code}
    body |= {"detail": error.detail, "request_id": secrets.token_hex(8)}
    return JSONResponse(body, error.status_code, media_type="application/problem+json")
