"""The mails about an account that an admin has changed: what is different, and whom to ask."""

from backend.jobs.mail import SendMail, letter
from backend.schema.profiles import Profile, Role

ROLES: dict[Role, str] = {
    Role.visitor: "a visitor of the website",
    Role.member: "a member",
    Role.instructor: "an instructor",
    Role.board_member: "a member of the board",
    Role.admin: "an administrator",
}
"""What somebody is, in words."""


def role_changed(profile: Profile, contact: str, site: str) -> SendMail:
    """Somebody has another role."""
    said = (
        f"as of now you are {ROLES[profile.role]} in the association's records, and see on the"
        " website what belongs to that. You were logged out everywhere; please log in again.",
        f"If you did not expect this, please write to {contact}.",
    )
    return _mail(profile, said, "You have another role", "role-changed", f"{site}/login")


def suspended(profile: Profile, because: str, contact: str, site: str) -> SendMail:
    """Somebody can not log in any more."""
    said = (
        "your account is suspended: you were logged out everywhere, and can not log in. This is"
        " why:",
        because,
        "A membership that you pay for goes on. If you think that this is wrong, please write to"
        f" {contact}; the link below leads to our other addresses.",
    )
    return _mail(profile, said, "Your account is suspended", "account-suspended", f"{site}/contact")


def restored(profile: Profile, site: str) -> SendMail:
    """Somebody can log in again."""
    said = ("your account is open again. You can log in behind the link below.",)
    return _mail(profile, said, "Your account is open again", "account-restored", f"{site}/login")


def _mail(profile: Profile, said: tuple[str, ...], subject: str, tag: str, link: str) -> SendMail:
    return letter(profile.email, subject, tag, (f"Hello {profile.full_name},", *said), link)
