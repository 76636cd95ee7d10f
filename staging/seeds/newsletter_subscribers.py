"""The newsletter's list: every member, as the rules want it, and fourteen people from outside."""

from collections.abc import Iterator

from backend.schema.newsletter_subscribers import NewsletterStatus, NewsletterSubscriber
from staging.seeds.edition import Edition
from staging.seeds.profiles import Cast, address, people

INTERESTS = ("events", "training", "articles", "news")

OUTSIDERS = {
    NewsletterStatus.subscribed: (
        "Adaeze Onwukwem",
        "Lorcan Fitzmorris",
        "Keiko Hamanishi",
        "Pilar Aguirrezabala",
        "Viggo Stensgaard",
    ),
    NewsletterStatus.pending: (
        "Rania Elmahrouk",
        "Jasper Holloway-Nkemelu",
        "Ludmila Hrabcova",
        "Sione Tuipelehake",
    ),
    NewsletterStatus.unsubscribed: (
        "Gwendolyn Achterberg",
        "Imran Chaudharyan",
        "Odile Marchenoir",
    ),
    NewsletterStatus.bounced: (
        "Casimir Dabrowny",
        "Nayeli Xochiquen",
    ),
}
"""People without an account, by where they stand."""

UNSUBSCRIBES = 8
"""Each eighth member has left the list again."""
EVERY = 12
"""Days from one outsider to the next."""


def make(edition: Edition, cast: Cast) -> tuple[NewsletterSubscriber, ...]:
    """The list of an edition: members first."""
    listed = [*_members(cast), *_outsiders(edition)]
    return tuple(
        _subscriber(edition, number, email, status, days)
        for number, (email, status, days) in enumerate(listed)
    )


def _members(cast: Cast) -> Iterator[tuple[str, NewsletterStatus, int]]:
    """Address, standing and days on the list: as many as the person has been a member."""
    members = [person for person in people() if person.member_for]
    for number, person in enumerate(members, 1):
        left = number % UNSUBSCRIBES == 0
        status = NewsletterStatus.unsubscribed if left else NewsletterStatus.subscribed
        yield cast[person.name].email, status, person.member_for


def _outsiders(edition: Edition) -> Iterator[tuple[str, NewsletterStatus, int]]:
    named = [(name, status) for status, names in OUTSIDERS.items() for name in names]
    for number, (name, status) in enumerate(named):
        numbered = name if edition.number == 1 else f"{name} {edition.number}"
        email = address(numbered, "readers.staging.wwmaa.example")
        yield email, status, EVERY * (len(named) - number)


def _subscriber(
    edition: Edition, number: int, email: str, status: NewsletterStatus, days: int
) -> NewsletterSubscriber:
    asked, confirmed = edition.ago(days, hour=13), edition.ago(days, hour=14)
    left = edition.ago(days / 2)
    return NewsletterSubscriber(
        **edition.marks(NewsletterSubscriber, email, asked),
        email=email,
        status=status,
        interests=list(INTERESTS[: 1 + number % len(INTERESTS)]),
        subscribed_at=None if status is NewsletterStatus.pending else confirmed,
        unsubscribed_at=left if status is NewsletterStatus.unsubscribed else None,
    )
