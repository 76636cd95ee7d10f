"""Outputs of a live input: where else a broadcast would be sent. Nothing is sent here."""

from starlette.responses import Response

from sandboxes.cloudflare.broadcasting import OUTPUT
from sandboxes.cloudflare.envelope import NotFound, Wishes, new_uid, result, wishes
from sandboxes.cloudflare.live import ONE, asked_input
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call, Operation


class Output(Wishes):
    """A destination of a broadcast."""

    url: str
    stream_key: str
    enabled: bool = True


class Switch(Wishes):
    """Whether an output is used."""

    enabled: bool


def _shown(output: Document) -> Document:
    return {name: output[name] for name in ("uid", "url", "streamKey", "enabled")}


async def list_outputs(call: Call) -> Response:
    """All outputs of a live input, the oldest first."""
    live = await asked_input(call)
    found = await call.records.find(OUTPUT, {"input": live["uid"]})
    return result([_shown(output) for output in reversed(found)])


async def create_output(call: Call) -> Response:
    """Add an output."""
    live, asked = await asked_input(call), wishes(call, Output)
    output = {"uid": new_uid(), "input": live["uid"]} | asked.model_dump(by_alias=True)
    await call.records.put(OUTPUT, output["uid"], output)
    return result(_shown(output))


async def _asked(call: Call) -> Document:
    live = await asked_input(call)
    output = await call.records.get(OUTPUT, call.parameters["output"])
    if output is None or output["input"] != live["uid"]:
        raise NotFound
    return output


async def update_output(call: Call) -> Response:
    """Use an output, or do not."""
    output = await _asked(call) | {"enabled": wishes(call, Switch).enabled}
    await call.records.put(OUTPUT, output["uid"], output)
    return result(_shown(output))


async def delete_output(call: Call) -> Response:
    """Take an output away."""
    await call.records.remove(OUTPUT, (await _asked(call))["uid"])
    return result("")


OUTPUTS = f"{ONE}/outputs"
OPERATIONS = (
    Operation("stream.live_inputs.outputs.list", "GET", OUTPUTS, list_outputs),
    Operation("stream.live_inputs.outputs.create", "POST", OUTPUTS, create_output),
    Operation("stream.live_inputs.outputs.update", "PUT", OUTPUTS + "/{output}", update_output),
    Operation("stream.live_inputs.outputs.delete", "DELETE", OUTPUTS + "/{output}", delete_output),
)
