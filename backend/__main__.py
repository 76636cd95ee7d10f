"""`python -m backend`: runs the backend on PORT with WEB_CONCURRENCY workers, as any host would."""

import os
import sys
import tempfile
from urllib.parse import urlsplit

import uvicorn

from backend.settings import Settings
from backend.variables import InvalidEnvironment


def _interface(settings: Settings) -> str:
    """Where to listen: on the loopback where that is our address, else on every interface."""
    own = urlsplit(settings.core.backend_url).hostname
    return "127.0.0.1" if own in ("127.0.0.1", "localhost") else "0.0.0.0"  # noqa: S104


def main() -> None:
    """Serve until SIGTERM; exit with 2 and every reason when the environment is not usable."""
    try:
        settings = Settings.load(os.environ)
    except InvalidEnvironment as problems:
        sys.stderr.write(f"{problems}\n")
        raise SystemExit(2) from None
    with tempfile.TemporaryDirectory(prefix="wwmaa-metrics-") as folder:
        # Workers share what they count through files; each finds the folder in its environment.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        uvicorn.run(
            "backend.app:app",
            host=_interface(settings),
            port=settings.core.port,
            workers=settings.core.web_concurrency,
            lifespan="on",
            proxy_headers=True,
            forwarded_allow_ips=list(settings.core.forwarded_allow_ips),
            timeout_graceful_shutdown=settings.core.shutdown_grace_seconds,
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=False,
        )


if __name__ == "__main__":
    main()
