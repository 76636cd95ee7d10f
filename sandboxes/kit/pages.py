"""Pages for people: one look for the whole console, and headers that let nothing in."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

SHARED = Path(__file__).parent.parent / "templates"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self';"
    " connect-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # A browser would look up the hosts of a mail's links before anybody opens one.
    "X-DNS-Prefetch-Control": "off",
}


class Pages:
    """The templates of one vendor, over the layout that all share."""

    def __init__(self, folder: Path) -> None:
        self._templates = Environment(
            loader=FileSystemLoader([folder, SHARED]),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, status: int = 200, /, **context: object) -> HTMLResponse:
        """A page of the console."""
        page = self._templates.get_template(template).render(context)
        return HTMLResponse(page, status, headers=HEADERS)


def led_back(request: Request, page: str, told: object) -> Response:
    """What an order to the control plane is answered with: a form is led to a page, a program is
    told in JSON."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        return RedirectResponse(page, 303)
    return JSONResponse(told)


async def shared_file(request: Request) -> Response:
    """A style sheet, script or picture that all pages share."""
    return FileResponse(SHARED / request.url.path.rpartition("/")[2], headers=HEADERS)


SHARED_FILES = tuple(
    Route(f"/{name}", shared_file) for name in ("console.css", "console.js", "icon.svg")
)
