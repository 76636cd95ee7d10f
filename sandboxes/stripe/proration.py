"""What a part of a period costs, to the second and to the cent. Pure functions."""

from fractions import Fraction


def remaining(amount: int, start: int, end: int, at: int) -> int:
    """The share of an amount for the time from a moment to the period's end, in whole cents.

    Half a cent counts as one. A moment outside of the period counts as its nearest edge.
    """
    if end <= start:
        return 0
    at = min(max(at, start), end)
    share = Fraction(amount * (end - at), end - start)
    return int(share + Fraction(1, 2)) if share >= 0 else -int(-share + Fraction(1, 2))
