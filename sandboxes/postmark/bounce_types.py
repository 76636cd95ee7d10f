"""The kinds of bounce that Postmark tells apart, with its own codes, names and explanations.

See https://postmarkapp.com/developer/api/bounce-api#bounce-types.
"""

from typing import NamedTuple

KIND = "bounce"


class BounceType(NamedTuple):
    """One kind of bounce; one that deactivates puts the address on the suppression list."""

    type: str
    code: int
    name: str
    description: str
    deactivates: bool = False


HARD = BounceType(
    "HardBounce",
    1,
    "Hard bounce",
    "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    deactivates=True,
)
COMPLAINT = BounceType(
    "SpamComplaint",
    100001,
    "Spam complaint",
    "The subscriber explicitly marked this message as spam.",
    deactivates=True,
)
TYPES = (
    HARD,
    BounceType(
        "Transient",
        2,
        "Message delayed/Undeliverable",
        "The server could not temporarily deliver your message (ex: Message is delayed due to"
        " network troubles).",
    ),
    BounceType("Unsubscribe", 16, "Unsubscribe request", "Unsubscribe or Remove request."),
    BounceType(
        "Subscribe",
        32,
        "Subscribe request",
        "Subscribe request from someone wanting to get added to the mailing list.",
    ),
    BounceType(
        "AutoResponder",
        64,
        "Auto responder",
        "Automatic email responder (ex: Out of Office or On Vacation).",
    ),
    BounceType(
        "AddressChange",
        128,
        "Address change",
        "The recipient has requested an address change.",
    ),
    BounceType("DnsError", 256, "DNS error", "A temporary DNS error."),
    BounceType(
        "SpamNotification",
        512,
        "Spam notification",
        "The message was delivered, but was either blocked by the user, or classified as spam,"
        " bulk mail, or had rejected content.",
    ),
    BounceType(
        "OpenRelayTest",
        1024,
        "Open relay test",
        "The NDR is actually a test email message to see if the mail server is an open relay.",
    ),
    BounceType("Unknown", 2048, "Unknown", "Unable to classify the NDR."),
    BounceType(
        "SoftBounce",
        4096,
        "Soft bounce",
        "Unable to temporarily deliver message (i.e. mailbox full, account disabled, exceeds"
        " quota, out of disk space).",
    ),
    BounceType(
        "VirusNotification",
        8192,
        "Virus notification",
        "The bounce is actually a virus notification warning about a virus/code infected message.",
    ),
    BounceType(
        "ChallengeVerification",
        16384,
        "Spam challenge verification",
        "The bounce is a challenge asking for verification you actually sent the email.",
    ),
    BounceType(
        "BadEmailAddress",
        100000,
        "Invalid email address",
        "The address is not a valid email address.",
    ),
    COMPLAINT,
    BounceType(
        "ManuallyDeactivated", 100002, "Manually deactivated", "The email was manually deactivated."
    ),
    BounceType(
        "Unconfirmed",
        100003,
        "Registration not confirmed",
        "The subscriber has not clicked on the confirmation link upon registration or import.",
    ),
    BounceType(
        "Blocked",
        100006,
        "ISP block",
        "Blocked from this ISP due to content or blacklisting.",
    ),
    BounceType(
        "SMTPApiError",
        100007,
        "SMTP API error",
        "An error occurred while accepting an email through the SMTP API.",
    ),
    BounceType(
        "InboundError",
        100008,
        "Processing failed",
        "Unable to deliver inbound message to destination inbound hook.",
    ),
    BounceType(
        "DMARCPolicy",
        100009,
        "DMARC Policy",
        "Email rejected due DMARC Policy.",
    ),
    BounceType(
        "TemplateRenderingFailed",
        100010,
        "Template rendering failed",
        "An error occurred while attempting to render your template.",
    ),
)
BY_NAME = {each.type.lower(): each for each in TYPES}
