"""The mails about money: what was paid, what was not, and what follows."""

from datetime import datetime

from backend.jobs.mail import SendMail, letter
from backend.providers.stripe import Invoice
from backend.schema.profiles import Profile
from backend.schema.subscriptions import Subscription

SUBJECTS = {
    0: "Your payment did not go through",
    3: "Please pay for your membership",
    7: "Your membership is still not paid for",
    12: "Your membership ends in two days",
}


def receipt(profile: Profile, invoice: Invoice, site: str) -> SendMail:
    """Money has come."""
    said = (
        f"thank you: we have received {_amount(invoice.amount_paid, invoice.currency)}"
        f" for invoice {invoice.number or invoice.id}.",
        "Your invoices are behind the link below.",
    )
    return _mail(profile, site, said, "Your receipt", "payment-receipt")


def payment_failed(
    profile: Profile, subscription: Subscription, site: str, *, day: int, ends_at: datetime
) -> SendMail:
    """Money has not come; what to do, and until when."""
    said = (
        f"the payment for your {subscription.tier.value} membership did not go through.",
        f"Please give us another card behind the link below before {ends_at:%d %B %Y};"
        " on that day the membership ends.",
    )
    return _mail(profile, site, said, SUBJECTS[day], f"payment-failed-{day}")


def ended(profile: Profile, subscription: Subscription, site: str) -> SendMail:
    """The membership is over."""
    said = (
        f"your {subscription.tier.value} membership has ended. Thank you for the time with us.",
        "You are welcome back whenever you like, behind the link below.",
    )
    return _mail(profile, site, said, "Your membership has ended", "membership-ended")


def refunded(profile: Profile, cents: int, currency: str, site: str) -> SendMail:
    """Money goes back."""
    said = (f"we have paid {_amount(cents, currency)} back to your card.",)
    return _mail(profile, site, said, "Your refund", "payment-refunded")


def _amount(cents: int, currency: str) -> str:
    return f"{cents / 100:,.2f} {currency.upper()}"


def _mail(profile: Profile, site: str, said: tuple[str, ...], subject: str, tag: str) -> SendMail:
    paragraphs = (f"Hello {profile.full_name},", *said)
    return letter(profile.email, subject, tag, paragraphs, f"{site}/membership")
