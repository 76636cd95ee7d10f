"""The people: an account and the person behind it are one document."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from backend.schema.document import AccessType, Document, Email, Index, Line, Moment, Text, Tier

TERMS_VERSION: Final = "1.0"
"""The version of the terms that somebody accepts who registers now."""
LAST_ADMIN: Final = "admins"
"""What a block holds (`Store.exclusively`) that could leave the association without an admin."""


class Role(StrEnum):
    """What a person may do; each role may do what the ones before it may."""

    visitor = "visitor"
    member = "member"
    instructor = "instructor"
    board_member = "board_member"
    admin = "admin"

    def at_least(self, other: "Role") -> bool:
        """Whether this role may do what the other may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


class ProfileStatus(StrEnum):
    """Pending until the address is verified; a suspended person can not log in."""

    pending = "pending"
    active = "active"
    suspended = "suspended"


class Profile(Document):
    """A person with an account: visitor, member, instructor, board member or admin."""

    collection = "profiles"
    searched = ("full_name", "disciplines", "rank", "location", "bio")

    email: Annotated[Email, Index(unique=True)]
    full_name: Line
    password_hash: str | None = Field(default=None, repr=False)
    """Argon2id, in the PHC string format; none when the person can not log in by password."""
    role: Annotated[Role, Index()] = Role.visitor
    tier: Annotated[Tier, Index()] = Tier.basic
    """What the person pays for, or has asked for; it opens nothing before membership."""
    status: Annotated[ProfileStatus, Index()] = ProfileStatus.pending
    bio: Text = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    location: Annotated[str, Field(max_length=200)] = ""
    disciplines: Annotated[list[Line], Field(max_length=20)] = []
    rank: Annotated[str, Field(max_length=100)] = ""
    is_public: bool = False
    """Whether the directory shows this person."""
    terms_accepted_at: Moment | None = None
    terms_version: Annotated[str, Field(max_length=20)] = ""
    """Which version of the terms was accepted then; empty where nobody wrote it down."""

    newsletter_asked_at: Moment | None = None
    """When they proved their address, having asked for the newsletter as they registered."""

    @property
    def is_shown(self) -> bool:
        """Whether anybody may see this person: who chose it, and whose account is open."""
        return self.is_public and self.status is ProfileStatus.active

    def search_text(self) -> tuple[str, ...]:
        """The searched fields; nothing is made of what somebody does not show."""
        return super().search_text() if self.is_public else ()

    @property
    def membership(self) -> Tier | None:
        """The tier as which this person is a member now; none for anybody else."""
        is_member = self.role.at_least(Role.member) and self.status is ProfileStatus.active
        return self.tier if is_member else None

    @staticmethod
    def opens_to_anybody() -> tuple[AccessType, ...]:
        """The kinds of access of somebody who is not logged in."""
        return (AccessType.public,)

    def opens(self) -> tuple[AccessType, ...]:
        """The kinds of access that this person has, public included."""
        if not self.role.at_least(Role.member):
            return self.opens_to_anybody()
        if self.tier is Tier.premium or self.role.at_least(Role.instructor):
            return tuple(AccessType)
        return (AccessType.public, AccessType.members_only)
