"""What can go wrong, its status and its sentence; every error is answered as problem details.

RFC 9457 on the wire: `application/problem+json` with type, title, status, detail, instance and
the request's id.
"""

import re
from typing import Any, ClassVar


class Problem(Exception):
    """Something that the caller is told of. Subclasses are facts, and fix status and title."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong here"

    def __init__(self, detail: str, *, retry_after: int | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after
        self.extra = extra

    @classmethod
    def kind(cls) -> str:
        """The problem's type as a URI, such as `urn:wwmaa:problem:not-found`."""
        return "urn:wwmaa:problem:" + re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class NotFound(Problem):
    """There is no such thing, or none that this caller may know of."""

    status = 404
    title = "There is no such thing"


class NotAuthenticated(Problem):
    """Who is calling is not known, or no longer believed."""

    status = 401
    title = "You are not logged in"


class LoginIsRefused(Problem):
    """Address and password do not open an account; which of them is wrong is not told."""

    status = 401
    title = "The login was refused"


class NotAllowed(Problem):
    """The caller is known, and may not do this."""

    status = 403
    title = "You may not do this"


class ForgeryIsSuspected(Problem):
    """A request bears a session's cookie, and nothing shows that a page of ours sent it."""

    status = 403
    title = "This may be a forged request"


class RequestIsInvalid(Problem):
    """The request does not have the form that its documentation gives."""

    status = 422
    title = "The request is not valid"


class LinkIsSpent(Problem):
    """A one-time link was used already, or its time is over."""

    status = 410
    title = "This link is no longer valid"


class TooManyAttempts(Problem):
    """Somebody tried too often; the answer says when to try again."""

    status = 429
    title = "Too many attempts"


class EventTakesNobody(Problem):
    """An event that is over, called off, or full with no waitlist takes no more people."""

    status = 409
    title = "This event takes nobody more"


class TicketIsRefused(Problem):
    """A ticket that opens no door: forged, of another event, used already, or given back."""

    status = 409
    title = "This ticket is not valid here"


class EventIsSettled(Problem):
    """What was asked for can not be done with an event that stands as this one does."""

    status = 409
    title = "This event can not be changed so"


class SessionTakesNobody(Problem):
    """A training session that is not open yet, over, called off or full takes nobody now."""

    status = 409
    title = "You can not join this session now"


class TooManyBookmarks(Problem):
    """A person keeps a hundred bookmarks of a session at most."""

    status = 409
    title = "There are too many bookmarks"


class UpgradeIsNeeded(Problem):
    """What is here is spoken over a WebSocket, and the request did not ask for one."""

    status = 426
    title = "This is a WebSocket"


class SessionIsSettled(Problem):
    """What was asked for can not be done with a session that stands as this one does."""

    status = 409
    title = "This session does not stand so"


class MembershipIsOtherwise(Problem):
    """What was asked for does not go with how the membership stands."""

    status = 409
    title = "Your membership does not stand so"


class PaymentIsRefused(Problem):
    """Money was not moved, and why."""

    status = 402
    title = "The payment was refused"


class ApplicationIsSettled(Problem):
    """What was asked for can not be done with an application that stands as this one does."""

    status = 409
    title = "The application does not stand so"


class MayNotApply(Problem):
    """Somebody who is a member, has applied already, or was rejected not long ago."""

    status = 409
    title = "You can not apply now"


class AdminIsNeeded(Problem):
    """The association would be left without an admin."""

    status = 409
    title = "The last admin stays"


class ChangedMeanwhile(Problem):
    """What was to be changed is not any more as it was read."""

    status = 409
    title = "Somebody else changed this meanwhile"


class AccountIsOtherwise(Problem):
    """What was asked for can not be done with an account that stands as this one does."""

    status = 409
    title = "The account does not stand so"


class ResourceIsOtherwise(Problem):
    """What was asked for can not be done with a resource that stands as this one does."""

    status = 409
    title = "The resource does not stand so"


class SubscriberIsOtherwise(Problem):
    """What was asked for can not be done with an address that stands as this one does."""

    status = 409
    title = "This address stands otherwise"


class FileIsRefused(Problem):
    """A file that is not of a kind which is taken here, or too large."""

    status = 415
    title = "This file is not taken"


class TooManyRequests(Problem):
    """An address asks more often than anybody may; the answer says when it may again."""

    status = 429
    title = "Too many requests"


class WebhookIsRefused(Problem):
    """What came to a webhook's address does not bear its vendor's signature of this moment."""

    status = 400
    title = "This is no webhook that we believe"


class HostIsUnknown(Problem):
    """The request names a host that this API does not answer to."""

    status = 400
    title = "This host is not served here"


class IsUnavailable(Problem):
    """Something that the answer depends on does not answer; trying again later may help."""

    status = 503
    title = "This is not available right now"


class IsRefusedElsewhere(Problem):
    """Somebody whom the answer depends on will not do what we asked; trying again will not help."""

    status = 502
    title = "This was refused to us"
