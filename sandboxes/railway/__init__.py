"""Railway, imitated from its public GraphQL schema and its documents: the host, at the wire.

It is no vendor of the backend: `staging` calls it. Behind it a runner may stand that is handed in,
and then a deployment really runs; without one all but deployments works.
"""

from dataclasses import replace
from pathlib import Path

from graphql import OperationType
from starlette.responses import Response

from sandboxes.kit.sandbox import MIB, Call, Handler, Operation, Sandbox
from sandboxes.railway import (
    deployments,
    domains,
    environments,
    instances,
    language,
    limits,
    loglines,
    logs,
    patches,
    people,
    platform,
    projects,
    services,
    templates,
    triggers,
    uploading,
    usage,
    variables,
    volumes,
    workflows,
)
from sandboxes.railway.access import SECRET_HEADERS, caller
from sandboxes.railway.asking import Asking
from sandboxes.railway.board import board_pages, latest
from sandboxes.railway.control import Desk
from sandboxes.railway.errors import as_message, refused
from sandboxes.railway.fleet import Fleet
from sandboxes.railway.ground import Ground
from sandboxes.railway.language import Resolvers
from sandboxes.railway.redaction import redacted
from sandboxes.railway.running import Runner

API, UPLOAD = "/graphql/v2", "/project/{project}/environment/{environment}/up"
LARGEST = 4 * MIB
PARTS = (
    people,
    projects,
    environments,
    services,
    instances,
    variables,
    deployments,
    logs,
    domains,
    volumes,
    workflows,
    triggers,
    usage,
    platform,
    templates,
    patches,
)

ABOUT = (
    "Railway's public GraphQL API at `/railway/graphql/v2`, and the upload of `railway up` beside"
    " it, at `/railway/project/…`: the address of the API without `/graphql/v2` is where uploads go"
    " too. What is asked is judged by a part of Railway's own schema: what Railway would refuse is"
    " refused in its words with 400, and what Railway has and this has not with 501. Tokens of"
    " accounts, workspaces and projects are made by `POST /_sandbox/railway/tokens` with `kind`,"
    " `name`, `token`, `environment_id` and `expires_in_s`, or by `projectTokenCreate`, and each"
    " opens by its own header alone. `PUT /_sandbox/railway/workspace` sets `plan` (FREE, HOBBY,"
    " PRO), whether deleting asks for a second factor (`two_factor`), and whether the limit of a"
    " second is held besides that of an hour (`limits_each_second`). With a runner that was handed"
    " in a deployment really runs; without one it is refused aloud, nothing is deployed by itself,"
    " and all the rest works. `PUT /_sandbox/railway/next` lets the next deployment of a service"
    " wait for approval or be skipped; `PUT /_sandbox/railway/repositories/{name}` names a folder"
    " that stands for a repository at GitHub, and `POST /_sandbox/railway/domains/{domain}/verify`"
    " says that the DNS has what a custom domain needs. What Railway does not publish is ours: that"
    " of several deployments of a service that wait the newest alone goes on, that a reference to"
    " nothing is empty and said in the build's log, that `unrendered` leaves out what Railway"
    " provides, the codes of errors, and the 200 MiB of an upload. As the schema's words have it, a"
    " service is made, configured and deleted in an environment that is a copy there alone, and"
    " otherwise in all that are none."
)
DOES_NOT = (
    "Subscriptions over WebSocket: ask again instead.",
    "Change sets (`environmentApplyChangeSet`), buckets, TCP proxies, groups, plugins, members and"
    " invitations, webhooks, audit logs, metrics, observability, private networks by name, cron"
    " schedules, registry credentials, Nixpacks plans, functions.",
    "Keep the data of a backup: it has a name and a date, and its restoration ends in an error.",
    "Resolve `<service>.railway.internal`: the API shows it as Railway does, and the processes get"
    " the address where that service really is, whichever port was written behind the name.",
    "Ask GitHub or the DNS: the control plane says what they would.",
    "Survive: when this process starts anew, what ran is told as crashed.",
    "Measure what is used: it is counted from what was configured and how long it served.",
    "Issue certificates, sleep, enforce limits of memory and processors, or bill anybody.",
    "Sign in a second time: where a second factor is asked for, deleting is refused.",
)


def _gathered() -> Resolvers:
    gathered = Resolvers({}, {}, {})
    for part in PARTS:
        gathered = replace(
            gathered,
            queries={**gathered.queries, **part.QUERIES},
            mutations={**gathered.mutations, **getattr(part, "MUTATIONS", {})},
            fields={**gathered.fields, **getattr(part, "FIELDS", {})},
        )
    return gathered


RESOLVERS = _gathered()


def railway(runner: Runner | None = None, snapshots: Path | None = None) -> Sandbox:
    """Railway, with what brings deployments up and the folder for what is uploaded; or with
    neither, and then a deployment is refused aloud."""
    ground = Ground(runner, snapshots)
    fleet = Fleet(ground)

    async def answer(call: Call) -> Response:
        """A GraphQL request: counted, judged, answered."""
        if await limits.wait_s(call):
            return refused(429, limits.TOO_MANY)
        question = language.question(call)
        if isinstance(question, Response):
            return question
        asking = Asking(call.vendor, await caller(call), call.now, ground)
        return await RESOLVERS.answer(asking, question)

    async def upload(call: Call) -> Response:
        return await uploading.upload(call, ground)

    return Sandbox(
        name="railway",
        operations=_operations(answer, upload),
        error=refused,
        admit=lambda _call: None,
        secret_headers=SECRET_HEADERS,
        about=ABOUT,
        does_not=DOES_NOT,
        stamp=limits.stamp,
        redacted=redacted,
        pages=lambda vendor: [*board_pages(vendor, ground), *Desk(vendor, ground).routes()],
        doors=(("Railway", "/railway"),),
        lately=latest,
        run_due=fleet.run_due,
        close=fleet.close,
        schema=limits.SCHEMA + loglines.SCHEMA,
        tables=(limits.TABLE, loglines.TABLE),
    )


def _operations(answer: Handler, upload: Handler) -> tuple[Operation, ...]:
    """One for each field that can be asked, for they all have one path."""
    names = (*language.roots(OperationType.QUERY), *language.roots(OperationType.MUTATION))
    return (
        Operation("graphql", "POST", API, answer, LARGEST, is_open=True, means=language.named),
        Operation("up", "POST", UPLOAD, upload, uploading.LARGEST, True, as_message),
        *(Operation(name, "POST", API, answer, LARGEST, is_open=True) for name in names),
    )
