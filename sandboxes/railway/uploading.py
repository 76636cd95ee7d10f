"""The upload endpoint: a tar.gz of a folder becomes a deployment, as `railway up` sends it."""

import asyncio
import shutil
from dataclasses import replace

from graphql import GraphQLError
from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import MIB, Call
from sandboxes.railway import deploying, limits
from sandboxes.railway.access import caller
from sandboxes.railway.archives import BadArchive, unpack
from sandboxes.railway.asking import Asking, everything, new_id, the_environment, the_project
from sandboxes.railway.deploying import Wish
from sandboxes.railway.errors import Problem, RailwayError, as_message
from sandboxes.railway.ground import Ground
from sandboxes.railway.hosts import public_names
from sandboxes.railway.instances import the_instance

LARGEST = 200 * MIB
"""Railway publishes no limit."""
STATUSES = {"NOT_IMPLEMENTED": 501, "BAD_USER_INPUT": 400}


async def upload(call: Call, ground: Ground) -> Response:
    """Take an upload whole, unpack it, and deploy it; a broken one leaves nothing."""
    if await limits.wait_s(call):
        return as_message(429, limits.TOO_MANY)
    asking = Asking(call.vendor, await caller(call), call.now, ground)
    try:
        if asking.who.refusal:
            return as_message(401, asking.who.refusal)
        instance = await _instance(asking, call)
        made = await _deploy(asking, call, instance)
    except GraphQLError as error:
        code = (error.extensions or {}).get("code", "")
        return as_message(STATUSES.get(str(code), 404), error.message)
    names = await public_names(call.records, made["environmentId"], made["serviceId"])
    home = f"https://railway.com/project/{made['projectId']}/service/{made['serviceId']}"
    told = {"deploymentId": made["id"], "url": f"{home}?environmentId={made['environmentId']}"}
    told |= {"logsUrl": f"{told['url']}&id={made['id']}#deploy"}
    return JSONResponse(told | {"deploymentDomain": names[0] if names else ""})


async def _instance(asking: Asking, call: Call) -> Document:
    project_id, id_ = call.parameters["project"], call.parameters["environment"]
    await the_project(asking, project_id)
    environment = await the_environment(asking, id_, project_id)
    service_id = call.request.query_params.get("serviceId")
    if service_id:
        return await the_instance(asking, environment["id"], service_id)
    there = await everything(asking.records, "instance", environmentId=environment["id"])
    if len(there) != 1:
        raise Problem("serviceId is needed: the environment has not exactly one service")
    return there[0]


async def _deploy(asking: Asking, call: Call, instance: Document) -> Document:
    asking.ground.needed()
    folder, id_ = asking.ground.snapshots, new_id()
    if folder is None:
        raise RailwayError("the runner was handed in without a folder for snapshots")
    try:
        await asyncio.to_thread(unpack, call.body, folder / id_)
    except BadArchive as error:
        raise Problem(f"Failed to read the upload: {error}") from error
    message = call.request.query_params.get("message")
    try:
        async with call.vendor.exclusively() as inside:
            wish = Wish({"snapshotId": id_}, message=message)
            return await deploying.deploy(replace(asking, vendor=inside), instance, wish)
    except GraphQLError:
        await asyncio.to_thread(shutil.rmtree, folder / id_)
        raise
