"""`python -m backend`: runs the backend on PORT with WEB_CONCURRENCY workers, as any host would."""

import os
import sys
import tempfile

import uvicorn

from backend.settings import Settings
from backend.variables import InvalidEnvironment


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
            host="0.0.0.0",  # noqa: S104 -- a container is reached from outside of it.
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
