"""`staging fault`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, get_args

import httpx2
import typer

from staging.commands.call import Json, new_app, span
from staging.commands.ending import FINE
from staging.commands.running import running
from staging.obstacles import Failed
from staging.output import Output
from staging.spans import told

app = new_app()

KINDS = Literal["status", "slow", "slow_body", "hang", "refuse", "reset", "garbage", "schema"]
Vendor = Annotated[str | None, typer.Argument(metavar="VENDOR", help="Who shall fail.")]
Operation = Annotated[
    str | None, typer.Option(metavar="NAME", help="What shall fail; every call unless told.")
]
Kind = Annotated[KINDS | None, typer.Option(help="How it shall fail.")]
Status = Annotated[
    int | None, typer.Option(metavar="CODE", help="Of kind status: 500, or any from 400 to 599.")
]
RetryAfter = Annotated[
    int | None, typer.Option(metavar="SECONDS", help="Of kind status: 429 with Retry-After.")
]
Delay = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="Of kinds slow and slow_body: 5, or more or less."),
]
Probability = Annotated[
    float | None, typer.Option(metavar="SHARE", help="The share of calls that it strikes, to 1.")
]
Times = Annotated[int | None, typer.Option(metavar="N", help="End it after so many calls.")]
For = Annotated[
    timedelta | None,
    typer.Option("--for", metavar="SPAN", parser=span, help="End it after such a time, as 30s."),
]
Lift = Annotated[bool, typer.Option("--lift", help="End the faults of the vendor, or all.")]


@app.command()
def fault(
    context: typer.Context,
    vendor: Vendor = None,
    *,
    operation: Operation = None,
    kind: Kind = None,
    status: Status = None,
    retry_after: RetryAfter = None,
    delay: Delay = None,
    probability: Probability = None,
    times: Times = None,
    for_: For = None,
    lift: Lift = False,
    as_json: Json = False,
) -> int:
    """Make a vendor fail for a while, or show what fails.

    The sandbox fails as the vendor might: it answers an error or late, drips, says nothing, or
    breaks the connection. A fault ends by itself after --times or --for, and with --lift. Without
    a vendor, those in force are listed. What each kind does stands in docs/sandboxes.md.

    \b
    Examples: staging fault postmark --kind status --status 429 --retry-after 5 --for 30s
              staging fault postmark --operation sendEmail --kind hang --times 3
              staging fault --lift
    """
    local, _ = running(context.obj.folder)
    output, address = Output(as_json), f"{local.url('sandboxes')}/_sandbox/faults"
    if lift:
        return _lift(address, vendor, output, as_json)
    terms = {
        **{"operation": operation, "kind": kind, "status": status, "retry_after": retry_after},
        **{"delay": delay, "probability": probability, "times": times},
        "seconds": None if for_ is None else for_.total_seconds(),
    }
    given = {name: value for name, value in terms.items() if value is not None}
    if vendor or given:
        return _arm(address, vendor, given, output, as_json)
    return _list(address, output, as_json)


def _arm(
    address: str, vendor: str | None, given: dict[str, Any], output: Output, as_json: bool
) -> int:
    """Put a fault in force, and show it."""
    if vendor is None:
        raise typer.BadParameter("say who shall fail: staging fault VENDOR --kind KIND")
    if "kind" not in given:
        raise typer.BadParameter(f"say how {vendor} shall fail: --kind {'|'.join(get_args(KINDS))}")
    if given["kind"] == "status":
        given = {"status": 429 if "retry_after" in given else 500} | given
    made = _asked("POST", address, json={"vendor": vendor} | given)
    if as_json:
        output.document(made)
    else:
        _show([made], output)
    return FINE


def _list(address: str, output: Output, as_json: bool) -> int:
    """Show the faults in force."""
    found = _asked("GET", address)
    if as_json:
        output.document(found)
    elif found:
        _show(found, output)
    else:
        output.say("Nothing fails on purpose.")
    return FINE


def _lift(address: str, vendor: str | None, output: Output, as_json: bool) -> int:
    """End the faults of a vendor, or all."""
    ended = _asked("DELETE", address, params={"vendor": vendor} if vendor else {})
    if as_json:
        output.document(ended)
    else:
        output.say(f"Faults that have ended: {ended['lifted']}.")
    return FINE


def _show(faults: list[dict[str, Any]], output: Output) -> None:
    """Each fault: whom it strikes, how, and until when."""
    rows = (
        (it["vendor"], it.get("operation") or "every call", _how(it), _left(it)) for it in faults
    )
    output.table(rows, ("VENDOR", "OPERATION", "HOW", "UNTIL"))


def _how(fault: Mapping[str, Any]) -> str:
    details = {
        "status": "{}",
        "retry_after": "Retry-After {} s",
        "delay": "{:g} s",
        "probability": "{:.0%} of the calls",
    }
    told = {name: value for name, value in fault.items() if (name, value) != ("probability", 1)}
    said = [form.format(told[name]) for name, form in details.items() if name in told]
    return ", ".join([fault["kind"], *said])


def _left(fault: Mapping[str, Any]) -> str:
    ends = []
    if fault["times_left"] is not None:
        ends.append(f"{fault['times_left']} more calls")
    if fault["seconds_left"] is not None:
        ends.append(told(timedelta(seconds=fault["seconds_left"])))
    return " or ".join(ends) or "it is lifted"


def _asked(method: str, address: str, **more: Any) -> Any:
    """What the control plane answers. Raises `BadParameter` with its own words, and `Failed`."""
    try:
        answer = httpx2.request(method, address, trust_env=False, timeout=5, **more)
    except httpx2.HTTPError as error:
        raise Failed(
            f"The sandboxes do not answer: {error}.", "`staging logs sandboxes`"
        ) from error
    if answer.is_client_error:
        raise typer.BadParameter(answer.json()["error"])
    return answer.raise_for_status().json()
