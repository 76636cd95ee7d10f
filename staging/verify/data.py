"""What is inside: collections as declared, seeds as promised, and what readers find of them."""

from backend.schema import COLLECTIONS, KEPT
from backend.schema.blog_posts import BlogPost
from backend.schema.document import Tier
from backend.schema.profiles import Role
from backend.store import Standing, Where
from staging.seeds import BATCH, Persona
from staging.verify.accounts import logged_in
from staging.verify.promised import Event, Events, Findings, Posts
from staging.verify.visit import DoesNotApply, Visit, Wrong, read

NO_STORE = "The database can not be looked into from here."

GOLDEN = (
    ("What can I have for breakfast before a competition?", "what-to-eat-on-tournament-day"),
    ("Why am I always so tired and out of breath?", "iron-and-the-tired-fighter"),
    ("How can I become a judge at contests?", "taking-up-the-whistle-becoming-a-referee"),
    ("How do I keep beginners from getting a concussion?", "keeping-heads-off-the-mat"),
    ("Is there training for an older person?", "past-fifty-and-still-on-the-mat"),
)
"""Questions in other words than the post that answers them. More of them than places: an answer
that is always the same can not hold every right post."""
PLACES = 3


async def collections(visit: Visit) -> str:
    """Are the collections and their indexes as they are declared?"""
    if (store := visit.target.store) is None:
        raise DoesNotApply(NO_STORE)
    plan = await store.plan()
    declared = {kind.collection for kind in KEPT}
    if missing := declared - {change.collection for change in plan}:
        raise Wrong(f"nothing is known of {', '.join(sorted(missing))}")
    if open_ := [change for change in plan if change.standing is not Standing.unchanged]:
        first = open_[0]
        what = f"{first.collection} {first.part} is {first.standing}: {first.difference}"
        raise Wrong(f"{len(open_)} of {len(plan)} parts differ; {what}")
    return f"{len(declared)} collections, {len(plan)} parts, all as declared"


async def seed_counts(visit: Visit) -> str:
    """Is every seed document there that is promised, in the database that the API reads?"""
    target, store = visit.target, visit.target.store
    if store is None or not target.promised:
        raise DoesNotApply(NO_STORE if store is None else "No seeds are promised here.")
    marks: Where = {"is_seed_data": True, "seed_batch": BATCH}
    kinds = {kind.collection: kind for kind in COLLECTIONS}
    found = {name: await store.count(kinds[name], marks) for name in target.promised}
    if wrong := [name for name, count in target.promised.items() if found[name] != count]:
        raise Wrong("; ".join(f"{found[n]} {n}, not {target.promised[n]}" for n in wrong))
    posts = read(Posts, await visit.get("/api/blog/posts", limit=1)).items
    if not posts or await store.first(BlogPost, {"slug": posts[0].slug}) is None:
        raise Wrong("the seeds are there, but the API reads posts from somewhere else")
    return ", ".join(f"{count} {name}" for name, count in found.items())


async def search_relevance(visit: Visit) -> str:
    """Does search find the post that answers a question put in other words?"""
    seen = visit.target
    if seen.kind == "hosted" and not seen.promised and seen.password is None:
        raise DoesNotApply("It is not known whether the seeds are there, of which it would be one.")
    ranks = []
    for question, slug in GOLDEN:
        answer = await visit.get("/api/search", q=question, limit=PLACES)
        found = [finding.url for finding in read(Findings, answer).results[:PLACES]]
        if (right := f"/blog/{slug}") not in found:
            raise Wrong(f"{question!r} finds {', '.join(found) or 'nothing'}, not {right}")
        ranks.append(found.index(right) + 1)
    return f"{len(GOLDEN)} questions find their post, at place {', '.join(map(str, ranks))}"


async def visibility(visit: Visit) -> str:
    """Do anonymous readers see public events only, and premium members the others as well?"""
    public = await _events(visit, None)
    if closed := {event.access_type for event in public} - {"public"}:
        raise Wrong(f"anonymous readers see events that are {', '.join(sorted(closed))}")
    visit.password()
    member = next(each for each in visit.target.personas if _is_premium(each))
    async with logged_in(visit, member) as session:
        everything = await _events(visit, session.access_token)
    closed = {event.access_type for event in everything} - {"public"}
    if not public or closed != {"members_only", "premium_only"}:
        kinds = ", ".join(sorted(closed)) or "nothing"
        raise Wrong(f"{len(public)} events are public, and a premium member sees {kinds} besides")
    return f"{len(public)} events without a login, {len(everything)} for a premium member"


def _is_premium(persona: Persona) -> bool:
    return (persona.role, persona.tier) == (Role.member, Tier.premium) and persona.may_log_in


async def _events(visit: Visit, token: str | None) -> list[Event]:
    """All events that are shown to the owner of the token, page after page."""
    page = read(Events, await visit.get("/api/events", token=token, limit=50))
    events = page.items
    while page.next:
        answer = await visit.get("/api/events", token=token, limit=50, after=page.next)
        page = read(Events, answer)
        events += page.items
    return events
