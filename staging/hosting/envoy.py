"""What Envoy is told, as values: the edge's doors, whom each name belongs to, who answers there.

Envoy reads these from files, each replaced at once when something changes, and goes on with the
connections that it has.
"""

from collections.abc import Sequence
from pathlib import Path

from staging.hosting.routes import TYPE, Doors, Json, Site, own_answers, routes
from staging.hosting.rules import KEEP_ALIVE_S, LARGEST_HEADERS_KIB, LONGEST_SILENCE_S

HTTP = f"{TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
SHORTER_THAN_THEIRS_S = 3
"""uvicorn and Node end a connection that was silent for 5 s; ours end first, and none is dead."""
FIELDS = {
    "requestId": "%REQ(X-RAILWAY-REQUEST-ID)%",
    "timestamp": "%START_TIME(%Y-%m-%dT%H:%M:%S.%3fZ)%",
    "method": "%REQ(:METHOD)%",
    "path": "%REQ(:PATH)%",
    "host": "%REQ(:AUTHORITY)%",
    "httpStatus": "%RESPONSE_CODE%",
    "downstreamProto": "%PROTOCOL%",
    "upstreamProto": "%UPSTREAM_PROTOCOL%",
    "clientUa": "%REQ(USER-AGENT)%",
    "srcIp": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    "rxBytes": "%BYTES_RECEIVED%",
    "txBytes": "%BYTES_SENT%",
    "totalDuration": "%DURATION%",
    "upstreamRqDuration": "%RESPONSE_DURATION%",
    "upstreamAddress": "%UPSTREAM_HOST%",
    "responseDetails": "%RESPONSE_CODE_DETAILS%",
    "upstreamErrors": "%RESPONSE_FLAGS%",
}
"""What is written down of each request, under the names that Railway's API has for it."""


def bootstrap(folder: Path, doors: Doors) -> Json:
    """What Envoy starts with: where it reads all the rest."""
    return {
        "node": {"id": "edge", "cluster": "edge"},
        "admin": {"address": _address(doors.admin)},
        "dynamic_resources": {
            "cds_config": _file(folder / "clusters.json"),
            "lds_config": _file(folder / "listeners.json"),
        },
        "layered_runtime": {
            "layers": [{"name": "ours", "static_layer": {"re2.max_program_size.error_level": 1000}}]
        },
    }


def files(folder: Path, doors: Doors, sites: Sequence[Site]) -> dict[str, list[Json]]:
    """The files by name, in the order in which they must be written, with their resources."""
    return {
        **{endpoints_file(site): [_endpoints(site)] for site in sites},
        "clusters.json": [_cluster(site, folder) for site in sites],
        "http.json": [routes(sites, doors, "http")],
        "https.json": [routes(sites, doors, "https")],
        "listeners.json": [*_public(folder, doors), *map(_private, sites)],
    }


def endpoints_file(site: Site) -> str:
    """Who answers for a site; Envoy wants a file for each."""
    return f"endpoints.{site.name}.json"


def secret(certificate: str, key: str) -> Json:
    """The certificate of all names, as Envoy reads it."""
    return {
        "@type": f"{TYPE}.extensions.transport_sockets.tls.v3.Secret",
        "name": "names",
        "tls_certificate": {
            "certificate_chain": {"inline_string": certificate},
            "private_key": {"inline_string": key},
        },
    }


def _endpoints(site: Site) -> Json:
    return {
        "@type": f"{TYPE}.config.endpoint.v3.ClusterLoadAssignment",
        "cluster_name": site.name,
        "endpoints": [
            {"lb_endpoints": [{"endpoint": {"address": _address(port)}} for port in site.upstreams]}
        ],
    }


def _cluster(site: Site, folder: Path) -> Json:
    http = {
        "@type": f"type.googleapis.com/{HTTP_OPTIONS}",
        "common_http_protocol_options": {"idle_timeout": f"{SHORTER_THAN_THEIRS_S}s"},
        "explicit_http_config": {"http_protocol_options": {}},
    }
    return {
        "@type": f"{TYPE}.config.cluster.v3.Cluster",
        "name": site.name,
        "type": "EDS",
        "eds_cluster_config": {"eds_config": _file(folder / endpoints_file(site))},
        "lb_policy": "RANDOM",
        "connect_timeout": "5s",
        # A replica that refuses is nobody's business but its own: the others are asked anyway.
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        "typed_extension_protocol_options": {HTTP_OPTIONS: http},
    }


def _public(folder: Path, doors: Doors) -> list[Json]:
    plain = _listener("http", doors.http, _http(folder, "http"))
    if doors.https is None:
        return [plain]
    tls = {
        "@type": f"{TYPE}.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
        "common_tls_context": {
            "alpn_protocols": ["h2", "http/1.1"],
            "tls_certificate_sds_secret_configs": [
                {"name": "names", "sds_config": _file(folder / "secrets.json")}
            ],
        },
    }
    secure = _listener("https", doors.https, _http(folder, "https"))
    secure["filter_chains"][0]["transport_socket"] = {
        "name": "envoy.transport_sockets.tls",
        "typed_config": tls,
    }
    return [plain, secure]


def _private(site: Site) -> Json:
    """Inside, nobody speaks for a service: bytes are passed on, whatever they mean."""
    passing = {
        "@type": f"{TYPE}.extensions.filters.network.tcp_proxy.v3.TcpProxy",
        "stat_prefix": site.name,
        "cluster": site.name,
    }
    return _listener(f"inside {site.name}", site.private_port, passing)


def _http(folder: Path, name: str) -> Json:
    router = {"@type": f"{TYPE}.extensions.filters.http.router.v3.Router"}
    return {
        "@type": HTTP,
        "stat_prefix": name,
        "rds": {"route_config_name": name, "config_source": _file(folder / f"{name}.json")},
        "http_filters": [
            {"name": "router", "typed_config": router | {"suppress_envoy_headers": True}}
        ],
        "upgrade_configs": [{"upgrade_type": "websocket"}],
        "use_remote_address": True,
        "skip_xff_append": True,
        # An id that the client gave is the application's business.
        "generate_request_id": False,
        "server_header_transformation": "PASS_THROUGH",
        "common_http_protocol_options": {"idle_timeout": f"{KEEP_ALIVE_S}s"},
        "max_request_headers_kb": LARGEST_HEADERS_KIB,
        "stream_idle_timeout": f"{LONGEST_SILENCE_S}s",
        "access_log": [_written(folder / "requests.log")],
        "local_reply_config": own_answers(),
    }


def _written(log: Path) -> Json:
    return {
        "name": "envoy.access_loggers.file",
        "typed_config": {
            "@type": f"{TYPE}.extensions.access_loggers.file.v3.FileAccessLog",
            "path": str(log),
            "log_format": {"json_format": FIELDS},
        },
    }


def _listener(name: str, port: int, settings: Json) -> Json:
    return {
        "@type": f"{TYPE}.config.listener.v3.Listener",
        "name": name,
        "address": _address(port),
        "filter_chains": [{"filters": [{"name": name, "typed_config": settings}]}],
    }


def _address(port: int) -> Json:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def _file(path: Path) -> Json:
    return {"path_config_source": {"path": str(path)}, "resource_api_version": "V3"}
