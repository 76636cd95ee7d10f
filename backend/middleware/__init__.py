"""What every request passes on its way in, the outermost first; all of it is pure ASGI."""

from starlette.middleware import Middleware

from backend.middleware.body_limit import BodyLimit
from backend.middleware.cors import cors
from backend.middleware.failures import Failures
from backend.middleware.hosts import Hosts
from backend.middleware.rate_limits import RateLimits
from backend.middleware.request_context import RequestContext
from backend.middleware.security_headers import SecurityHeaders
from backend.middleware.watching import Watching
from backend.observability import Watcher
from backend.settings import Settings


def middleware(settings: Settings, watchers: tuple[Watcher, ...] = ()) -> list[Middleware]:
    """The stack for these settings.

    Security headers stand outside whatever answers, a preflight included, and CORS outside
    whatever may refuse a request, so that a browser can read the refusal; failures are caught
    innermost, so that even they pass all the others.
    """
    limits = settings.security.rate_limit_enabled
    return [
        Middleware(RequestContext),
        *([Middleware(Watching, watchers=watchers)] if watchers else []),
        Middleware(SecurityHeaders, settings=settings),
        cors(settings),
        Middleware(Hosts, hosts=settings.hosts),
        *([Middleware(RateLimits, settings=settings)] if limits else []),
        Middleware(BodyLimit, at_most=settings.core.max_request_bytes),
        Middleware(Failures),
    ]
