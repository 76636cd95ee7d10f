"""The personas' password: where it comes from on Railway, and as it is kept."""

import hmac
from base64 import b32encode
from hashlib import sha256
from typing import Final

from backend.security import hasher

LETTERS: Final = 20


def following(jwt_secret: str) -> str:
    """What the personas of an environment on Railway log in with: it follows from its JWT_SECRET.

    It needs no place to be kept, whoever may read the environment's secrets knows it, and nobody
    finds the secret by it.
    """
    made = hmac.digest(jwt_secret.encode(), b"the personas' password", "sha256")
    word = b32encode(made).decode().lower()[:LETTERS]
    return "-".join(word[i : i + 5] for i in range(0, LETTERS, 5))


def hashed(password: str, memory_kib: int) -> str:
    """The same hash for the same password, so that the personas are in place the next time.

    Its salt follows from the password, which is random already.
    """
    salt = sha256(password.encode()).digest()[:16]
    return hasher(memory_kib).hash(password, salt=salt)
