"""The personas: people of the seeds whom a developer can be, one for each role and state."""

from dataclasses import dataclass

from backend.schema.document import Tier
from backend.schema.profiles import ProfileStatus, Role


@dataclass(frozen=True)
class Persona:
    """Somebody to log in as, with the one password that is a secret of the environment.

    The two whose status is not active exist to be refused.
    """

    key: str
    role: Role
    tier: Tier
    full_name: str
    to_try: str
    """What this persona is good for, in one sentence."""
    status: ProfileStatus = ProfileStatus.active

    @property
    def email(self) -> str:
        """An address that is easy to remember: `board.one@staging.wwmaa.example`."""
        return f"{self.key}@staging.wwmaa.example"

    @property
    def may_log_in(self) -> bool:
        """Whether the right password opens the door."""
        return self.status is ProfileStatus.active


PERSONAS = (
    Persona(
        "visitor",
        Role.visitor,
        Tier.basic,
        "Vera Lindholme",
        "See what a person with an account and nothing else sees, and apply for membership.",
    ),
    Persona(
        "applicant",
        Role.visitor,
        Tier.standard,
        "Amara Nwokedike",
        "Follow an application that nobody has looked at yet, or withdraw it.",
    ),
    Persona(
        "applicant.reviewed",
        Role.visitor,
        Tier.standard,
        "Ravindu Kalharawa",
        "Be one approval away from membership: board.one's or that of another board member.",
    ),
    Persona(
        "applicant.rejected",
        Role.visitor,
        Tier.standard,
        "Remy Castagnol",
        "Read why the board said no, and try to apply again before the day from which one may.",
    ),
    Persona(
        "member.basic",
        Role.member,
        Tier.basic,
        "Beatriz Canhoto",
        "RSVP to members' events, and find the premium ones closed.",
    ),
    Persona(
        "member.standard",
        Role.member,
        Tier.standard,
        "Stefan Birkenhof",
        "Have a subscription that ends with its paid year, and take that back.",
    ),
    Persona(
        "member.premium",
        Role.member,
        Tier.premium,
        "Priya Venkatagiri",
        "Open everything that members can open, ten days before the next renewal.",
    ),
    Persona(
        "member.trialing",
        Role.member,
        Tier.premium,
        "Tariq Benhaddou",
        "Be a new member, approved by two and five days from the end of the trial.",
    ),
    Persona(
        "member.pastdue",
        Role.member,
        Tier.standard,
        "Paolo Scarpantini",
        "Mend a renewal that failed three days ago, on the day of the first reminder.",
    ),
    Persona(
        "member.canceled",
        Role.member,
        Tier.premium,
        "Chloé Vandermassen",
        "Use what is left of a paid year after canceling.",
    ),
    Persona(
        "instructor",
        Role.instructor,
        Tier.standard,
        "Rafael Monteagudo-Lis",
        "Teach: look after training sessions, events of your own and who comes to them.",
    ),
    Persona(
        "board.one",
        Role.board_member,
        Tier.premium,
        "Ingrid Tveitvik",
        "Decide applications: give the second approval to applicant.reviewed.",
    ),
    Persona(
        "board.two",
        Role.board_member,
        Tier.standard,
        "Kwabena Nyarkoh",
        "Decide with board.one, and find that nobody approves an application twice.",
    ),
    Persona(
        "admin",
        Role.admin,
        Tier.premium,
        "Marisol Etxandi",
        "Do everything, and see everybody.",
    ),
    Persona(
        "unverified",
        Role.visitor,
        Tier.basic,
        "Una Stojakovska",
        "Be refused at login until the address is verified.",
        ProfileStatus.pending,
    ),
    Persona(
        "suspended",
        Role.visitor,
        Tier.basic,
        "Silas Overbeck",
        "Be refused at login for good, with the right password.",
        ProfileStatus.suspended,
    ),
)
"""In the order of a person's way through the association."""
