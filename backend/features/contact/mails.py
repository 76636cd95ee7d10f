"""The mail by which the association hears what somebody wrote on its website."""

from backend.jobs.mail import SendMail, letter


def passed_on(to: str, name: str, email: str, text: str, site: str) -> SendMail:
    """The mail with somebody's words; whoever answers it answers them."""
    paragraphs = tuple(filter(None, (each.strip() for each in text.splitlines())))
    mail = letter(
        to,
        f"{name} wrote on the website",
        "contact",
        (
            f"{name} ({email}) wrote to the association:",
            *paragraphs,
            "An answer to this mail goes to them. Nobody has proved that the address is theirs. "
            "It was written on this page:",
        ),
        f"{site}/contact",
    )
    return mail.model_copy(update={"reply_to": email})
