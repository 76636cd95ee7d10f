"""The mails that accounts send. Each says why it came, and what to do when it was not asked for."""

from html import escape
from urllib.parse import quote

from backend.providers.postmark import Message

ASSOCIATION = "World Wide Martial Arts Association"


def _mail(to: str, subject: str, tag: str, paragraphs: tuple[str, ...], link: str) -> Message:
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    html = (
        '<!doctype html><html lang="en"><body style="font: 16px/1.5 system-ui, sans-serif; '
        'max-width: 34em; margin: 2em auto; padding: 0 1em; color: #1d2733">'
        f'<p style="color: #8B0000; font-weight: 600">{ASSOCIATION}</p>{body}'
        f'<p><a href="{escape(link)}" style="color: #8B0000">{escape(link)}</a></p></body></html>'
    )
    text = "\n\n".join((*paragraphs, link, f"-- \n{ASSOCIATION}"))
    return Message(to, subject, text, html, tag)


def verify_address(to: str, full_name: str, site: str, token: str) -> Message:
    """The mail whose link proves that the address is the registrant's."""
    return _mail(
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


def already_registered(to: str, full_name: str, site: str) -> Message:
    """What the owner of an account hears when somebody registers its address again."""
    return _mail(
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
