"""The people: fifty in each edition, whom every other collection refers to by name."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from backend.schema.document import AccessType, Tier
from backend.schema.profiles import Profile, ProfileStatus, Role
from staging.seeds.edition import Edition, table
from staging.seeds.personas import PERSONAS

Cast = Mapping[str, Profile]
"""The people of one edition by the name that they have in `people.toml`."""


@dataclass(frozen=True)
class Person:
    """Somebody as `people.toml` tells it."""

    name: str
    tier: str
    location: str
    bio: str
    joined: int
    """Days since the account was made."""
    role: str = Role.visitor
    status: str = ProfileStatus.active
    disciplines: tuple[str, ...] = ()
    rank: str = ""
    member_for: int = 0
    """Days since the membership began that stands now; none for visitors."""

    @property
    def given(self) -> str:
        """All names but the last."""
        return self.name.rsplit(" ", 1)[0]

    @property
    def family(self) -> str:
        """The last name."""
        return self.name.rsplit(" ", 1)[1]

    def admitted_for(self, access: AccessType) -> int:
        """Days since the person has been let in where this access is asked for."""
        return self.joined if access is AccessType.public else self.member_for


@cache
def people() -> tuple[Person, ...]:
    """The fifty, in the order of the file."""
    return tuple(Person(**row) for row in table("people")["person"])


def address(name: str, domain: str) -> str:
    """An e-mail address made of a name, its accents removed: `oisin.gilhooley@…`."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '.')}@{domain}"


def make(edition: Edition, password_hash: str | None) -> Cast:
    """The people of an edition; the first edition's personas get the password."""
    return {
        person.name: _profile(edition, number, person, password_hash)
        for number, person in enumerate(people())
    }


def _profile(edition: Edition, number: int, person: Person, password_hash: str | None) -> Profile:
    joined = edition.ago(person.joined, hour=7)
    personas = {persona.full_name: persona for persona in PERSONAS} if edition.number == 1 else {}
    persona = personas.get(person.name)
    role, status = Role(person.role), ProfileStatus(person.status)
    full_name = _full_name(edition, number)
    return Profile(
        **edition.marks(Profile, person.name, joined),
        email=persona.email if persona else _email(edition, full_name),
        full_name=full_name,
        password_hash=password_hash if persona else None,
        role=role,
        tier=Tier(person.tier),
        status=status,
        bio=person.bio,
        # 555-0100 to 555-0199 are kept for stories: they ring nowhere.
        phone=f"+1-202-555-01{number:02d}",
        location=person.location,
        disciplines=list(person.disciplines),
        rank=person.rank,
        is_public=role.at_least(Role.member) and number % 6 != 0,
        terms_accepted_at=joined,
    )


def _full_name(edition: Edition, number: int) -> str:
    """In later editions the given names go round the family names."""
    everybody = people()
    turn = (number + edition.number - 1) % len(everybody)
    return f"{everybody[number].given} {everybody[turn].family}"


def _email(edition: Edition, full_name: str) -> str:
    name = full_name if edition.number == 1 else f"{full_name} {edition.number}"
    return address(name, "members.staging.wwmaa.example")
