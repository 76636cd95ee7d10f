"""What tests of Sentry's sandbox send by hand, and read of it."""

import json
from typing import Any

import httpx2

AUTH = {"X-Sentry-Auth": "Sentry sentry_key=sandbox, sentry_version=7, sentry_client=test/1"}
ID = "9ec79c33ec9942ab8353589fcb2e04dc"


def issues(address: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx2.get(f"{address}/_sandbox/sentry/issues.json{query}").json()
    return found


def state(address: str) -> dict[str, Any]:
    told: dict[str, Any] = httpx2.get(f"{address}/_sandbox/state?vendor=sentry").json()["sentry"]
    return told


def envelope(*items: tuple[dict[str, Any], bytes], **header: Any) -> bytes:
    lines = [json.dumps(header).encode()]
    for item, payload in items:
        lines += [json.dumps(item).encode(), payload]
    return b"\n".join(lines)


def event(**fields: Any) -> tuple[dict[str, Any], bytes]:
    payload = json.dumps({"event_id": ID, "message": "Hajime"} | fields).encode()
    return {"type": "event", "length": len(payload)}, payload


def send(address: str, body: bytes, path: str = "1/envelope/", **headers: str) -> httpx2.Response:
    return httpx2.post(f"{address}/sentry/api/{path}", content=body, headers=AUTH | headers)
