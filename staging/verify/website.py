"""The website: does it show what the API tells, of the environment that was meant?"""

import re
from uuid import uuid4

from httpx2 import Response

from staging.verify.promised import Events, Posts, SiteHealth
from staging.verify.visit import DoesNotApply, Visit, Wrong, expect, read, told

ASSOCIATION = "World Wide Martial Arts Association"
FILE = re.compile(r'(?:src|href)="(/[^"]+\.(?:css|js))"')


async def frontend(visit: Visit) -> str:
    """Does the website show the association's pages with what the API tells, and nothing else?"""
    if not (url := visit.target.frontend_url):
        raise DoesNotApply("This target has no website yet.")
    base = url.rstrip("/")
    home = _page(await visit.get(base))
    if ASSOCIATION not in home.text:
        raise Wrong(f"{url} answered 200 with a page that does not name the {ASSOCIATION}")
    said = read(SiteHealth, await visit.get(f"{base}/health"))
    if said.environment != visit.target.environment:
        meant = visit.target.environment
        raise Wrong(f"the website is {said.environment}'s, and {meant} was meant")
    listed = await _listed(visit)
    for path, links in listed.items():
        page = _page(await visit.get(f"{base}{path}"))
        if absent := [link for link in links if f'"{link}"' not in page.text]:
            raise Wrong(f"{path} does not lead to {absent[0]}, which the API tells of")
    files = sorted(set(FILE.findall(home.text)))
    for file in files:
        expect(await visit.get(f"{base}{file}"), 200)
    expect(await visit.get(f"{base}/{uuid4().hex}"), 404)
    shown = sum(map(len, listed.values()))
    return (
        f"{1 + len(listed)} pages with {shown} links to what the API tells of, {len(files)} files,"
        f" {len(home.content) / 1000:.1f} kB at first, and 404 for an unknown page"
    )


async def _listed(visit: Visit) -> dict[str, list[str]]:
    """The first links that each list must show, as the API tells them to anybody."""
    events = read(Events, await visit.get("/api/events", limit=3)).items
    posts = read(Posts, await visit.get("/api/blog/posts", limit=3)).items
    return {
        "/events": [f"/events/{event.id}" for event in events[:3]],
        "/blog": [f"/blog/{post.slug}" for post in posts[:3]],
    }


def _page(answer: Response) -> Response:
    """The answer, when it is a page. Raises `Wrong`."""
    kind = expect(answer, 200).headers.get("content-type", "nothing")
    if "text/html" not in kind:
        raise Wrong(f"{told(answer)} with {kind}, which is no page")
    return answer
