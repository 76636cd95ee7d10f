"""Uploads are unpacked: a tar.gz becomes a folder, and nothing of it lands anywhere else."""

import io
import shutil
import tarfile
import zlib
from pathlib import Path

MOST_FILES, MOST_BYTES = 50_000, 1024 * 1024 * 1024
BROKEN = (tarfile.TarError, EOFError, OSError, zlib.error, UnicodeError)


class BadArchive(Exception):
    """The upload is no tar.gz, or one that must not be unpacked."""


def unpack(data: bytes, folder: Path) -> None:
    """Lay the files of an archive below a folder that is not there yet.

    Raises BadArchive, and leaves nothing, for what is broken, too much, leads out of the folder,
    or is no file, folder or link.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.with_name(f"{folder.name}.part")
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
            beside.mkdir()
            _extract(archive, beside)
        beside.rename(folder)
    except BROKEN as error:
        raise BadArchive(f"the archive can not be unpacked: {error}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    files = size = 0
    for member in archive:
        files, size = files + 1, size + member.size
        if files > MOST_FILES or size > MOST_BYTES:
            raise BadArchive(f"more than {MOST_FILES} files or {MOST_BYTES} bytes are in it")
        # `data` refuses `..`, links that lead out and devices; it lays absolute names inside, and
        # takes set-uid bits away.
        archive.extract(member, folder, filter="data")
