"""`python -m backend.worker`: does jobs, and answers for its health on PORT."""

import os
import sys

from backend.serving import serve
from backend.settings import Settings
from backend.variables import InvalidEnvironment
from backend.worker.app import create_worker


def main() -> None:
    """Work until SIGTERM; exit with 2 and every reason when the environment is not usable."""
    try:
        settings = Settings.load(os.environ)
    except InvalidEnvironment as problems:
        sys.stderr.write(f"{problems}\n")
        raise SystemExit(2) from None
    serve(create_worker(settings), settings)


if __name__ == "__main__":
    main()
