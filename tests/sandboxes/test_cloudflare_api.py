"""Cloudflare's API around its products: the envelope, tokens, errors, headers, faults."""

import re

import cloudflare
import httpx2
import pytest

from tests.sandboxes.studio import ACCOUNT, TOKEN, Studio

STREAM = f"/accounts/{ACCOUNT}/stream"
LIVE_LOOKING = ("a1" * 20, "cfut_" + "b2" * 24)


def test_a_token_is_verified(studio: Studio) -> None:
    verified = studio.client.user.tokens.verify()
    assert verified
    assert (verified.status, len(verified.id)) == ("active", 32)
    told = studio.ask("GET", f"/accounts/{ACCOUNT}/tokens/verify").json()
    assert told["messages"][0]["message"] == "This API Token is valid and active"


def test_every_answer_is_an_envelope_with_a_ray_and_a_rate_limit(studio: Studio) -> None:
    answer = studio.ask("GET", STREAM)
    assert answer.json() == {"result": [], "success": True, "errors": [], "messages": []}
    assert re.fullmatch(r"[0-9a-f]{16}-[A-Z]{3}", answer.headers["cf-ray"])
    assert answer.headers["ratelimit"] == '"default";r=1199;t=300'
    assert answer.headers["ratelimit-policy"] == '"default";q=1200;w=300'


@pytest.mark.parametrize("token", LIVE_LOOKING)
def test_a_live_token_is_refused(studio: Studio, token: str) -> None:
    client = studio.client.with_options(api_token=token)
    with pytest.raises(cloudflare.PermissionDeniedError, match="the token looks live"):
        client.stream.live_inputs.list(account_id=ACCOUNT)
    with pytest.raises(cloudflare.AuthenticationError, match="Invalid API Token"):
        client.user.tokens.verify()


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [({}, 403, 9106), ({"Authorization": "Basic x"}, 400, 6003)],
)
def test_who_brings_no_token_is_not_let_in(
    studio: Studio, headers: dict[str, str], status: int, code: int
) -> None:
    refused = httpx2.get(studio.base + STREAM, headers=headers)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (status, code)
    assert refused.json()["success"] is False


def test_an_account_id_that_is_none_is_not_routed(studio: Studio) -> None:
    refused = studio.ask("GET", f"/accounts/{'0' * 33}/stream")
    told = [(error["code"], error["message"]) for error in refused.json()["errors"]]
    path = f"/client/v4/accounts/{'0' * 33}/stream"
    words = f"Could not route to {path}, perhaps your object identifier is invalid?"
    assert (refused.status_code, told[0]) == (404, (7003, words))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/stream"),
        ("POST", "/stream/clip"),
        ("GET", "/stream/watermarks"),
        ("POST", "/stream/x/captions/en/generate"),
        ("GET", "/images/v1"),
    ],
)
def test_what_is_not_emulated_is_refused_aloud(studio: Studio, method: str, path: str) -> None:
    refused = studio.ask(method, f"/accounts/{ACCOUNT}{path}")
    (error,) = refused.json()["errors"]
    asked = f"{method} /cloudflare/client/v4/accounts/{ACCOUNT}{path}"
    assert (refused.status_code, error["code"]) == (501, 10501)
    assert error["message"] == (
        f"cloudflare sandbox does not emulate {asked}; see docs/sandboxes.md"
    )


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"enabled": "yes"}', b"\xff"])
def test_a_body_that_makes_no_sense_is_a_bad_request(studio: Studio, body: bytes) -> None:
    refused = studio.ask("POST", f"{STREAM}/live_inputs", content=body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, 10005)


def test_a_fault_has_the_shape_of_whoever_is_asked(studio: Studio) -> None:
    fault = {"vendor": "cloudflare", "kind": "status", "status": 429, "retry_after": 7, "times": 1}
    studio.control.post("/_sandbox/faults", json=fault)
    with pytest.raises(cloudflare.RateLimitError) as limited:
        studio.client.stream.list(account_id=ACCOUNT)
    assert limited.value.response.headers["retry-after"] == "7"
    assert limited.value.response.json()["errors"][0]["code"] == 971
    fault |= {"status": 503, "operation": "calls.newSession"}
    studio.control.post("/_sandbox/faults", json=fault)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    path = f"/cloudflare/v1/apps/{'a' * 32}/sessions/new"
    broken = studio.control.post(path, headers=headers)
    told = (broken.status_code, broken.json()["errorCode"])
    assert told == (503, "temporarily_unavailable_error")
