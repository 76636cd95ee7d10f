"""A small real PDF: one page of text at chosen places, in Helvetica. Pure functions."""

from collections.abc import Iterable
from typing import NamedTuple

WIDTH, HEIGHT = 595, 842
"""A4, in points."""


class Words(NamedTuple):
    """A line of text: its place in points from the left and from the top, its size, its weight."""

    left: float
    top: float
    text: str
    size: float = 10
    bold: bool = False


def page(words: Iterable[Words], title: str) -> bytes:
    """One page; what Latin-1 can not write is a question mark."""
    content = "\n".join(map(_show, words)).encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>" % (WIDTH, HEIGHT),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        *(_font(name) for name in (b"Helvetica", b"Helvetica-Bold")),
        b"<< /Title (%s) /Producer (the stripe sandbox) >>"
        % _escaped(title).encode("cp1252", "replace"),
    ]
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    """The objects, and the table that tells where each of them begins."""
    whole, begins = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, each in enumerate(objects, 1):
        begins.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % begin for begin in begins)
    size, start = len(objects) + 1, len(whole)
    whole += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    whole += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (size, len(objects))
    whole += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(whole)


def _font(name: bytes) -> bytes:
    return b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name


def _show(words: Words) -> str:
    font = "F2" if words.bold else "F1"
    place = f"{words.left:.1f} {HEIGHT - words.top:.1f}"
    return f"BT /{font} {words.size:g} Tf {place} Td ({_escaped(words.text)}) Tj ET"


def _escaped(text: str) -> str:
    printable = "".join(each if each.isprintable() else " " for each in text)
    return printable.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
