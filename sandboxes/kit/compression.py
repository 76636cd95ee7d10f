"""Bodies that were made small for the wire, made whole again."""

import zlib

# What zlib calls the wrapping of each; raw deflate is what some send under that name.
GZIP, ZLIB, RAW = 31, 15, -15


class UnknownEncoding(Exception):
    """A Content-Encoding that nothing here undoes."""


class BrokenBody(Exception):
    """A body that is not what its Content-Encoding says, or is too large when it is undone."""


def whole(body: bytes, encoding: str, limit: int) -> bytes:
    """The body as it was before `encoding`; raises UnknownEncoding and BrokenBody."""
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip":
            return _inflated(body, GZIP, limit)
        case "deflate":
            # The header of zlib's own form is told by its check: it can be divided by 31.
            is_zlib = len(body) > 1 and int.from_bytes(body[:2], "big") % 31 == 0
            return _inflated(body, ZLIB if is_zlib else RAW, limit)
    raise UnknownEncoding(f"Content-Encoding {encoding[:40]!r}")


def _inflated(body: bytes, wrapping: int, limit: int) -> bytes:
    undone = zlib.decompressobj(wrapping)
    try:
        inflated = undone.decompress(body, limit)
    except zlib.error as error:
        raise BrokenBody(f"the body can not be decompressed: {error}") from error
    if undone.unconsumed_tail or not undone.eof:
        what = f"is larger than {limit} bytes" if undone.unconsumed_tail else "ends too early"
        raise BrokenBody(f"the body {what} when it is decompressed")
    return inflated
