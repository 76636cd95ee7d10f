"""How a set-up on Railway is shown: the plan, and what people have to do themselves."""

from typing import Any

from staging.output import Output
from staging.railway.link import Link
from staging.railway.setup import Looked

WORDS = {"exists": "there", "create": "make", "change": "change"}


def show_plan(output: Output, looked: Looked) -> None:
    """What is to be done, and what nobody has given yet."""
    plan = looked.plan
    where = f"{looked.choice.name}, {looked.environment.name}"
    if not plan.to_do:
        output.say(f"Railway holds all {len(plan.changes)} parts of {where} as declared.")
    else:
        output.say(f"{where}: {len(plan.to_do)} of {len(plan.changes)} parts to do.\n")
        rows = ((WORDS[it.standing], it.name, it.what) for it in plan.to_do)
        output.table(rows, ("PLAN", "PART", "WHAT"))
    if plan.kept:
        output.say(f"\nAs they are on Railway stay: {', '.join(plan.kept)}.")
    if plan.lacks:
        output.say(f"\nNot complete without: {', '.join(plan.lacks)}.", "red")
    if plan.does_without:
        output.say(f"\nNot given, and done without: {', '.join(plan.does_without)}.", "dim")
    output.say()


def show_hosts(output: Output, looked: Looked) -> None:
    """Where it will be reached, and what must stand in the DNS for that."""
    for host in _hosts(looked):
        output.say(f"  {host['service']}  https://{host['host']}")
        if records := host["records"]:
            output.say(f"    Not proven yet. Put this into the DNS of {host['host']}:")
            output.table(("   ", it["type"], it["name"], it["value"]) for it in records)
    if looked.plan.lacks:
        names = ", ".join(looked.plan.lacks)
        output.say(f"\nStill missing: {names}. `staging setup --variables FILE` adds it.", "red")
    else:
        output.say("\n`staging deploy` brings the code there.")


def document(looked: Looked, link: Link | None, *, only_plan: bool) -> dict[str, Any]:
    """The same for programs."""
    held = looked.held
    return {
        "project": {"name": looked.choice.name, "id": link.project_id if link else None},
        "environment": {
            "name": looked.environment.name,
            "id": link.environment_id if link else None,
        },
        "done": not only_plan,
        "plan": [
            {"kind": it.kind, "service": it.owner, "standing": it.standing, "what": it.what}
            for it in looked.plan.changes
        ],
        "missing": {"needed": looked.plan.lacks, "optional": looked.plan.does_without},
        "hosts": _hosts(looked) if held else [],
    }


def _hosts(looked: Looked) -> list[dict[str, Any]]:
    """The public hosts, each with the DNS records that it waits for."""
    services = looked.held.services if looked.held else {}
    found = []
    for service in looked.environment.hosted:
        hosts = services[service.name].hosts if service.name in services else None
        for host in (*hosts.service_domains, *hosts.custom_domains) if hosts else ():
            proof = host.status
            waiting = proof.dns_records if proof and not proof.verified else ()
            records = [
                {"type": _kind(it.record_type), "name": it.fqdn, "value": it.required_value}
                for it in waiting
            ]
            told = {it["value"] for it in records}
            token = proof.verification_token if proof else None
            if records and proof and token and token not in told:
                name = proof.verification_dns_host or f"_railway-verify.{host.domain}"
                records.append({"type": "TXT", "name": name, "value": token})
            found.append({"service": service.name, "host": host.domain, "records": records})
    return found


def _kind(record_type: str) -> str:
    """A kind of record as the DNS has it."""
    return record_type.removeprefix("DNS_RECORD_TYPE_")
