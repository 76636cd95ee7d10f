"""The mails about an application: each says how it stands, and what happens next."""

from backend.jobs.mail import SendMail, letter
from backend.schema.applications import APPROVALS_NEEDED, Application


def submitted(application: Application, site: str) -> SendMail:
    """To the applicant: it has arrived."""
    said = (
        "your application for membership has arrived. Two members of our board will read it,"
        " usually within three to five business days.",
        "Behind the link below you see how it stands, and may withdraw it.",
    )
    return _mail(application, site, said, "Your application has arrived", "application-submitted")


def first_approval(application: Application, site: str) -> SendMail:
    """To the applicant: one of two."""
    said = (f"the first of {APPROVALS_NEEDED} board members has approved your application.",)
    return _mail(application, site, said, "Your application is under review", "application-review")


def approved(application: Application, site: str) -> SendMail:
    """To the applicant: welcome, and where to pay."""
    said = (
        "two members of our board have approved your application. Welcome: you are a member.",
        f"To begin your {application.requested_tier.value} membership, please pay for it behind"
        " the link below.",
    )
    subject = "Welcome to the association"
    return _mail(application, site, said, subject, "application-approved", path="/membership")


def rejected(application: Application, site: str) -> SendMail:
    """To the applicant: no, why, and what they can do."""
    note = application.rejection.note if application.rejection else ""
    again = application.reapply_from
    said = (
        "our board has not approved your application. This is why:",
        note,
        *((application.improvements,) if application.improvements else ()),
        f"You may apply again from {again:%d %B %Y} on." if again else "",
        "If you think that this is wrong, you may appeal once, behind the link below.",
    )
    return _mail(application, site, said, "About your application", "application-rejected")


def asked(application: Application, question: str, site: str) -> SendMail:
    """To the applicant: the board wants to know more."""
    said = (
        "before it decides about your application, our board would like to know:",
        question,
        "Please answer behind the link below.",
    )
    return _mail(application, site, said, "A question about your application", "application-asked")


def withdrawn(application: Application, site: str) -> SendMail:
    """To the applicant: as they wished."""
    said = ("you have withdrawn your application. You may apply again whenever you like.",)
    return _mail(application, site, said, "Your application is withdrawn", "application-withdrawn")


def appeal_decided(application: Application, site: str) -> SendMail:
    """To the applicant: what became of their appeal."""
    appeal = application.appeal
    granted = appeal is not None and appeal.is_granted
    note = appeal.decision.note if appeal and appeal.decision else ""
    said = (
        "your appeal was granted: our board will read your application anew."
        if granted
        else "your appeal was not granted; the decision of our board stands.",
        *((note,) if note else ()),
    )
    return _mail(application, site, said, "About your appeal", "application-appeal")


def for_the_board(to: str, name: str, application: Application, what: str, site: str) -> SendMail:
    """To a board member: there is something to decide."""
    said = (f"Hello {name},", f"{application.applicant_name} {what}. Please have a look.")
    link = f"{site}/board/applications/{application.id}"
    return letter(to, "An application waits for you", "application-board", said, link)


def _mail(
    application: Application,
    site: str,
    said: tuple[str, ...],
    subject: str,
    tag: str,
    *,
    path: str = "/application",
) -> SendMail:
    paragraphs = (f"Hello {application.applicant_name},", *filter(None, said))
    return letter(application.applicant_email, subject, tag, paragraphs, f"{site}{path}")
