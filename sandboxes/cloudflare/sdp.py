"""Session descriptions: offers are read, and answered as an SFU would that speaks to nobody.

A browser takes these answers, and waits in vain: the only candidate is the discard port of this
machine, so that nothing is sent anywhere.
"""

import re
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Self

from sandboxes.kit.records import Document

MIRRORED = re.compile(r"a=(rtpmap|fmtp|rtcp-fb|extmap|sctp-port|max-message-size):")
TURNED = {"sendonly": "recvonly", "recvonly": "sendonly", "sendrecv": "sendrecv"}
DIRECTION = re.compile(r"a=(sendonly|recvonly|sendrecv|inactive)$")
USUAL = {
    "audio": ("UDP/TLS/RTP/SAVPF 111", ["a=rtpmap:111 opus/48000/2"]),
    "video": ("UDP/TLS/RTP/SAVPF 96", ["a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 nack pli"]),
}
DISCARD = "a=candidate:1 1 udp 2130706431 127.0.0.1 9 typ host"


class IsNoDescription(Exception):
    """A text that is no session description of WebRTC."""


@dataclass
class Section:
    """One media section: what it carries, and which way as the SFU sees it."""

    mid: str
    kind: str
    formats: str
    direction: str
    lines: list[str] = field(default_factory=list)
    is_closed: bool = False

    @classmethod
    def usual(cls, mid: str, kind: str, direction: str) -> Self:
        """A section that the SFU offers by itself."""
        formats, lines = USUAL[kind]
        return cls(mid, kind, formats, direction, list(lines))

    def document(self) -> Document:
        """The section as it is kept."""
        return asdict(self)


def read(text: str) -> list[Section]:
    """The sections of an offer or answer, as they are answered; raises IsNoDescription."""
    head, *media = re.split(r"\r?\n(?=m=)", text.strip())
    needed = ("v=0", "o=", "s=", "t=")
    if not media or not all(re.search(rf"^{line}", head, re.MULTILINE) for line in needed):
        raise IsNoDescription("it has no head, or no media section")
    sections = [_section(index, part.splitlines()) for index, part in enumerate(media)]
    if len({section.mid for section in sections}) < len(sections):
        raise IsNoDescription("two of its media sections have one mid")
    return sections


def _section(index: int, lines: list[str]) -> Section:
    words = lines[0].removeprefix("m=").split()
    if len(words) < 4 or not words[1].isdigit():
        raise IsNoDescription(f"its media section {index} begins with {lines[0][:80]!r}")
    mids = [line.removeprefix("a=mid:") for line in lines if line.startswith("a=mid:")]
    ways = [found[1] for line in lines if (found := DIRECTION.match(line))]
    kept = [line for line in lines if MIRRORED.match(line)]
    mid = mids[0] if mids else str(index)
    way = TURNED.get(ways[0] if ways else "sendrecv", "inactive")
    # A port of 0 turns a section down, unless it is bundled with another.
    is_closed = words[1] == "0" and "a=bundle-only" not in lines
    return Section(mid, words[0], " ".join(words[2:]), way, kept, is_closed)


def written(sections: list[Section], kind: str, session_id: str, version: int) -> Document:
    """The description of these sections, as `kind` offer or answer."""
    seed = sha256(session_id.encode()).hexdigest()
    open_mids = " ".join(section.mid for section in sections if not section.is_closed)
    lines = [
        "v=0",
        f"o=- {int(seed[:15], 16)} {version} IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=msid-semantic:WMS *",
        f"a=fingerprint:sha-256 {_fingerprint(seed)}",
        "a=ice-lite",
        "a=extmap-allow-mixed",
        *([f"a=group:BUNDLE {open_mids}"] if open_mids else []),
    ]
    for section in sections:
        lines += _lines(section, kind, seed, session_id)
    return {"type": kind, "sdp": "\r\n".join(lines) + "\r\n"}


def _lines(section: Section, kind: str, seed: str, session_id: str) -> list[str]:
    port = 0 if section.is_closed else 9
    lines = [f"m={section.kind} {port} {section.formats}", "c=IN IP4 0.0.0.0"]
    lines.append(f"a=mid:{section.mid}")
    if section.is_closed:
        return [*lines, "a=inactive"]
    lines += [
        f"a=ice-ufrag:{seed[16:24]}",
        f"a=ice-pwd:{seed[24:48]}",
        "a=setup:" + ("passive" if kind == "answer" else "actpass"),
        DISCARD,
        "a=end-of-candidates",
    ]
    if section.kind == "application":
        return [*lines, *section.lines]
    lines += [f"a={section.direction}", "a=rtcp-mux", "a=rtcp-rsize", *section.lines]
    if "send" in section.direction:
        ssrc = int(sha256(f"{session_id} {section.mid}".encode()).hexdigest()[:8], 16)
        lines += [f"a=msid:{session_id} {section.mid}", f"a=ssrc:{ssrc} cname:{session_id}"]
    return lines


def _fingerprint(seed: str) -> str:
    return ":".join(seed[at : at + 2].upper() for at in range(0, 64, 2))
