"""Metrics, in Prometheus' text format, for operators."""

import secrets

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from backend.dependencies import Bearer, MayCall, WithParts, may_call
from backend.errors import NotAuthenticated, NotFound
from backend.observability import readable_registry

router = APIRouter(tags=["metrics"])


SHOWN = 'http_requests_total{endpoint="/api/events",method="GET",status_code="200"} 42.0'


@router.get(
    "/metrics",
    openapi_extra=may_call(MayCall.operators),
    response_class=Response,
    responses={200: {"content": {"text/plain": {"example": SHOWN}}, "description": "The counts."}},
)
async def metrics(parts: WithParts, bearer: Bearer) -> Response:
    """What has been counted, over all workers. Needs METRICS_TOKEN as bearer when that is set."""
    observability = parts.settings.observability
    if not observability.prometheus_enabled:
        raise NotFound("Metrics are switched off here (PROMETHEUS_ENABLED).")
    expected = observability.metrics_token
    given = bearer.credentials if bearer else ""
    if expected and not secrets.compare_digest(
        given.encode(), expected.get_secret_value().encode()
    ):
        raise NotAuthenticated("Send METRICS_TOKEN: Authorization: Bearer ...")
    return Response(generate_latest(readable_registry()), media_type=CONTENT_TYPE_LATEST)
