"""The journeys of the association's checklist, walked in earnest through the front door.

Each is walked by guests: people who are put in for it alone, and of whom nothing is left. Login,
search and metrics are on that list too, and have checks of their own that need no guests.
"""

from typing import Final

from staging.verify.check import Check
from staging.verify.journeys.application import application
from staging.verify.journeys.checkout import checkout
from staging.verify.journeys.event import event
from staging.verify.journeys.mail import mail_arrives
from staging.verify.journeys.newsletter import newsletter
from staging.verify.journeys.registration import registration
from staging.verify.journeys.training import training

LIMIT_S: Final = 60.0
"""How long a journey may take; each thing that is waited for has a time of its own."""
LOGS: Final = "`staging logs backend` and `staging logs worker` tell why"

JOURNEYS: Final[tuple[Check, ...]] = (
    Check(
        "registration",
        registration,
        expected="an account by mail, a login, and nothing of it left once its owner asks for that",
        advice=f"{LOGS}; see backend/features/accounts, at the end backend/features/privacy.",
        walks=True,
        limit_s=LIMIT_S,
    ),
    Check(
        "mail_arrives",
        mail_arrives,
        expected="within 15 s a mail with a link to the website, by which a password is chosen",
        advice=f"{LOGS}, and the sandbox's journal under /_sandbox/ what Postmark was asked.",
        walks=True,
        limit_s=LIMIT_S,
    ),
    Check(
        "event",
        event,
        expected="one seat for the first who asks, a ticket that opens the door once, and mails",
        advice=f"{LOGS}; see backend/features/events.",
        walks=True,
        limit_s=LIMIT_S,
    ),
    Check(
        "application",
        application,
        expected="a member after two different approvals, and not before",
        advice=f"{LOGS}; see backend/features/applications.",
        walks=True,
        limit_s=LIMIT_S,
    ),
    Check(
        "checkout",
        checkout,
        expected="a payment on Stripe's page, and within 15 s its tier, receipt and invoice",
        advice=f"{LOGS}; the console shows whether Stripe's webhook was answered.",
        walks=True,
        limit_s=LIMIT_S,
    ),
    Check(
        "newsletter",
        newsletter,
        expected="nobody on the list before they confirm or after they left, here and at BeeHiiv",
        advice=f"{LOGS}; see backend/features/newsletter, and what BeeHiiv was asked.",
        walks=True,
        limit_s=LIMIT_S,
    ),
    Check(
        "training",
        training,
        expected="a room, members who may join from its time on, nobody else, and an end",
        advice=f"{LOGS}; see backend/features/training, and what Cloudflare was asked.",
        walks=True,
        limit_s=LIMIT_S,
    ),
)
