"""How Railway on this machine is reached."""

from dataclasses import dataclass, field
from pathlib import Path

from staging.hosting.routes import Doors

POSTMARKS = "POSTMARK_API_TEST"
"""Postmark's own token for trying: the one thing that an environment is not complete without."""
FIXED = 10
"""How many ports are kept for the API, the edge, and what stands below them."""


@dataclass(frozen=True)
class Railway:
    """Railway on this machine, as whoever uses it sees it.

    Public names lead to the edge, whose `doors` are ports of 127.0.0.1; `authority` is what a
    client must trust there. `token` is an account's.
    """

    folder: Path
    first_port: int
    token: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """Of the vendors' sandboxes, Railway among them."""
        return f"http://127.0.0.1:{self.first_port}"

    @property
    def doors(self) -> Doors:
        """The edge's ports."""
        http = self.first_port + 1
        return Doors(http=http, https=http + 1, admin=http + 2)

    @property
    def authority(self) -> Path:
        """The certificate of the authority that speaks for all public names."""
        return self.folder / "authority.pem"

    @property
    def api_url(self) -> str:
        """Of Railway's API, for RAILWAY_API_URL."""
        return f"{self.url}/graphql/v2"

    @property
    def variables(self) -> dict[str, str]:
        """What a client of Railway's needs in its environment, and whoever asks a public name."""
        ways = f":443:127.0.0.1:{self.doors.https} :80:127.0.0.1:{self.doors.http}"
        api = {"RAILWAY_API_URL": self.api_url, "RAILWAY_API_TOKEN": self.token}
        # A database's port is where it says, and no name of the edge's.
        return api | {"STAGING_CONNECT_TO": ways, "POSTMARK_API_KEY": POSTMARKS}
