"""The mails that accounts send. Each says why it came, and what to do when it was not asked for."""

from urllib.parse import quote

from backend.jobs.mail import ASSOCIATION, SendMail, letter


def verify_address(to: str, full_name: str, site: str, token: str) -> SendMail:
    """The mail whose link proves that the address is the registrant's."""
    return letter(
        to,
        "Confirm your e-mail address",
        "verify-email",
        (
            f"Hello {full_name},",
            f"thank you for registering with the {ASSOCIATION}. Please confirm that this address "
            "is yours by opening the link below. It works once, within 24 hours.",
            "If you did not register, ignore this mail; nothing will happen.",
        ),
        f"{site}/verify-email?token={quote(token)}",
    )


def already_registered(to: str, full_name: str, site: str) -> SendMail:
    """What the owner of an account hears when somebody registers its address again."""
    return letter(
        to,
        "You already have an account",
        "already-registered",
        (
            f"Hello {full_name},",
            "somebody, probably you, tried to register this address again. It has an account "
            "already: log in, or ask for a new password if you forgot yours.",
            "If it was not you, ignore this mail; your account is as it was.",
        ),
        f"{site}/login",
    )


def reset_password(to: str, full_name: str, site: str, token: str) -> SendMail:
    """The mail whose link gives an account a new password."""
    return letter(
        to,
        "Choose a new password",
        "reset-password",
        (
            f"Hello {full_name},",
            "somebody, probably you, asked for a new password for your account. Choose it behind "
            "the link below. It works once, within an hour, and ends all your sessions.",
            "If it was not you, ignore this mail; your password stays as it is.",
        ),
        f"{site}/reset-password?token={quote(token)}",
    )


def no_account(to: str, site: str) -> SendMail:
    """What somebody hears who asks for the password of an address without an account."""
    return letter(
        to,
        "There is no account with this address",
        "no-account",
        (
            "Hello,",
            f"somebody, probably you, asked the {ASSOCIATION} for a new password, but this address "
            "has no account. Perhaps you registered with another one.",
            "If it was not you, ignore this mail.",
        ),
        f"{site}/register",
    )


def password_changed(to: str, full_name: str, site: str) -> SendMail:
    """What the owner of an account hears when its password was changed."""
    return letter(
        to,
        "Your password was changed",
        "password-changed",
        (
            f"Hello {full_name},",
            "the password of your account was changed just now, and every other session was ended.",
            "If it was not you, choose a new password at once, behind the link below.",
        ),
        f"{site}/forgot-password",
    )
