"""Which passwords are good enough."""

from typing import Final

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from backend.errors import RequestIsInvalid

SHORTEST: Final = 10
LONGEST: Final = 128
_COMMON: Final = frozenset(FREQUENCY_LISTS["passwords"][:3000])


def require_good_password(password: str, *, email: str, full_name: str) -> None:
    """Refuse passwords that are guessed first (ASVS 5.0, 6.2). Raises `RequestIsInvalid`.

    Length counts, not signs: there are no rules about capitals, digits and the like.
    """
    told = password.casefold()
    known = [email.partition("@")[0], *full_name.split(), "wwmaa"]
    if told in _COMMON or any(
        len(word) > 3 and told.strip("0123456789!.") == word.casefold() for word in known
    ):
        raise RequestIsInvalid(
            "This password is among those that are guessed first; choose another."
        )
