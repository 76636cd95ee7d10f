"""Sessions in cookies, for pages in a browser: set, cleared, and of no use to a stranger's page.

A browser sends cookies along whoever's page it was that asked. So whatever changes something by a
cookie must come from an origin of ours and repeat, in a header, the token that only our pages can
read (a signed double submit, OWASP). Bearer tokens and signed webhooks need none of this.
"""

import hmac
from typing import Final, Literal
from urllib.parse import urlsplit

from fastapi import Request, Response

from backend.errors import ForgeryIsSuspected
from backend.security import is_csrf_token, sign_csrf_token
from backend.settings import Settings

ACCESS: Final = "wwmaa_access"
REFRESH: Final = "wwmaa_refresh"
CSRF: Final = "wwmaa_csrf"
HEADER: Final = "X-CSRF-Token"
REFRESH_PATH: Final = "/api/auth/session"
HARMLESS: Final = ("GET", "HEAD", "OPTIONS")
OURS: Final = ("same-origin", "none")


def put(response: Response, settings: Settings, *, access: str, refresh: str) -> str:
    """Set the cookies of a session; returns the CSRF token that goes with them."""
    authentication = settings.authentication
    until_refresh = authentication.jwt_access_token_expire_minutes * 60
    session = authentication.jwt_refresh_token_expire_days * 86_400
    token = sign_csrf_token(_session_of(refresh), _secret(settings))
    _set(response, settings, ACCESS, access, until_refresh)
    _set(response, settings, REFRESH, refresh, session, path=REFRESH_PATH, same_site="strict")
    _set(response, settings, CSRF, token, session, is_read_by_pages=True)
    return token


def clear(response: Response, settings: Settings) -> None:
    """Let the browser forget the cookies of a session."""
    domain = settings.authentication.session_cookie_domain
    for name, path in ((ACCESS, "/"), (REFRESH, REFRESH_PATH), (CSRF, "/")):
        response.delete_cookie(name, path=path, domain=domain)


def require_our_page(request: Request, settings: Settings, session_id: str) -> None:
    """See that a request by this session's cookie is meant. Raises `ForgeryIsSuspected`."""
    if request.method in HARMLESS or not settings.authentication.csrf_protection_enabled:
        return
    require_our_origin(request, settings)
    sent, kept = request.headers.get(HEADER, ""), request.cookies.get(CSRF, "")
    is_the_same = hmac.compare_digest(sent.encode(), kept.encode())
    if not is_the_same or not is_csrf_token(sent, session_id, _secret(settings)):
        raise ForgeryIsSuspected(f"Send the token of the cookie {CSRF} as {HEADER} too.")


def require_our_origin(request: Request, settings: Settings) -> None:
    """See that no stranger's page sends this. Raises `ForgeryIsSuspected`."""
    if not settings.authentication.csrf_protection_enabled:
        return
    origin = request.headers.get("origin")
    # Without one it is no browser; or an old one, from whose page the token must come all the same.
    site = request.headers.get("sec-fetch-site", OURS[0])
    if not (site in OURS if origin is None else is_our_origin(origin, settings)):
        raise ForgeryIsSuspected("This comes from a page that is not ours.")


def is_our_origin(origin: str, settings: Settings) -> bool:
    """Whether pages of this origin are ours: the website's, the API's, or one that is let in."""
    own = urlsplit(settings.core.backend_url)
    return origin in (*settings.origins, f"{own.scheme}://{own.netloc}")


def session_of(request: Request) -> tuple[str, str] | None:
    """The session and the refresh token that a request's cookie holds; none without one."""
    refresh = request.cookies.get(REFRESH)
    return (_session_of(refresh), refresh) if refresh else None


def _session_of(refresh: str) -> str:
    return refresh.partition(".")[0]


def _secret(settings: Settings) -> str:
    authentication = settings.authentication
    return (authentication.csrf_secret or authentication.jwt_secret).get_secret_value()


def _set(
    response: Response,
    settings: Settings,
    name: str,
    value: str,
    seconds: int,
    *,
    path: str = "/",
    same_site: Literal["lax", "strict"] = "lax",
    is_read_by_pages: bool = False,
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        domain=settings.authentication.session_cookie_domain,
        secure=settings.core.backend_url.startswith("https:"),
        httponly=not is_read_by_pages,
        samesite=same_site,
    )
