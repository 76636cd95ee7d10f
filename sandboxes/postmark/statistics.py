"""Statistics of what was sent, by the day in Eastern time, as far as they follow from the mails.

See https://postmarkapp.com/developer/api/stats-api. A mail counts once for each recipient.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Handler
from sandboxes.postmark import bounce_types, fate
from sandboxes.postmark.asking import MOST_IN_ALL, between, day_of, query

Numbers = Mapping[str, int]
BOUNCES = ("HardBounce", "SoftBounce", "SMTPApiError", "Transient")


class Counted(NamedTuple):
    """What one kind of statistics counts: documents of a kind, by the day that `at` says; `adds`
    tells what one of them adds to each of its numbers."""

    kind: str
    at: str
    numbers: tuple[str, ...]
    adds: Callable[[Document], Numbers]


BY_DAY = {
    "sends": Counted("mail", "ReceivedAt", ("Sent",), lambda each: {"Sent": _people(each)}),
    "tracked": Counted(
        "mail",
        "ReceivedAt",
        ("Tracked",),
        lambda each: {"Tracked": _people(each) if _has_opens(each) or _has_links(each) else 0},
    ),
    "bounces": Counted(bounce_types.KIND, "BouncedAt", BOUNCES, lambda each: {each["Type"]: 1}),
    "spam": Counted(
        bounce_types.KIND, "BouncedAt", ("SpamComplaint",), lambda each: {each["Type"]: 1}
    ),
    "opens": Counted(
        fate.OPENS, "ReceivedAt", ("Opens", "Unique"), lambda _: {"Opens": 1, "Unique": 1}
    ),
    "clicks": Counted(
        fate.CLICKS, "ReceivedAt", ("Clicks", "Unique"), lambda _: {"Clicks": 1, "Unique": 1}
    ),
}


async def overview(call: Call) -> Response:
    """All in one, of the whole time that is asked for."""
    mails = await _kept(call, "mail", "ReceivedAt")
    bounces = await _kept(call, bounce_types.KIND, "BouncedAt")
    opens = len(await _kept(call, fate.OPENS, "ReceivedAt"))
    clicks = await _kept(call, fate.CLICKS, "ReceivedAt")
    links = {(each["MessageID"], each["OriginalLink"]) for each in clicks}
    sent = sum(map(_people, mails))
    kinds = [each["Type"] for each in bounces]
    bounced, complaints = sum(kind in BOUNCES for kind in kinds), kinds.count("SpamComplaint")
    with_opens = sum(map(_people, filter(_has_opens, mails)))
    with_links = sum(map(_people, filter(_has_links, mails)))
    tracked = sum(_people(mail) for mail in mails if _has_opens(mail) or _has_links(mail))
    return JSONResponse(
        {
            "Sent": sent,
            "Bounced": bounced,
            "SMTPApiErrors": kinds.count("SMTPApiError"),
            "BounceRate": _rate(bounced, sent),
            "SpamComplaints": complaints,
            "SpamComplaintsRate": _rate(complaints, sent),
            "Opens": opens,
            "UniqueOpens": opens,
            "Tracked": tracked,
            "WithOpenTracking": with_opens,
            "WithLinkTracking": with_links,
            "TotalClicks": len(clicks),
            "UniqueLinksClicked": len(links),
            "TotalTrackedLinksSent": with_links,
            "WithClientRecorded": opens,
            "WithPlatformRecorded": opens,
        }
    )


def by_day(what: str) -> Handler:
    """The operation that answers one kind of statistics, day by day and in all."""
    kind, at, names, adds = BY_DAY[what]

    async def answer(call: Call) -> Response:
        days: dict[date, dict[str, int]] = {}
        for each in await _kept(call, kind, at):
            day = days.setdefault(day_of(each[at]), dict.fromkeys(names, 0))
            for name, number in adds(each).items():
                if name in day:
                    day[name] += number
        some = {day: told for day, told in sorted(days.items()) if any(told.values())}
        listed = [{"Date": str(day)} | told for day, told in some.items()]
        return JSONResponse(_sums(some.values(), names) | {"Days": listed})

    return answer


async def _kept(call: Call, kind: str, at: str) -> list[Document]:
    asked = query(call)
    span = between(asked, 900)
    like: Document = {"MessageStream": asked.get("messagestream", "outbound")}
    like |= {"Tag": asked["tag"]} if "tag" in asked else {}
    found = await call.records.find(kind, like, limit=MOST_IN_ALL)
    return [each for each in found if each[at] in span]


def _sums(days: Iterable[Numbers], names: tuple[str, ...]) -> Document:
    listed = list(days)
    return {name: sum(day[name] for day in listed) for name in names}


def _rate(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0


def _people(mail: Document) -> int:
    return len(mail["Recipients"])


def _has_opens(mail: Document) -> bool:
    return bool(mail["TrackOpens"] and mail["HtmlBody"])


def _has_links(mail: Document) -> bool:
    return bool((mail["TrackLinks"] or "None") != "None")
