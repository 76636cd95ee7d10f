"""The mails that BeeHiiv sends: to confirm, to welcome, and the posts; all end in the inbox."""

from datetime import datetime
from email.utils import format_datetime, formataddr
from pathlib import Path
from uuid import uuid4

from jinja2 import Environment, FileSystemLoader, select_autoescape

from sandboxes.kit.letters import KIND, Letter
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Vendor

WORDS = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "mails"),
    autoescape=select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
)


async def send(
    vendor: Vendor,
    about: str,
    publication: Document,
    subscription: Document,
    *,
    subject: str,
    post: Document | None = None,
) -> None:
    """Send a subscriber a mail in the words of the templates that `about` names."""
    pages = f"{subscription['origin']}{vendor.name}"
    told = {
        "post": post,
        "content": post["html"] if post else "",
        "publication": publication,
        "subscription": subscription,
        "subject": subject,
        "confirm_url": f"{pages}/confirm/{subscription['id']}",
        "unsubscribe_url": f"{pages}/unsubscribe/{subscription['id']}",
    }
    mail: Document = {
        "id": str(uuid4()),
        "at": vendor.clock.now().isoformat(),
        "about": about,
        "publication_id": publication["id"],
        "subscription_id": subscription["id"],
        "post_id": post["id"] if post else None,
        "From": formataddr((publication["name"], "newsletter@mail.beehiiv.example")),
        "Recipients": [subscription["email"]],
        "Subject": subject,
        "Unsubscribe": told["unsubscribe_url"] if about != "confirmation" else "",
    }
    for kind in ("html", "txt"):
        mail[kind] = WORDS.get_template(f"{about}.{kind}").render(told)
    await vendor.records.put(KIND, mail["id"], mail)


def letter(mail: Document) -> Letter:
    """The mail as the inbox shows it."""
    headers = {
        "From": mail["From"],
        "To": mail["Recipients"][0],
        "Subject": mail["Subject"],
        "Date": format_datetime(datetime.fromisoformat(mail["at"])),
        "Message-ID": f"<{mail['id']}@mail.beehiiv.example>",
    }
    if mail["Unsubscribe"]:
        headers["List-Unsubscribe"] = f"<{mail['Unsubscribe']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Letter(
        id=mail["id"],
        at=mail["at"],
        sender=mail["From"],
        to=(mail["Recipients"][0],),
        subject=mail["Subject"],
        text=mail["txt"],
        html=mail["html"],
        headers=tuple(headers.items()),
        tag=mail["about"],
    )
