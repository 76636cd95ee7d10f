"""The checks, in the order in which they are shown: first the seed's nine, then the liar's bane,
and in the midst of it the journeys of the association's people."""

from staging.verify.accounts import authentication, token_accepted
from staging.verify.books import audit_log, jobs
from staging.verify.browser import (
    cors,
    errors_are_problems,
    security_headers,
    unknown_origin_refused,
)
from staging.verify.check import Check
from staging.verify.clock import clock
from staging.verify.data import collections, search_relevance, seed_counts, visibility
from staging.verify.deployed import railway
from staging.verify.journeys import JOURNEYS
from staging.verify.network import dns, nothing_leaves, tls
from staging.verify.pace import latency
from staging.verify.source import railway_traps
from staging.verify.vitals import dependencies, health, metrics
from staging.verify.website import frontend

CHECKS: tuple[Check, ...] = (
    Check(
        "dns",
        dns,
        expected="each name resolves to addresses of the public internet",
        advice="Set the CNAME that Railway shows for the domain; it takes up to an hour to spread.",
        not_here="Addresses of this machine need no DNS.",
    ),
    Check(
        "health",
        health,
        expected="200 and well from every health endpoint, under the environment's own name",
        advice="Read its log: `staging logs backend`, on Railway with `--target railway`.",
    ),
    Check(
        "tls",
        tls,
        expected="a trusted certificate for the host, 14 days or more (21 without a warning), and"
        " HTTP leading to HTTPS",
        advice="Look at the domain in Railway; certificates are renewed 30 days before their end.",
    ),
    Check(
        "cors",
        cors,
        expected="the website's origin, and POST with a token, on preflight, answer and error",
        advice="Set FRONTEND_URL of the backend to the website's origin, and deploy it again.",
    ),
    Check(
        "security_headers",
        security_headers,
        expected="the headers of the OWASP list with careful values on every answer",
        advice="See backend/middleware: the headers must be added outside whatever answers.",
    ),
    Check(
        "metrics",
        metrics,
        expected="401 without the token; with it, series that move with the traffic of all workers",
        advice="Compare METRICS_TOKEN here and there; several workers must count together.",
    ),
    Check(
        "authentication",
        authentication,
        expected="401 for a stranger and a wrong password in the same words, a token for the right",
        advice="Run `staging seed`; if the persona's password changed, give the new one.",
        limit_s=30,
    ),
    Check(
        "frontend",
        frontend,
        expected="pages that name the association and lead to what the API tells of, in the"
        " environment that was meant, with their styles and scripts; 404 for no page",
        advice="Read the website's log: `staging logs frontend`, on Railway with"
        " `--target railway`.",
    ),
    Check(
        "railway",
        railway,
        expected="an answer through Railway's edge, from the deployment that Railway calls well",
        advice="Look at the service's latest deployment in Railway; deploy again when it is old.",
        not_here="On this machine nothing is deployed to Railway.",
    ),
    Check(
        "railway_traps",
        railway_traps,
        expected="nothing that Railway accepts and then does wrong, or drops",
        advice="`staging generate --check` lists every trap with its reason and its cure.",
    ),
    Check(
        "collections",
        collections,
        expected="every collection and index unchanged against its declaration",
        advice="Run `staging database`: it shows the plan and mends it.",
    ),
    Check(
        "seed_counts",
        seed_counts,
        expected="the promised number of marked documents, in the database that the API reads",
        advice="Run `staging seed`; it adds what is missing, and with `--reset` makes all anew.",
    ),
    Check(
        "search_relevance",
        search_relevance,
        expected="the right post among the first three for each golden question",
        advice="Run `staging seed`, then `staging database`, which shows vectors that are missing.",
    ),
    Check(
        "token_accepted",
        token_accepted,
        expected="oneself for one's token, 401 for none, a forged one and one after the logout",
        advice="See that all workers share JWT_SECRET and REDIS_URL, where sessions are kept.",
        limit_s=30,
    ),
    Check(
        "visibility",
        visibility,
        expected="public events for everybody; members' and premium events for premium members",
        advice="Nobody must see more than they may: see backend/features/events before all else.",
    ),
    Check(
        "unknown_origin_refused",
        unknown_origin_refused,
        expected="no permission for any origin but the website's",
        advice="Take wildcards and strangers out of CORS_ORIGINS.",
    ),
    Check(
        "dependencies",
        dependencies,
        expected="the store, Redis and all vendors answer, with readings of the last seconds",
        advice="Start what does not answer (`staging up`, or its service on Railway); the backend"
        " finds it again by itself.",
    ),
    Check(
        "clock",
        clock,
        expected="one time in all parts, 2 seconds apart at most",
        advice="`staging clock` shows the parts; `staging clock advance 1s` brings them together.",
    ),
    Check(
        "errors_are_problems",
        errors_are_problems,
        expected="application/problem+json with a request id, readable by the website's pages",
        advice="See backend/errors.py for who answers what, and the order in backend/middleware.",
    ),
    *JOURNEYS,
    Check(
        "jobs",
        jobs,
        expected="a job written now is done within 5 s",
        advice="Read the worker's log: `staging logs worker` says why each job failed.",
    ),
    Check(
        "audit_log",
        audit_log,
        expected="an unbroken chain of entries from the first to the last",
        advice="Somebody wrote to it past the platform: compare it with a backup, and find who.",
    ),
    Check(
        "latency",
        latency,
        expected="at the service p95 <= 10 ms for a basic endpoint, <= 100 ms for detailed; seen"
        " from here the same on this machine, and 50 and 250 ms net of the way of a hosted one",
        advice="Look for what else runs on the machine, and for blocking calls in the backend.",
        alone=True,
        limit_s=60,
    ),
    Check(
        "nothing_leaves",
        nothing_leaves,
        expected="a guard in every Python process, and no attempt to call another machine",
        advice="Point what calls there at a sandbox; `staging logs guard` has every attempt. Then"
        " `staging up`, which begins anew where anything changed.",
        not_hosted="A hosted target calls the vendors themselves.",
        last=True,
    ),
)
