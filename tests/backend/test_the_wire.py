"""What every answer has in common: problems, headers, origins, ids, limits."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from functools import reduce
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from starlette.routing import WebSocketRoute

from backend.app import ROUTERS, Backend, create_app
from backend.schema.profiles import Role
from tests.backend.conftest import SITE, People
from tests.backend.verdicts import DOCUMENT

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "/nowhere", None, 404),
        ("DELETE", "/api/events", None, 405),
        ("POST", "/api/auth/login", b"{", 422),
        ("POST", "/api/auth/login", b"[]", 422),
        ("POST", "/api/auth/login", b"\xff\xfe", 422),
        ("GET", "/api/auth/me", None, 401),
        ("GET", "/api/events/nothing", None, 404),
        ("GET", "/api/events/..%2f..%2fetc", None, 404),
        ("GET", "/api/events?limit=x", None, 422),
        ("POST", "/api/auth/login", b'{"email": "' + b"x" * 6_291_456 + b'"}', 413),
    ],
)
async def test_every_error_is_a_problem_that_the_site_may_read(
    method: str, path: str, content: bytes | None, status: int, visitor: httpx2.AsyncClient
) -> None:
    answer = await visitor.request(
        method,
        path,
        content=content,
        headers={"Origin": SITE, "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    told = answer.json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert told["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["access-control-allow-origin"] == SITE
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_body_without_announced_length_is_bounded_too(visitor: httpx2.AsyncClient) -> None:
    async def much() -> AsyncIterator[bytes]:
        for _ in range(80):
            yield b" " * 100_000

    answer = await visitor.post(
        "/api/auth/login", content=much(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == PROBLEM


async def test_a_fault_of_ours_is_a_problem_without_its_cause(
    visitor: httpx2.AsyncClient, backend: Backend
) -> None:
    async def broken() -> None:
        raise ZeroDivisionError("the secret cause")

    backend.add_api_route("/broken-on-purpose", broken)
    answer = await visitor.get("/broken-on-purpose", headers={"Origin": SITE})
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "secret cause" not in answer.text
    assert answer.headers["access-control-allow-origin"] == SITE
    backend.router.routes.pop()


async def test_a_preflight_from_the_site_is_answered_and_from_elsewhere_refused(
    visitor: httpx2.AsyncClient,
) -> None:
    async def preflight(origin: str) -> httpx2.Response:
        return await visitor.options(
            "/api/auth/login",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type,authorization",
            },
        )

    ours = await preflight(SITE)
    assert ours.status_code == 200
    assert ours.headers["access-control-allow-origin"] == SITE
    foreign = await preflight("https://evil.example")
    assert "access-control-allow-origin" not in foreign.headers
    answer = await visitor.get("/api/events", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


async def test_security_headers_are_on_every_answer(visitor: httpx2.AsyncClient) -> None:
    for path in ("/api/health/ping", "/nowhere", "/api/events"):
        headers = (await visitor.get(path)).headers
        assert headers["strict-transport-security"].startswith("max-age=63072000")
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["permissions-policy"]
        assert headers["cache-control"] == "no-store"


async def test_a_host_that_is_not_ours_is_refused_and_railways_probe_is_let_in(
    visitor: httpx2.AsyncClient,
) -> None:
    async def asked_as(host: str) -> int:
        return (await visitor.get("/api/health/ping", headers={"Host": host})).status_code

    assert await asked_as("evil.example") == 400
    assert await asked_as("healthcheck.railway.app") == 200
    assert await asked_as("127.0.0.1:8000") == 200


async def test_a_request_keeps_its_id_unless_it_is_unusable(visitor: httpx2.AsyncClient) -> None:
    async def id_for(given: str) -> str:
        answer = await visitor.get("/api/health/ping", headers={"X-Request-ID": given})
        return str(answer.headers["x-request-id"])

    assert await id_for("browser-0123456789") == "browser-0123456789"
    assert re.fullmatch(r"[0-9a-f]{32}", await id_for("with space and\ttab"))


async def test_metrics_count_by_route_and_never_by_path(
    visitor: httpx2.AsyncClient,
) -> None:
    for path in ("/api/events/one", "/api/events/two", "/nowhere/at/all"):
        await visitor.get(path)
    text = (await visitor.get("/metrics")).text
    assert 'endpoint="/api/events/{event_id}",method="GET",status_code="404"' in text
    assert 'endpoint="unmatched"' in text
    assert "/nowhere" not in text
    assert "http_request_duration_seconds_bucket" in text
    assert "app_info{" in text


async def test_security_txt_says_whom_to_tell(visitor: httpx2.AsyncClient) -> None:
    text = (await visitor.get("/.well-known/security.txt")).text
    assert "Contact: mailto:staging@wwmaa.com" in text
    assert re.search(r"^Expires: \d{4}-\d\d-\d\dT", text, re.MULTILINE)


def _operations() -> list[tuple[str, str, dict[str, object]]]:
    document = create_app({}).openapi()
    return [
        (method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def test_the_description_needs_no_environment_and_is_json() -> None:
    assert json.dumps(create_app({}).openapi())


def test_every_websocket_is_described_by_a_route_of_its_path_that_says_who_may_come() -> None:
    described = {path: operation for method, path, operation in _operations() if method == "GET"}
    routes = [route for router in ROUTERS for route in router.routes]
    sockets = [route for route in routes if isinstance(route, WebSocketRoute)]
    assert sockets
    for socket in sockets:
        assert socket.path in described, f"{socket.path} is described by no GET route"
        assert "426" in str(described[socket.path]["responses"])


def texts(at: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the texts of an example stand."""
    if isinstance(at, str):
        yield path
    for step, part in (
        at.items() if isinstance(at, dict) else enumerate(at if type(at) is list else [])
    ):
        yield from texts(part, (*path, step))


def with_nul(example: Any, path: tuple[Any, ...]) -> Any:
    """The example with a NUL in one of its texts."""
    told = deepcopy(example)
    *steps, last = path
    place = reduce(lambda at, step: at[step], steps, told)
    place[last] += "\0"
    return told


def bodies() -> Iterator[tuple[str, str, Any]]:
    """Each operation that takes a body of JSON, with the example of it."""
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            taken = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if "example" in taken:
                yield method.upper(), path, taken["example"]


async def test_a_nul_in_any_text_of_any_body_is_refused(people: People) -> None:
    admin = await people.new(Role.admin)
    await admin.log_in()
    asked, heard = 0, dict[str, set[int]]()
    for method, path, example in bodies():
        address = re.sub(r"\{\w+\}", uuid4().hex, path)
        for place in texts(example):
            answer = await admin.door.request(
                method,
                address,
                json=with_nul(example, place),
                headers=admin.headers | {"Idempotency-Key": uuid4().hex},
            )
            asked += 1
            if answer.status_code != 422:
                heard.setdefault(f"{method} {path} {place}", set()).add(answer.status_code)
    assert asked > 50
    assert heard == {}


async def test_a_nul_in_an_address_finds_nothing(people: People) -> None:
    admin = await people.new(Role.admin)
    await admin.log_in()
    asked = 0
    for path, item in DOCUMENT["paths"].items():
        for parameter in item.get("get", {}).get("parameters", []):
            if parameter["in"] in ("path", "query"):
                where = re.sub(r"\{\w+\}", "a%00b" if parameter["in"] == "path" else "abc", path)
                named = {} if parameter["in"] == "path" else {parameter["name"]: "a\0b"}
                answer = await admin.get(where, **named)
                asked += 1
                assert answer.status_code < 500, f"{path} {parameter['name']}: {answer.text}"
    assert asked > 50
