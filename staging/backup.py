"""Backups: the documents of an environment in one file, with a manifest that proves them whole.

The file is gzip over lines of JSON: what it is, then a document each, then the manifest. It holds
documents as the store gives them, so that it can be restored to any store; what a store derives
from them, such as vectors, is made anew.
"""

import gzip
import json
import os
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Self, TextIO, cast

from backend.schema import KEPT, Document
from backend.settings import PythonEnv
from backend.store import DocumentDoesNotFit, Store
from backend.store.documents import read, write
from staging.obstacles import Refused

FORMAT = "wwmaa-backup-1"
KINDS = {kind.collection: kind for kind in KEPT}
ANOTHER = "Take another backup; `staging backup` makes one."


class BackupIsNotUsable(Refused):
    """The file is no backup, is damaged, or is not one that may be restored here."""

    def __init__(self, path: Path, why: str, advice: str = ANOTHER) -> None:
        super().__init__(f"{path} can not be restored: {why}.", advice)


@dataclass(frozen=True)
class Digest:
    """How many documents there are, and what all of them are together, in whatever order."""

    documents: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """What a store or a backup holds: each collection, and the seeds among all of them."""

    collections: dict[str, Digest]
    seeds: Digest
    newest: str
    """The moment of the last change, by the environment's own clock; empty without documents."""

    @property
    def documents(self) -> int:
        """How many documents there are in all."""
        return sum(each.documents for each in self.collections.values())

    def differing(self, other: Self) -> list[str]:
        """The collections in which the two differ."""
        mine, theirs = self.collections, other.collections
        return sorted(it for it in mine.keys() | theirs.keys() if mine.get(it) != theirs.get(it))


@dataclass(frozen=True)
class Header:
    """What a backup says of itself before anything else."""

    environment: str
    kind: str
    store: str
    release: str
    taken_at: str
    format: str = FORMAT


@dataclass
class Counting:
    """Counts documents as they go by."""

    _hashes: dict[str, list[bytes]] = field(default_factory=lambda: {name: [] for name in KINDS})
    _seeds: list[bytes] = field(default_factory=list)
    _newest: str = ""

    def see(self, document: Document) -> None:
        """Count this one."""
        told = json.loads(write(document))
        found = sha256(json.dumps(told, sort_keys=True).encode()).digest()
        self._hashes[document.collection].append(found)
        if document.is_seed_data:
            self._seeds.append(found)
        if not document.only_added:
            self._newest = max(self._newest, told["updated_at"])

    @property
    def contents(self) -> Contents:
        """What was seen."""
        collections = {name: _digest(hashes) for name, hashes in self._hashes.items()}
        return Contents(collections, _digest(self._seeds), self._newest)


async def every(store: Store) -> AsyncIterator[Document]:
    """All documents, those that refer to others first.

    Whoever writes meanwhile can so remove what a document refers to, but never add it too late.
    """
    for kind in reversed(KEPT):
        async for document in store.every(kind):
            yield document


async def contents(store: Store) -> Contents:
    """What a store holds."""
    counting = Counting()
    async for document in every(store):
        counting.see(document)
    return counting.contents


async def take(store: Store, path: Path, header: Header) -> Contents:
    """Write all documents to a file that its owner alone can read; whole, or not at all."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    own = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        counting = Counting()
        with os.fdopen(own, "wb") as raw, gzip.open(raw, "wt", encoding="utf-8") as lines:
            _put(lines, asdict(header))
            async for document in every(store):
                counting.see(document)
                lines.write(f'{{"{document.collection}": {write(document)}}}\n')
            _put(lines, asdict(counting.contents))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return counting.contents


@dataclass(frozen=True)
class Backup:
    """A backup that was read to its end and found whole."""

    path: Path
    header: Header
    contents: Contents

    @classmethod
    def read(cls, path: Path) -> Self:
        """The backup in this file. Raises `BackupIsNotUsable`."""
        lines = _lines(path)
        header = _header(path, next(lines, {}))
        counting, last = Counting(), dict[str, Any]()
        for line in lines:
            if last:
                counting.see(_document(path, last))
            last = line
        if last.keys() != {"collections", "seeds", "newest"}:
            raise BackupIsNotUsable(path, "its end is missing, so that nobody knows what is")
        if json.loads(json.dumps(asdict(counting.contents))) != last:
            raise BackupIsNotUsable(path, "what it holds is not what its manifest says")
        return cls(path, header, counting.contents)

    def documents(self) -> Iterator[Document]:
        """All documents in it, in the order in which they were taken."""
        lines = _lines(self.path)
        next(lines)
        yield from (_document(self.path, line) for line in lines if len(line) == 1)


def new_header(environment: str, kind: PythonEnv, store: str, release: str) -> Header:
    """What a backup that is taken now says of itself."""
    return Header(environment, str(kind), store, release, datetime.now(UTC).isoformat())


def _put(lines: TextIO, data: dict[str, Any]) -> None:
    lines.write(f"{json.dumps(data)}\n")


def _digest(hashes: Iterable[bytes]) -> Digest:
    ordered = sorted(hashes)
    return Digest(len(ordered), sha256(b"".join(ordered)).hexdigest())


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield cast(dict[str, Any], json.loads(line))
    except FileNotFoundError:
        raise BackupIsNotUsable(path, "there is no such file", "Check its name.") from None
    except (OSError, EOFError, zlib.error, ValueError) as damage:
        raise BackupIsNotUsable(path, f"it can not be read to its end ({damage})") from damage


def _header(path: Path, line: Any) -> Header:
    if not isinstance(line, dict) or line.get("format") != FORMAT:
        raise BackupIsNotUsable(path, "it is no backup of this tool")
    header = Header(**line)
    if PythonEnv.production in (header.kind, header.environment):
        why = "it was taken from production, whose people are not to be met in staging"
        raise BackupIsNotUsable(path, why, "Fill this environment by `staging seed` instead.")
    return header


def _document(path: Path, line: dict[str, Any]) -> Document:
    [(name, content)] = line.items() if len(line) == 1 else [("", None)]
    if name not in KINDS:
        raise BackupIsNotUsable(path, f"it holds {name or 'a line'!r}, which is no collection here")
    try:
        return read(KINDS[name], json.dumps(content))
    except DocumentDoesNotFit as error:
        raise BackupIsNotUsable(path, f"a document fits this release no longer: {error}") from error
