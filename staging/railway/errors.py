"""What can go wrong between us and Railway: facts, each with what to do now."""

from datetime import UTC, datetime, timedelta

from staging.obstacles import Failed, Refused
from staging.railway.documents import Document, Kind
from staging.railway.tokens import VARIABLE, WHENCE, Token

AGAIN = "Run the same command again: it looks at what is there first, and goes on from it."


class WrongKindOfToken(Refused):
    """The token is good, and of the kind that can not do this."""

    def __init__(self, given: Kind, wanted: Kind, what: str) -> None:
        super().__init__(
            f"{what}: that takes an {wanted} token, and this is a {given} token."
            if wanted == "account"
            else f"{what}: that takes a {wanted} token, and this is an {given} token.",
            WHENCE[wanted],
        )
        self.given, self.wanted = given, wanted


class TokenIsInTheWrongVariable(Refused):
    """The token is good, and of the other kind than its variable says."""

    def __init__(self, token: Token) -> None:
        right = token.as_other()
        super().__init__(
            f"{token.variable} holds a token of the other kind: Railway knows it as "
            f"{'a project' if right.kind == 'project' else 'an account'} token.",
            f"Put it into {right.variable}, or put another one here: {WHENCE[token.kind]}",
        )


class TokenIsUnknown(Refused):
    """Railway does not know this token, of whatever kind it be taken for."""

    def __init__(self, token: Token) -> None:
        super().__init__(
            f"Railway does not know the token in {token.variable}: it was revoked, it has "
            "expired, or it was cut off when it was copied.",
            WHENCE[token.kind],
        )


class NotAuthorised(Refused):
    """The token is known, and may not do this."""

    def __init__(self, operation: str, token: Token) -> None:
        whose = {
            "account": "the account or workspace that it belongs to has no such right",
            "project": "it belongs to another environment or project",
        }[token.kind]
        super().__init__(
            f"Railway does not let the token in {token.variable} do this ({operation}): {whose}.",
            "Use a token of the workspace that owns the project, or name another project.",
        )


class TwoFactorIsRequired(Refused):
    """Railway wants a code from a person for this."""

    def __init__(self, operation: str) -> None:
        super().__init__(
            f"Railway asks for two-factor authentication for this ({operation}), "
            "and a program can not give it.",
            "Do this one thing in Railway's dashboard, then run the same command again.",
        )


class RateLimited(Failed):
    """Too many questions; `retry_at` is when Railway answers again, where it said so."""

    def __init__(self, seconds: float | None) -> None:
        when = "it did not say until when"
        self.retry_at: datetime | None = None
        if seconds is not None:
            self.retry_at = datetime.now(UTC) + timedelta(seconds=seconds)
            when = f"it answers again at {self.retry_at:%H:%M:%S} UTC, in {_span(seconds)}"
        super().__init__(
            f"Railway has been asked too often, and {when}.",
            f"Wait until then. {AGAIN} Railway counts by the hour and by plan.",
        )
        self.seconds = seconds


class RailwayIsUnreachable(Failed):
    """No connection came about, so that nothing was done."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(
            f"Railway can not be reached at {url}: {why}.",
            f"See whether this machine is on the network. {AGAIN}",
        )


class AnswerWasLost(Failed):
    """The connection dropped, or made no sense, and nobody knows whether it was done."""

    def __init__(self, operation: str, why: str) -> None:
        super().__init__(
            f"The answer to {operation} was lost ({why}); whether it was done, nobody knows yet.",
            AGAIN,
        )


class AnswerMakesNoSense(Failed):
    """Railway answered, and not what its schema promises."""

    def __init__(self, operation: str, why: str) -> None:
        super().__init__(
            f"Railway's answer to {operation} makes no sense: {why}.",
            f"{AGAIN} Should it stay so, Railway's API has changed.",
        )


class RailwayRefused(Failed):
    """Railway does not do this; `told` is its own sentence, without any value of ours."""

    def __init__(self, operation: str, told: str, advice: str = "") -> None:
        super().__init__(
            f"Railway refused {operation}: {told}",
            advice or f"Mend what it says. {AGAIN}",
        )
        self.told = told

    @property
    def is_not_found(self) -> bool:
        """Whether it said that there is no such thing."""
        return "not found" in self.told.lower()


class UploadIsTooLarge(Failed):
    """Railway takes no archive of this size."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"Railway does not take an upload of {size / 1e6:.1f} MB.",
            "Name what it need not hold in .railwayignore, and run the same command again.",
        )


def must_be_askable(document: Document, token: Token) -> None:
    """Raises `WrongKindOfToken` when a token of this kind never gets an answer to this."""
    if token.kind not in document.tokens:
        wanted: Kind = "account" if document.is_account_only else "project"
        what = f"{document.name} can not be asked with {VARIABLE[token.kind]}"
        raise WrongKindOfToken(token.kind, wanted, what)


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
