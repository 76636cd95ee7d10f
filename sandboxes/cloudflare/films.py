"""What a file is, by its first bytes; how long and how large a film it holds, where it says so."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "media"
SEGMENTS = ("seg_1.m4s", "seg_2.m4s", "seg_3.m4s")
SEGMENT_S = 2.0
CODECS = "avc1.64001e,mp4a.40.2"
BANDWIDTH = 60_000

# Where the mark of each kind of film that Stream takes stands, and what it looks like there.
MARKS = (
    (4, b"ftyp"),  # MP4, QuickTime, 3GP
    (4, b"moov"),  # QuickTime of old
    (0, b"\x1aE\xdf\xa3"),  # Matroska, WebM
    (0, b"RIFF"),  # AVI
    (0, b"FLV"),
    (0, b"\x00\x00\x01\xba"),  # MPEG program stream
    (0, b"\x06\x0e+4"),  # MXF
)
TRANSPORT_PACKET, SYNC = 188, b"G"
CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"mvex"})


@dataclass(frozen=True)
class Film:
    """A film: how long in seconds, how large in pixels, and how large in bytes."""

    duration: float
    width: int
    height: int
    size: int


OWN = Film(len(SEGMENTS) * SEGMENT_S, 640, 360, 0)


class IsNoFilm(Exception):
    """The file is no film of any kind."""


class IsMalformed(Exception):
    """The file is a film by its first bytes, and broken after them."""


def measured(data: bytes) -> Film:
    """The film in a file. Only MP4 is looked into; of the other kinds, and where an MP4 does not
    say, the test card's length and size are told. Raises IsNoFilm and IsMalformed."""
    if not _is_film(data):
        raise IsNoFilm
    if data[4:8] not in {b"ftyp", b"moov"}:
        return Film(OWN.duration, OWN.width, OWN.height, len(data))
    found = dict(boxes(data))
    if b"mvhd" not in found:
        raise IsMalformed
    duration = _duration(found[b"mvhd"]) or OWN.duration
    width, height = _frame(data)
    return Film(duration, width, height, len(data))


def _is_film(data: bytes) -> bool:
    is_transport = data[:1] == data[TRANSPORT_PACKET : TRANSPORT_PACKET + 1] == SYNC
    return is_transport or any(data.startswith(mark, at) for at, mark in MARKS)


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The boxes of an MP4 with what is in them, those inside others included; stops at a broken
    one."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1 and at + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        size = size or len(data) - at
        if size < head:
            return
        content = data[at + head : at + size]
        yield kind, content
        if kind in CONTAINERS:
            yield from boxes(content)
        at += size


def _duration(header: bytes) -> float:
    """Of a movie header, in seconds; 0 where it does not say."""
    layout, at = (">IQ", 20) if header[:1] == b"\x01" else (">II", 12)
    try:
        scale, length = struct.unpack_from(layout, header, at)
    except struct.error as error:
        raise IsMalformed from error
    return round(length / scale, 3) if scale else 0.0


def _frame(data: bytes) -> tuple[int, int]:
    """The width and height of the first track that has any."""
    for kind, content in boxes(data):
        if kind == b"tkhd" and len(content) >= 8:
            width, height = struct.unpack(">II", content[-8:])
            if width and height:
                return width >> 16, height >> 16
    return OWN.width, OWN.height


def own_file(name: str) -> bytes:
    """A file of the test card."""
    return (FOLDER / name).read_bytes()


def own_download() -> bytes:
    """The test card as one MP4."""
    return b"".join(own_file(name) for name in ("init.mp4", *SEGMENTS))
