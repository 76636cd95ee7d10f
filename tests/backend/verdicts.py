"""Who is let in by which route: by what each says of itself, and by whose the thing in its path is.

The verdict of every route, caller and thing follows from `BY_WORD` and `TABLE`, which say no more
than the association's rules do.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Any

from backend.app import create_app
from backend.dependencies import MayCall
from backend.schema.document import AccessType
from backend.schema.profiles import Profile, Role

DOCUMENT = create_app({}).openapi()
IN = 0
"""Let in: whatever is answered, it is not 401, 403 or 404."""


class Caller(Enum):
    """Who calls: nobody who is logged in, or somebody of a role; members of two tiers."""

    nobody = None
    visitor = Role.visitor
    member = Role.member
    premium_member = "premium"
    instructor = Role.instructor
    board_member = Role.board_member
    admin = Role.admin

    @property
    def fields(self) -> dict[str, Any]:
        """What their profile says."""
        if self is Caller.premium_member:
            return {"role": Role.member, "tier": "premium"}
        return {"role": self.value}

    def at_least(self, role: Role | None) -> bool:
        """Whether they are of this role, or of one above; of none is everybody."""
        if role is None:
            return True
        return self is not Caller.nobody and Role(self.fields["role"]).at_least(role)

    def opens(self, access: AccessType) -> bool:
        """Whether they may see what is open to these."""
        if self is Caller.nobody:
            return access in Profile.opens_to_anybody()
        about = {"email": "a@members.example", "full_name": "A", **self.fields}
        return access in Profile.model_validate(about).opens()


class Whose(StrEnum):
    """The thing in a path: the caller's own, or another's, who shows it to some."""

    own = "their own"
    anothers = "another's"
    for_members = "another's for members"
    for_premium = "another's for premium members"
    hidden = "another's that is not shown"

    @property
    def access(self) -> AccessType:
        """To whom it is open."""
        levels = {Whose.for_members: "members_only", Whose.for_premium: "premium_only"}
        return AccessType(levels.get(self, "public"))


LEVELS = (Whose.own, Whose.anothers, Whose.for_members, Whose.for_premium)


@dataclass(frozen=True)
class Row:
    """What a route asks for: a role, and then something about the thing in its path."""

    least: Role | None = Role.visitor
    """From which role on it may be called at all; none is everybody."""
    whose: tuple[Whose, ...] = (Whose.own, Whose.anothers)
    """Which things are tried."""
    own: int = IN
    """What its owner hears."""
    refusal: int = 404
    """What others hear whom it is not shown to."""
    keeps: Role | None = Role.admin
    """From which role on everybody's things are theirs to deal with; for rows that say so."""
    is_kept: bool = False
    is_shown: bool = False
    """Whether others see it who may see what is open to them."""
    by_secret: bool = False
    """Whether whoever knows the right word is let in, account or not."""

    @property
    def callers(self) -> list[Caller]:
        """Who tries; that a member pays for more is tried where it opens more."""
        return [it for it in Caller if self.is_shown or it is not Caller.premium_member]

    def verdict(self, caller: Caller, whose: Whose | None) -> int:
        """What this caller hears of such a thing, or of a path without one."""
        if not caller.at_least(self.least):
            return 401 if caller is Caller.nobody else 403
        if whose is None:
            return IN
        if whose is Whose.own:
            return self.own
        if self.is_kept and caller.at_least(self.keeps):
            return IN
        is_open = self.is_shown and whose is not Whose.hidden and caller.opens(whose.access)
        return IN if is_open else self.refusal


MINE = Row()
SHOWN = Row(least=None, whose=LEVELS, is_shown=True)
CARED_FOR = Row(least=Role.instructor, refusal=403, keeps=Role.board_member, is_kept=True)
BOARDS = Row(least=Role.board_member, is_kept=True, keeps=Role.board_member)
ADMINS = Row(least=Role.admin, is_kept=True)
SECRET = Row(least=None, by_secret=True)

BY_WORD = {
    MayCall.anybody: SHOWN,
    MayCall.logged_in: MINE,
    MayCall.applicant: MINE,
    MayCall.instructors: CARED_FOR,
    MayCall.organizers: CARED_FOR,
    MayCall.teaching: CARED_FOR,
    MayCall.keepers: CARED_FOR,
    MayCall.teacher: replace(CARED_FOR, is_kept=False),
    MayCall.board: BOARDS,
    MayCall.admins: ADMINS,
    MayCall.operators: replace(SECRET, refusal=401),
    MayCall.holder: replace(SECRET, refusal=410),
    MayCall.vendor: replace(SECRET, refusal=400),
}
"""What a route asks for by its own word, unless `TABLE` knows more."""

SEEN = replace(SHOWN, least=Role.visitor)
"""For those who are logged in, as far as they may see it."""

TABLE = {
    "GET /api/people/{profile_id}": replace(SHOWN, whose=(Whose.own, Whose.anothers, Whose.hidden)),
    "GET /api/people/{profile_id}/photo": replace(
        SEEN, whose=(Whose.own, Whose.anothers, Whose.hidden)
    ),
    "GET /api/events/{event_id}": replace(SHOWN, whose=(*LEVELS, Whose.hidden)),
    "POST /api/events/{event_id}/rsvp": replace(SEEN, whose=(*LEVELS, Whose.hidden)),
    "POST /api/training/sessions/{session_id}/leave": MINE,
    "GET /api/training/sessions/{session_id}/attendance": MINE,
    "DELETE /api/training/sessions/{session_id}/registration": MINE,
    "DELETE /api/training/sessions/{session_id}/bookmarks/{bookmark_id}": MINE,
    "GET /api/training/sessions/{session_id}/chat/messages": replace(
        SEEN, is_kept=True, keeps=Role.board_member
    ),
    "GET /api/training/sessions/{session_id}": SHOWN,
    "POST /api/training/sessions/{session_id}/chat/tickets": SEEN,
    "* /api/training/sessions/{session_id}/(access|join|registration|recordings|chat)": SEEN,
    "* /api/training/sessions/{session_id}/(progress|bookmarks)": SEEN,
    "GET /api/resources/{resource_id}(/file)?": replace(
        SHOWN, whose=(*LEVELS, Whose.hidden), is_kept=True, keeps=Role.board_member
    ),
    "POST /api/auth/refresh": replace(SECRET, refusal=401),
    "PUT /api/auth/session": replace(SECRET, refusal=401),
    # It leads to the website with any word; what the word is worth is asked there.
    "GET /api/newsletter/unsubscribe": replace(SECRET, refusal=IN),
    "GET /api/blog/posts/{slug}": replace(SHOWN, whose=(Whose.anothers, Whose.hidden)),
    "GET /api/calendars/{key}.ics": SECRET,
    "GET /api/privacy/exports/{sealed}": replace(SECRET, refusal=410),
    "POST /api/search/answers/{query_id}/feedback": SECRET,
    # A board member who applied decides about others alone, and an admin about other accounts.
    "POST /api/board/applications/{application_id}/(approve|reject|questions)": replace(
        BOARDS, own=403
    ),
    "POST /api/board/applications/{application_id}/appeal": replace(ADMINS, own=403),
    "(PUT|POST) /api/admin/members/{profile_id}/(role|suspend|restore)": replace(ADMINS, own=403),
}
"""The rows of paths about which the association's rules say more than who may call them."""


def row_of(method: str, path: str) -> Row:
    """What a route asks for."""
    for line, row in TABLE.items():
        pattern = re.sub(r"\{\w+\}", lambda found: re.escape(found[0]), line)
        if re.fullmatch(pattern.replace("* /", r"\w+ /"), f"{method} {path}"):
            return row
    return BY_WORD[MayCall(DOCUMENT["paths"][path][method.lower()]["x-may-call"])]


def cells(method: str, path: str) -> list[tuple[Caller, Whose | None, int]]:
    """Each caller with each thing, and what they should hear."""
    row = row_of(method, path)
    tried: tuple[Whose | None, ...] = row.whose if "{" in path or row.by_secret else (None,)
    return [
        (caller, whose, row.verdict(caller, whose))
        for caller in row.callers
        for whose in tried
        # Nobody has something of their own, but for a word that opens it.
        if whose is not Whose.own or row.by_secret or caller is not Caller.nobody
    ]
