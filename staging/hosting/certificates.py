"""Certificates for the edge, from an authority of this machine's own that nobody else trusts."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import trustme

from staging.processes import write_private

LIFETIME = timedelta(days=90)
"""As long as those that Railway gets."""
WILDCARD = "*.up.railway.app"
"""Railway's own names, those too that lead nowhere: they get its 404, and no broken connection."""


class Authority:
    """Signs for any name. `file` is what a client must trust."""

    def __init__(self, authority: trustme.CA, file: Path) -> None:
        self._authority, self.file = authority, file

    @classmethod
    def at(cls, folder: Path) -> Self:
        """The authority of this folder, made when there is none."""
        file, key = folder / "authority.pem", folder / "authority.key"
        if file.exists() and key.exists():
            return cls(trustme.CA.from_pem(file.read_bytes(), key.read_bytes()), file)
        made = trustme.CA()
        write_private(key, made.private_key_pem.bytes().decode())
        write_private(file, made.cert_pem.bytes().decode())
        return cls(made, file)

    def certify(self, hosts: Iterable[str]) -> tuple[str, str]:
        """A certificate for all of these names and Railway's own, and its key, as PEM."""
        made = self._authority.issue_cert(
            *sorted({"localhost", WILDCARD, *hosts}), not_after=datetime.now(UTC) + LIFETIME
        )
        chain = "".join(each.bytes().decode() for each in made.cert_chain_pems)
        return chain, made.private_key_pem.bytes().decode()
