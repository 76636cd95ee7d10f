"""The mails about what is kept of people."""

from backend.jobs.mail import SendMail, letter


def export_is_ready(to: str, full_name: str, link: str) -> SendMail:
    """What is kept about somebody can be fetched."""
    said = (
        f"Hello {full_name},",
        "what we keep about you is put together, as you asked. Fetch it behind the link below"
        " within 24 hours; whoever has the link can read it, so do not pass it on.",
        "If you did not ask for it, change your password.",
    )
    return letter(to, "What we keep about you", "data-export", said, link)


def deletion_began(to: str, full_name: str, site: str) -> SendMail:
    """Somebody asked to be forgotten; from now on nobody can log in."""
    said = (
        f"Hello {full_name},",
        "you asked us to delete your account. It is closed from now on, and we are deleting what"
        " we keep about you. We will write once more when it is done.",
    )
    return letter(to, "We are deleting your account", "deletion-began", said, f"{site}/")


def is_forgotten(to: str, site: str) -> SendMail:
    """The last mail: nothing is kept of this address."""
    said = (
        "Hello,",
        "your account is deleted, with all that we kept about you. What the law has us keep of"
        " payments stays for seven years, and does not name you any more.",
        "This is our last mail to this address. You are welcome back whenever you like.",
    )
    return letter(to, "Your account is deleted", "deletion-done", said, f"{site}/")
