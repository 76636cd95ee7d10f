"""The grade of an answer's protective headers, by the points of MDN's HTTP Observatory."""

import re
from collections.abc import Callable, Mapping

Headers = Mapping[str, str]
BEST, BONUS_FROM = 100, 90
"""Where everybody begins, and what is needed before anything is added."""
HALF_A_YEAR_S = 15_768_000
GRADES = (
    (100, "A+"),
    (90, "A"),
    (85, "A-"),
    (80, "B+"),
    (70, "B"),
    (65, "B-"),
    (60, "C+"),
    (50, "C"),
    (45, "C-"),
    (40, "D+"),
    (30, "D"),
    (25, "D-"),
    (0, "F"),
)
LEAST = 70
"""The points below which an answer is not careful enough: a B."""


def points(headers: Headers) -> int:
    """The points of these headers; their names are lower case."""
    given = [judge(headers) for judge in JUDGES]
    bare = max(BEST + sum(each for each in given if each < 0), 0)
    return bare + (sum(each for each in given if each > 0) if bare >= BONUS_FROM else 0)


def grade(score: int) -> str:
    """The letter for so many points."""
    return next(letter for least, letter in GRADES if score >= least)


def graded(headers: Headers) -> str:
    """The letter and the points, such as `A+ (120)`."""
    return f"{grade(points(headers))} ({points(headers)})"


Policy = Mapping[str, frozenset[str]]
BROAD = frozenset({"*", "http:", "https:", "data:", "'unsafe-inline'"})


def _policy(headers: Headers) -> Policy:
    """The content security policy's directives with their sources."""
    parts = [part.split() for part in headers.get("content-security-policy", "").split(";")]
    return {words[0].lower(): frozenset(map(str.lower, words[1:])) for words in parts if words}


def _broad(sources: frozenset[str]) -> frozenset[str]:
    """The sources that let nearly anything in; a nonce or a hash takes the sting out of inline."""
    named = any(source.startswith(("'nonce-", "'sha")) for source in sources)
    return sources & (BROAD - {"'unsafe-inline'"} if named else BROAD)


def _content(headers: Headers) -> int:
    policy = _policy(headers)
    default = policy.get("default-src", frozenset({"*"}))
    scripts, styles = (policy.get(f"{kind}-src", default) for kind in ("script", "style"))
    if not policy:
        return -25
    if _broad(scripts):
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if _broad(styles):
        return 0
    return 10 if default == {"'none'"} else 5


def _transport(headers: Headers) -> int:
    age = re.search(r"max-age=(\d+)", headers.get("strict-transport-security", ""))
    return -20 if not age else -10 if int(age[1]) < HALF_A_YEAR_S else 0


def _frames(headers: Headers) -> int:
    if "frame-ancestors" in _policy(headers):
        return 5
    return 0 if headers.get("x-frame-options", "").upper() in ("DENY", "SAMEORIGIN") else -20


def _sniffing(headers: Headers) -> int:
    return 0 if headers.get("x-content-type-options", "").lower() == "nosniff" else -5


def _referrer(headers: Headers) -> int:
    private = ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin")
    said = headers.get("referrer-policy", "").lower().split(",")[-1].strip()
    return 5 if said in private else -5 if said else 0


def _resources(headers: Headers) -> int:
    said = headers.get("cross-origin-resource-policy", "")
    return 10 if said in ("same-origin", "same-site") else 0


JUDGES: tuple[Callable[[Headers], int], ...] = (
    _content,
    _transport,
    _frames,
    _sniffing,
    _referrer,
    _resources,
)
