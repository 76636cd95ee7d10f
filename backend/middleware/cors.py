"""Which pages of other origins may call this API and read its answers."""

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from backend.settings import Settings


def cors(settings: Settings) -> Middleware:
    """The website's origin and those of CORS_ORIGINS, with credentials; no other."""
    return Middleware(
        CORSMiddleware,
        allow_origins=settings.origins,
        allow_credentials=True,
        allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
        allow_headers=("Authorization", "Content-Type", "Idempotency-Key", "X-CSRF-Token")
        + ("X-Request-ID", "traceparent"),
        expose_headers=("X-Request-ID", "Retry-After", "RateLimit", "RateLimit-Policy"),
        max_age=600,
    )
