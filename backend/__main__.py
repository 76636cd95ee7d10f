"""`python -m backend`: runs the backend on PORT with WEB_CONCURRENCY workers, as any host would."""

import os
import sys
import tempfile

from backend.serving import serve
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
        serve("backend.app:app", settings, workers=settings.core.web_concurrency)


if __name__ == "__main__":
    main()
