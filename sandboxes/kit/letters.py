"""Letters: the mails that vendors send to people, in one shape for the inbox."""

import re
from dataclasses import dataclass, field

from sandboxes.kit.records import Document

KIND = "mail"
"""The kind under which a vendor keeps what it sends, with all addresses that get it, bare and in
lower case, as `Recipients`; `Sandbox.letter` says how such a document reads."""
ADDRESS = re.compile(r"<(https?://[^<>\s]+)>", re.IGNORECASE)


@dataclass(frozen=True)
class Event:
    """What became of a letter at somebody's end; `at` is in ISO 8601."""

    at: str
    what: str
    who: str
    details: str = ""


@dataclass(frozen=True)
class Action:
    """What a person can let happen to a letter: a button, and the path below /_sandbox/ that it
    posts to."""

    label: str
    path: str


@dataclass(frozen=True)
class Letter:
    """A mail as its reader gets it; `at` is in ISO 8601, `to`, `cc` and `bcc` bare addresses."""

    id: str
    at: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    stream: str = ""
    tag: str = ""
    metadata: Document = field(default_factory=dict)
    attachments: tuple[Document, ...] = ()
    events: tuple[Event, ...] = ()
    actions: tuple[Action, ...] = ()

    def header(self, name: str) -> str:
        """The value of a header, or nothing."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), "")

    @property
    def unsubscribe(self) -> str:
        """The web address in `List-Unsubscribe` (RFC 2369), or nothing."""
        found = ADDRESS.search(self.header("List-Unsubscribe"))
        return found[1] if found else ""

    @property
    def one_click(self) -> bool:
        """Whether a mail program may unsubscribe by itself, with one POST (RFC 8058)."""
        told = self.header("List-Unsubscribe-Post").replace(" ", "").lower()
        return bool(self.unsubscribe) and told == "list-unsubscribe=one-click"
