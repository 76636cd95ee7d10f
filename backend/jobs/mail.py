"""Mail, as a job: `await do_later(held, letter(...))` sends it when the block has been kept."""

from html import escape
from typing import Final

import structlog

from backend.jobs import Futile, Task, Work
from backend.providers.postmark import MailboxIsClosed, MailIsRefused, Message
from backend.security import fingerprint

ASSOCIATION: Final = "World Wide Martial Arts Association"

_log = structlog.get_logger(name="backend.jobs")


class SendMail(Task):
    """Hand one mail over to Postmark.

    Postmark knows no idempotency key. Each mail bears its job's id; a job that was begun before
    asks Postmark first whether it has that mail already.
    """

    to: str
    subject: str
    text: str
    html: str
    tag: str
    headers: dict[str, str] = {}
    reply_to: str = ""

    async def run(self, work: Work) -> None:
        """Send it, unless Postmark has it; `Futile` when Postmark will not deliver it.

        Where the mailbox is closed nothing went wrong here, and nobody is to look after it: whoever
        asked for the mail hears from us what everybody hears, and the log has the address' print.
        """
        told = (self.to, self.subject, self.text, self.html, self.tag)
        message = Message(*told, key=work.key, headers=self.headers, reply_to=self.reply_to)
        postmark = work.parts.providers.postmark
        if work.may_be_done and await postmark.has(message):
            return
        try:
            await postmark.send(message)
        except MailboxIsClosed:
            _log.info("mail not sent: the mailbox is closed", to=fingerprint(self.to)[:12])
        except MailIsRefused as error:
            raise Futile(str(error)) from error


def letter(to: str, subject: str, tag: str, paragraphs: tuple[str, ...], link: str) -> SendMail:
    """A mail in the association's form: some paragraphs, and the link that they are about."""
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    html = (
        '<!doctype html><html lang="en"><body style="font: 16px/1.5 system-ui, sans-serif; '
        'max-width: 34em; margin: 2em auto; padding: 0 1em; color: #1d2733">'
        f'<p style="color: #8B0000; font-weight: 600">{ASSOCIATION}</p>{body}'
        f'<p><a href="{escape(link)}" style="color: #8B0000">{escape(link)}</a></p></body></html>'
    )
    text = "\n\n".join((*paragraphs, link, f"-- \n{ASSOCIATION}"))
    return SendMail(to=to, subject=subject, text=text, html=html, tag=tag)
