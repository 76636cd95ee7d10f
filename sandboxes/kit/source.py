"""A letter as the raw message that would have gone over SMTP, readable as it stands."""

from collections.abc import Iterator

from sandboxes.kit.letters import Letter


def source(letter: Letter) -> str:
    """Headers and bodies as they were handed in, in UTF-8 (RFC 6532 allows that of headers too)."""
    bodies = [
        (kind, body) for kind, body in (("plain", letter.text), ("html", letter.html)) if body
    ]
    boundary = f"=_{letter.id}"
    if len(bodies) == 1:
        return "\r\n".join([*_headers(letter), *_part(*bodies[0])])
    lines = [*_headers(letter), f'Content-Type: multipart/alternative; boundary="{boundary}"', ""]
    for kind, body in bodies:
        lines += [f"--{boundary}", *_part(kind, body)]
    return "\r\n".join([*lines, f"--{boundary}--", ""])


def _headers(letter: Letter) -> Iterator[str]:
    for name, value in letter.headers:
        yield f"{name}: {' '.join(value.split())}"
    yield "MIME-Version: 1.0"


def _part(kind: str, body: str) -> list[str]:
    coding = "Content-Transfer-Encoding: 8bit"
    return [f"Content-Type: text/{kind}; charset=utf-8", coding, "", body]
