"""The mails about a training session: each says what it is about, when, and what to do."""

from backend.jobs.mail import SendMail, letter
from backend.schema.profiles import Profile
from backend.schema.training_sessions import TrainingSession


def when(session: TrainingSession) -> str:
    """The time of a session."""
    return f"{session.starts_at:%A, %d %B %Y, %H:%M} (UTC)"


def soon(profile: Profile, session: TrainingSession, site: str, within: str) -> SendMail:
    """The session begins within a day, or within an hour."""
    said = (
        f"{session.title} begins within the {within}: {when(session)}.",
        "It opens ten minutes before its time, behind the link below.",
    )
    return _mail(
        profile, session, site, said, subject=f"Soon: {session.title}", tag="training-reminder"
    )


def called_off(profile: Profile, session: TrainingSession, site: str) -> SendMail:
    """The session does not take place."""
    because = (session.canceled_because,) if session.canceled_because else ()
    said = (f"{session.title} ({when(session)}) does not take place.", *because)
    return _mail(
        profile,
        session,
        site,
        said,
        subject=f"Called off: {session.title}",
        tag="training-canceled",
    )


def recorded(profile: Profile, session: TrainingSession, site: str) -> SendMail:
    """A recording of their session can be seen."""
    said = (
        f"the recording of {session.title} ({when(session)}) is ready.",
        "Whoever may see the session can watch it behind the link below.",
    )
    subject = f"Recorded: {session.title}"
    return _mail(profile, session, site, said, subject=subject, tag="training-recorded")


def _mail(
    profile: Profile,
    session: TrainingSession,
    site: str,
    said: tuple[str, ...],
    *,
    subject: str,
    tag: str,
) -> SendMail:
    paragraphs = (f"Hello {profile.full_name},", *said)
    return letter(profile.email, subject, tag, paragraphs, f"{site}/training/{session.id}")
