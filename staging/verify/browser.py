"""What a browser relies on: origins, protective headers, and errors it can read."""

import re

from httpx2 import Headers, Response

from staging.verify.grading import LEAST, graded, points
from staging.verify.promised import Problem
from staging.verify.visit import DoesNotApply, Visit, Wrong, asked, expect, read, told

NOWHERE = "/api/there-is-nothing-here"
ALLOWED = "access-control-allow-origin"
NO_SITE = "It is not known which origin the website has (FRONTEND_URL)."
TWO_YEARS_S = 63_072_000

EVERYWHERE = {
    "strict-transport-security": r"max-age=\d+; *includeSubDomains.*",
    "x-content-type-options": r"nosniff",
    "x-frame-options": r"DENY|SAMEORIGIN",
    "referrer-policy": r"no-referrer|same-origin|strict-origin.*",
}
"""What any answer carries, the website's too; a header's whole value must match."""
API = EVERYWHERE | {
    "content-security-policy": r"(?=.*default-src 'none')(?=.*frame-ancestors 'none').*",
    "x-frame-options": r"DENY",
    "referrer-policy": r"no-referrer",
    "permissions-policy": r"(?=.*camera=\(\))(?=.*microphone=\(\))(?=.*geolocation=\(\)).*",
    "cross-origin-opener-policy": r"same-origin",
    "cross-origin-resource-policy": r"same-(origin|site)",
    "cross-origin-embedder-policy": r"require-corp",
    "x-permitted-cross-domain-policies": r"none",
}


async def cors(visit: Visit) -> str:
    """May the website's pages call the API, and read what it answers, refusals included?"""
    if not (origin := visit.target.site_origin):
        raise DoesNotApply(NO_SITE)
    preflight = expect(await visit.preflight("/api/auth/login", origin), 200, 204)
    others = [await visit.get(path, origin=origin) for path in ("/api/health", NOWHERE)]
    for answer in (preflight, *others):
        if (allowed := answer.headers.get(ALLOWED)) != origin:
            raise Wrong(f"{told(answer)} and allows {allowed or 'no origin'}, not {origin}")
    for kind, wanted in (("methods", "post"), ("headers", "authorization")):
        listed = preflight.headers.get(f"access-control-allow-{kind}", "").lower()
        if wanted not in re.split(r"[,\s]+", listed):
            raise Wrong(f"the preflight allows the {kind} {listed or 'none'}, without {wanted}")
    return f"{origin} may POST with a token, and may read answers of {_statuses(others)}"


async def unknown_origin_refused(visit: Visit) -> str:
    """Is every other origin refused, those that only look like the website's among them?"""
    site = visit.target.site_origin or "https://staging.example"
    strangers = ("https://stranger.example", f"{site}.stranger.example", f"{site}0", "null")
    for origin in strangers:
        answers = (
            expect(await visit.preflight("/api/auth/login", origin), 200, 204, 400, 403),
            expect(await visit.get("/api/health/liveness", origin=origin), 200),
            expect(await visit.get(NOWHERE, origin=origin), 404),
        )
        for answer in answers:
            if allowed := answer.headers.get(ALLOWED):
                raise Wrong(f"{asked(answer)} allows {allowed} to a page of {origin}")
    return f"{len(strangers)} unknown origins are refused: preflight, answer and error"


async def security_headers(visit: Visit) -> str:
    """Does every kind of answer tell browsers to be careful, and which grade does that earn?"""
    origin = visit.target.site_origin or "https://staging.example"
    answers = [await visit.get(path) for path in ("/api/health", NOWHERE, "/api/auth/me")]
    answers += [await visit.post("/api/auth/login", []), await visit.client.delete("/api/health")]
    answers += [await visit.preflight("/api/auth/login", origin)]
    for answer in answers:
        if faults := _faults(answer.headers, API):
            raise Wrong(f"{told(answer)} with {faults}")
    worst = min((answer.headers for answer in answers), key=points)
    grades = f"the API earns {graded(worst)}"
    if visit.target.frontend_url:
        page = await visit.get(visit.target.frontend_url)
        if faults := _faults(page.headers, EVERYWHERE):
            raise Wrong(f"the website answered with {faults}")
        if points(page.headers) < LEAST:
            raise Wrong(f"the website's headers earn a {graded(page.headers)}, a B is the least")
        grades += f", the website's pages {graded(page.headers)}"
    seen = f"{len(API)} headers as they should be on answers of {_statuses(answers)}"
    return f"{seen}; by MDN's points {grades}"


def _faults(headers: Headers, wanted: dict[str, str]) -> str:
    faults = [
        f"{name}: {headers[name]}" if name in headers else f"no {name}"
        for name, right in wanted.items()
        if not re.fullmatch(right, headers.get(name, ""), re.IGNORECASE)
    ]
    age = re.search(r"max-age=(\d+)", headers.get("strict-transport-security", ""))
    if age and int(age[1]) < TWO_YEARS_S:
        faults.append(f"strict-transport-security for {int(age[1]) // 86_400} days only")
    return ", ".join(faults)


def _statuses(answers: list[Response]) -> str:
    return ", ".join(str(answer.status_code) for answer in answers)


async def errors_are_problems(visit: Visit) -> str:
    """Is every refusal a problem document with a request id, which the website's pages may read?"""
    origin = visit.target.site_origin
    headers = {"content-type": "application/json"} | ({"origin": origin} if origin else {})
    login, client = "/api/auth/login", visit.client
    refusals = [
        (await client.get(NOWHERE, headers=headers), (404,)),
        (await client.delete("/api/health", headers=headers), (405,)),
        (await client.post(login, content=b'{"email": 5}', headers=headers), (422,)),
        (await client.post(login, content=b'{"email":', headers=headers), (400, 422)),
        (await client.get("/api/auth/me", headers=headers), (401,)),
    ]
    requests = {_problem(answer, statuses, origin) for answer, statuses in refusals}
    if len(requests) < len(refusals):
        raise Wrong(f"{len(refusals)} refusals share {len(requests)} request ids")
    return f"{_statuses([answer for answer, _ in refusals])} are problems, each with its own id"


def _problem(answer: Response, statuses: tuple[int, ...], origin: str | None) -> str:
    """The request id of a refusal. Raises `Wrong` when it is no problem document."""
    problem, kind = read(Problem, answer, *statuses), answer.headers.get("content-type", "")
    if not kind.startswith("application/problem+json"):
        raise Wrong(f"{told(answer)} as {kind or 'nothing'}")
    if problem.status != answer.status_code:
        raise Wrong(f"{told(answer)}, and its body says {problem.status}")
    if origin and answer.headers.get(ALLOWED) != origin:
        raise Wrong(f"{told(answer)}, which a page of {origin} may not read")
    return problem.request_id
