"""Posts: made, listed, read with their content, changed, and deleted or archived.

See https://developers.beehiiv.com/api-reference/posts.
"""

from starlette.responses import JSONResponse, Response

from sandboxes.beehiiv.asking import DIRECTIONS, choice, epoch, expanded, page_of, read, several
from sandboxes.beehiiv.contents import rendered, shown
from sandboxes.beehiiv.errors import BeehiivError, not_emulated
from sandboxes.beehiiv.post_forms import NewPost, PostChange
from sandboxes.beehiiv.publications import the_publication
from sandboxes.beehiiv.publishing import MOST, change, take_back, told_of
from sandboxes.beehiiv.writing import KIND, blank, take_over
from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call

CONTENT = ("free_web", "free_email", "free_rss", "premium_web", "premium_email")
EXPANDABLE = frozenset({"stats", "recipients", *(f"{name}_content" for name in CONTENT)})
ORDERS = ("created", "publish_date", "displayed_date")
COUNTS = (
    *("recipients", "delivered", "opens", "unique_opens", "open_rate", "clicks", "unique_clicks"),
    *("verified_clicks", "unique_verified_clicks", "click_rate", "unsubscribes", "spam_reports"),
)


async def create_post(call: Call) -> Response:
    """Begin a post; it is there a moment later."""
    publication, told = await the_publication(call), read(call, NewPost)
    told.check()
    pages = f"{call.request.base_url}{call.vendor.name}/{publication['id']}/p/"
    post = blank(publication, pages, epoch(call.now))
    async with call.records.exclusively(publication["id"]) as records:
        await take_over(records, post, told)
        await records.put(KIND, post["id"], post)
    return JSONResponse({"data": {"id": post["id"]}}, 201)


async def list_posts(call: Call) -> Response:
    """The posts of a publication that are made, the oldest first unless told."""
    expand = expanded(call, EXPANDABLE)
    order, direction = choice(call, "order_by", ORDERS), choice(call, "direction", DIRECTIONS)
    found = sorted(await _asked(call), key=lambda post: _date(post, order))
    asked = found if direction == "asc" else found[::-1]
    page, extent = page_of(call, asked)
    described = [await _described(call.records, post, expand) for post in page]
    return JSONResponse({"data": described} | extent)


async def post_stats(call: Call) -> Response:
    """The statistics of all posts that the filters leave."""
    stats = await _stats(call.records, [post["id"] for post in await _asked(call)])
    return JSONResponse({"data": {"stats": stats}})


async def get_post(call: Call) -> Response:
    """One post, or 202 while it is being made."""
    expand = expanded(call, EXPANDABLE)
    post = await _the_post(call, call.records)
    if post["stage"] == "making":
        return _in_the_making(post)
    return JSONResponse({"data": await _described(call.records, post, expand)})


async def update_post(call: Call) -> Response:
    """Change what is told, and leave the rest; a draft that is confirmed goes out."""
    told = read(call, PostChange)
    told.check()
    async with call.vendor.exclusively(call.parameters["id"]) as vendor:
        post = await _the_post(call, vendor.records)
        if post["stage"] == "making":
            return _in_the_making(post)
        await change(vendor, post, told)
    return JSONResponse({"data": told_of(post)})


async def delete_post(call: Call) -> Response:
    """Delete a draft, archive any other."""
    async with call.vendor.exclusively(call.parameters["id"]) as vendor:
        post = await _the_post(call, vendor.records)
        if post["stage"] == "making":
            return _in_the_making(post)
        await take_back(vendor, post)
    return Response(status_code=204)


async def published(records: Records, publication_id: str, slug: str) -> str | None:
    """A post on the web as who has not paid reads it, or None where there is none."""
    like = {"publication_id": publication_id, "slug": slug, "stage": "sent"}
    found = [post for post in await records.find(KIND, like) if post["web_tiers"]]
    return rendered(found[0], "free", "web") if found else None


def _in_the_making(post: Document) -> Response:
    told = {"id": post["id"], "state": "processing"}
    body = {"status": 202, "statusText": "Accepted", "data": told}
    return JSONResponse(body, 202, headers={"Retry-After": "1"})


async def _the_post(call: Call, records: Records) -> Document:
    publication = await the_publication(call)
    post = await records.get(KIND, call.parameters["id"])
    if post is None or post["publication_id"] != publication["id"]:
        raise BeehiivError(404, "Post not found.")
    return post


async def _asked(call: Call) -> list[Document]:
    """The posts that the filters leave, the oldest first."""
    publication = await the_publication(call)
    if several(call, "premium_tiers"):
        raise not_emulated("premium tiers")
    wanted = {
        "audience": {choice(call, "audience", ("all", "free", "premium")), "both"},
        "platform": {choice(call, "platform", ("all", "web", "email", "both"))},
        "status": {choice(call, "status", ("all", "draft", "confirmed", "archived"))},
    }
    hidden = choice(call, "hidden_from_feed", ("all", "true", "false"))
    tags, slugs = set(several(call, "content_tags")), several(call, "slugs")
    authors = {name.lower() for name in several(call, "authors")}
    found = await call.records.find(KIND, {"publication_id": publication["id"]}, limit=MOST)
    return [
        post
        for post in reversed(found)
        if post["stage"] != "making"
        and all({"all", post[name]} & words for name, words in wanted.items())
        and hidden in {"all", str(post["hidden_from_feed"]).lower()}
        and (not tags or tags & set(post["content_tags"]))
        and (not slugs or post["slug"] in slugs)
        and (not authors or authors & {name.lower() for name in post["authors"]})
    ]


def _date(post: Document, order: str) -> int:
    """When it was made or published; what has no such date comes first."""
    if order == "displayed_date":
        return int(post["displayed_date"] or post["publish_date"] or 0)
    return int(post[order] or 0)


async def _described(records: Records, post: Document, expand: set[str]) -> Document:
    described = told_of(post)
    if content := shown(post, expand):
        described["content"] = content
    if "stats" in expand:
        described["stats"] = await _stats(records, [post["id"]])
    if "recipients" in expand:
        tiers = {"web": post["web_tiers"], "email": post["email_tiers"]}
        described["recipients"] = {on: {"tier_ids": ids} for on, ids in tiers.items() if ids}
    return described


async def _stats(records: Records, ids: list[str]) -> Document:
    """What is kept, counted; nothing is opened, clicked or viewed here."""
    sent = sum([await records.count("mail", {"post_id": id_}) for id_ in ids])
    email = dict.fromkeys(COUNTS, 0) | {"recipients": sent, "delivered": sent}
    return {"email": email, "web": {"views": 0, "clicks": 0}, "clicks": []}
