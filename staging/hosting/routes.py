"""Whom the edge sends a request to, what it adds to it, and what it answers by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from staging.hosting.rules import EDGE_NAME, LONGEST_REQUEST_S

Json = dict[str, Any]
TYPE = "type.googleapis.com/envoy"
REPEATABLE = "GET|HEAD|OPTIONS|PUT|DELETE"
NOT_BEGUN = "connect-failure,refused-stream,reset-before-request"


@dataclass(frozen=True)
class Site:
    """A service behind the edge: its public names, its private port, and who answers for it."""

    name: str
    hosts: tuple[str, ...]
    private_port: int
    upstreams: tuple[int, ...]


@dataclass(frozen=True)
class Doors:
    """The ports that the edge listens on; with `https`, plain HTTP is sent there."""

    http: int
    admin: int
    https: int | None = None


def routes(sites: Iterable[Site], doors: Doors, name: str) -> Json:
    """Which name leads where; by plain HTTP only to HTTPS, when the edge has that."""
    hosts = [_host(site) for site in sites if site.hosts]
    if doors.https and name == "http":
        hosts = [host | {"require_tls": "ALL"} for host in hosts]
    return {
        "@type": f"{TYPE}.config.route.v3.RouteConfiguration",
        "name": name,
        "virtual_hosts": hosts,
        "request_headers_to_add": [
            _set("x-railway-request-id", "%UNIQUE_ID%"),
            _set("x-railway-edge", EDGE_NAME),
            _set("x-request-start", "%START_TIME(%s%3f)%"),
            _set("x-real-ip", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"),
            _set("x-forwarded-host", "%REQ(:AUTHORITY)%"),
            _set("x-forwarded-for", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", add=True),
        ],
        "request_headers_to_remove": ["x-envoy-external-address", "x-envoy-internal"],
        "response_headers_to_add": [
            _set("x-railway-request-id", "%REQ(X-RAILWAY-REQUEST-ID)%"),
            _set("x-railway-edge", EDGE_NAME),
        ],
    }


def _host(site: Site) -> Json:
    """Where a name leads. What may be repeated is sent again when its connection broke."""
    method = {"name": ":method", "string_match": {"safe_regex": {"regex": REPEATABLE}}}
    return {
        "name": site.name,
        "domains": [name for host in site.hosts for name in (host, f"{host}:*")],
        "routes": [
            {
                "match": {"prefix": "/", "headers": [method]},
                "route": _to(site, f"{NOT_BEGUN},reset"),
            },
            {"match": {"prefix": "/"}, "route": _to(site, NOT_BEGUN)},
        ],
    }


def _to(site: Site, retry_on: str) -> Json:
    elsewhere = "envoy.retry_host_predicates.previous_hosts"
    return {
        "cluster": site.name,
        "timeout": f"{LONGEST_REQUEST_S}s",
        "retry_policy": {
            "retry_on": retry_on,
            "num_retries": 3,
            "retry_back_off": {"base_interval": "0.02s", "max_interval": "0.2s"},
            "host_selection_retry_max_attempts": "3",
            "retry_host_predicate": [
                {
                    "name": elsewhere,
                    "typed_config": {
                        "@type": f"{TYPE}.extensions.retry.host.previous_hosts.v3."
                        "PreviousHostsPredicate"
                    },
                }
            ],
        },
    }


def own_answers() -> Json:
    """What the edge itself answers, in the way of Railway's."""
    said = {404: "Application not found", 503: "Application failed to respond"}
    said |= {502: said[503], 504: said[503]}
    return {
        "mappers": [
            {
                "filter": {"status_code_filter": {"comparison": _equals(status)}},
                "status_code": 404 if status == 404 else 502,
                "body": {"inline_string": words},
                "headers_to_add": [_set("x-railway-fallback", "true")],
            }
            for status, words in said.items()
        ],
        "body_format": {
            "json_format": {
                "status": "error",
                "code": "%RESPONSE_CODE%",
                "message": "%LOCAL_REPLY_BODY%",
                "request_id": "%REQ(X-RAILWAY-REQUEST-ID)%",
            }
        },
    }


def _equals(status: int) -> Json:
    return {"op": "EQ", "value": {"default_value": status, "runtime_key": "edge.none"}}


def _set(name: str, value: str, *, add: bool = False) -> Json:
    action = "APPEND_IF_EXISTS_OR_ADD" if add else "OVERWRITE_IF_EXISTS_OR_ADD"
    return {"header": {"key": name, "value": value}, "append_action": action}
