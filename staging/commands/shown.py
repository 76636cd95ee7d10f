"""How a running environment is shown: one document for programs, a few lines for people."""

import re
from typing import Any

from staging.clock import MEND, Times, moment
from staging.departures import attempts
from staging.local import SECRETS, Local
from staging.output import Output
from staging.processes import Snapshot
from staging.seeds import PERSONAS
from staging.spans import told

PASSWORD = re.compile(r":[^:/@]+@")


def document(local: Local, here: Snapshot | None) -> dict[str, Any]:
    """What runs where, and who can log in."""
    return {
        "environment": local.environment.name,
        "services": [
            {
                "name": each.name,
                "url": local.url(each.name),
                "pid": each.pid,
                "state": each.state,
                "ready_in_s": each.ready_in_s,
            }
            for each in (here.processes if here else ())
        ],
        "urls": {
            "frontend": local.url("frontend") if local.has("frontend") else None,
            "backend": local.url("backend"),
            "sandboxes": local.url("sandboxes"),
        },
        "personas": personas(local.password),
    }


def personas(password: str) -> list[dict[str, str]]:
    """Who can log in, for programs."""
    told = (each for each in PERSONAS if each.may_log_in)
    return [{"role": str(it.role), "email": it.email, "password": password} for it in told]


def show_services(output: Output, local: Local, here: Snapshot) -> None:
    """Each service: how it stands and where."""
    rows = (
        (
            each.name,
            each.state,
            "" if each.ready_in_s is None else f"{each.ready_in_s:.2f} s",
            str(each.pid or ""),
            PASSWORD.sub(":…@", local.url(each.name)),
        )
        for each in here.processes
    )
    output.table(rows, ("SERVICE", "STATE", "READY IN", "PID", "ADDRESS"))


def show_doors(output: Output, local: Local) -> None:
    """The addresses that people open."""
    backend, sandboxes = local.url("backend"), local.url("sandboxes")
    token = f"bearer token METRICS_TOKEN in {local.folder.name}/{SECRETS}"
    website = (("Website", local.url("frontend")),) if local.has("frontend") else ()
    output.table(
        (
            *website,
            ("API", backend),
            ("API, described", f"{backend}/openapi.json"),
            ("The vendors", f"{sandboxes}/_sandbox/console"),
            ("Mails sent", f"{sandboxes}/_sandbox/inbox"),
            ("Metrics", f"{backend}/metrics  ({token})"),
        )
    )


def show_time(output: Output, times: Times) -> None:
    """What time it is there, where that is not this machine's; a failure where nobody knows."""
    if not times.agree:
        apart = f"the backend is {told(times.backend)} ahead, the sandboxes {told(times.sandboxes)}"
        output.failure(f"It is not the same time everywhere: {apart}.", MEND)
    elif times.ahead:
        output.say(f"It is {moment(times.now)} there, {told(times.ahead)} ahead of this machine.")


def show_attempts(output: Output, local: Local) -> None:
    """How often something tried to leave this machine, if anything did."""
    if refused := attempts(local.folder):
        times = "once" if len(refused) == 1 else f"{len(refused)} times"
        said = f"Refused to leave this machine, {times}; `staging logs guard` shows who tried."
        output.say(f"\n{said}", "red")


def show_personas(output: Output, password: str, *, to_try: bool) -> None:
    """Who can log in; with `to_try` what each is good for, and who is refused as well."""
    output.say(f"Log in with the password  {password}  as")
    shown = [each for each in PERSONAS if each.may_log_in or to_try]
    rows = ((it.email, f"{it.role}, {it.tier}".replace("_", " "), it.to_try) for it in shown)
    output.table(row if to_try else row[:2] for row in rows)
