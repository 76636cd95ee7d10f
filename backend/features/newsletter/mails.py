"""The newsletter's own mails. Each that goes to a reader lets them leave with one click."""

from urllib.parse import quote

from backend.features.newsletter import links
from backend.jobs.mail import ASSOCIATION, SendMail, letter
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.settings import Settings


def confirm(subscriber: NewsletterSubscriber, settings: Settings) -> SendMail:
    """The mail whose link says that the owner of the address wants the newsletter."""
    token = links.confirming(subscriber, settings.authentication.jwt_secret.get_secret_value())
    mail = letter(
        subscriber.email,
        "Please confirm your subscription",
        "newsletter-confirm",
        (
            "Hello,",
            f"somebody, probably you, asked for the newsletter of the {ASSOCIATION} at this "
            "address. Please confirm it by opening the link below, within 24 hours.",
            "If it was not you, ignore this mail; nothing will be sent to you.",
        ),
        f"{settings.core.frontend_url}/newsletter/confirm?token={quote(token)}",
    )
    return _leavable(mail, subscriber, settings)


def welcome(subscriber: NewsletterSubscriber, settings: Settings) -> SendMail:
    """What a new reader hears, with the link to what they want to read and to the way out."""
    return _with_preferences(
        subscriber,
        settings,
        "You are subscribed",
        "newsletter-welcome",
        "thank you, you will get our newsletter. Behind the link below you choose what you want "
        "to read about, and there you can leave at any time.",
    )


def subscribed_already(subscriber: NewsletterSubscriber, settings: Settings) -> SendMail:
    """What a reader hears when somebody asks for the newsletter at their address again."""
    return _with_preferences(
        subscriber,
        settings,
        "You are subscribed already",
        "newsletter-subscribed-already",
        "somebody, probably you, asked for our newsletter at this address. You get it already; "
        "behind the link below you choose what you want to read about, or leave.",
    )


def _with_preferences(
    subscriber: NewsletterSubscriber, settings: Settings, subject: str, tag: str, said: str
) -> SendMail:
    token = links.opening(subscriber, settings.authentication.jwt_secret.get_secret_value())
    link = f"{settings.core.frontend_url}/newsletter/preferences?token={quote(token)}"
    mail = letter(subscriber.email, subject, tag, ("Hello,", said), link)
    return _leavable(mail, subscriber, settings)


def _leavable(mail: SendMail, subscriber: NewsletterSubscriber, settings: Settings) -> SendMail:
    """The mail with what mail programs need to unsubscribe by one click (RFC 8058)."""
    token = links.opening(subscriber, settings.authentication.jwt_secret.get_secret_value())
    way_out = f"{settings.core.backend_url}/api/newsletter/unsubscribe?token={quote(token)}"
    headers = {
        "List-Unsubscribe": f"<{way_out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return mail.model_copy(update={"headers": headers})
