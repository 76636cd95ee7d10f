"""How a target is reached: its names, its certificates, and the platform in front of it."""

import asyncio
import contextlib
import ssl
import time
from ipaddress import ip_address
from typing import Any

from httpx2 import URL

from staging.departures import attempts
from staging.verify.visit import DoesNotApply, Visit, Worry, Wrong, told
from staging.verify.wire import Place, Wire, place

LEAST_DAYS, FEW_DAYS = 14, 21
RENEW = "Look at the domain in Railway: it renews a certificate 30 days before its end."


async def dns(visit: Visit) -> str:
    """Do the target's names lead to addresses that the world can reach?"""
    found, wire = {}, visit.target.wire
    places = [place(url) for url in visit.target.addresses()]
    if ways := {wire.way(it.host, it.port) for it in places} - {
        (it.host, it.port) for it in places
    }:
        there = " and ".join(sorted(f"{host}:{port}" for host, port in ways))
        raise DoesNotApply(f"No name is looked up: --connect-to leads to {there} in DNS' place.")
    for host in dict.fromkeys(it.host for it in places):
        try:
            found[host] = await wire.resolve(host)
        except OSError as unknown:
            raise Wrong(f"{host} does not resolve ({unknown.strerror or unknown})") from unknown
        inside = [address for address in found[host] if not ip_address(address).is_global]
        if inside or not found[host]:
            raise Wrong(f"{host} leads to {', '.join(inside) or 'no address'}, where nobody gets")
    return "; ".join(f"{host} is {', '.join(there)}" for host, there in found.items())


async def nothing_leaves(visit: Visit) -> str:
    """Does a guard stand in every process of ours, and did none of them try to call elsewhere?"""
    if (guard := visit.target.guard) is None:
        raise DoesNotApply("Processes are guarded where `staging up` raised them, and seen there.")
    processes = guard.processes()
    if refused := attempts(guard.folder):
        last, times = refused[-1], len(refused)
        also = f"; it is the latest of {times} attempts" if times > 1 else ""
        raise Wrong(f"{last.service} tried to {last.what}, from {', '.join(last.origin)}{also}")
    if absent := guard.leaders.keys() - {each.service for each in processes}:
        raise Wrong(f"{', '.join(sorted(absent))} does not run")
    if free := [f"{it.service} ({it.pid})" for it in processes if not it.is_guarded]:
        raise Wrong(f"no guard stands in {', '.join(free)}", "Look at PYTHONPATH of that process.")
    return f"a guard stands in {len(processes)} processes, and none of them tried to leave"


async def tls(visit: Visit) -> str:
    """Is every address encrypted, with a certificate that will hold for two weeks and more?"""
    places = [place(url) for url in visit.target.addresses()]
    secure = [there for there in places if there.scheme == "https"]
    if visit.target.kind == "here" and not secure:
        raise DoesNotApply("The addresses of this machine speak plain HTTP, which never leaves it.")
    if visit.target.kind == "hosted" and secure != places:
        raise Wrong(f"{places[0].host} is reached over plain HTTP, which anybody on the way reads")
    days = {there: await _days_left(there, visit.target.wire) for there in secure}
    saw = [f"{there.host}: trusted, {left:.0f} days left" for there, left in days.items()]
    if visit.target.kind == "hosted":
        saw += [await _led_to_https(visit, there) for there in secure]
    if soon := [
        f"{it.host} ends in {left:.1f} days" for it, left in days.items() if left < FEW_DAYS
    ]:
        raise Worry(f"the certificate of {', '.join(soon)}; {'; '.join(saw)}", RENEW)
    return "; ".join(saw)


async def _days_left(there: Place, wire: Wire) -> float:
    """Days until the certificate of a trusted chain ends. Raises `Wrong` for few, or no trust."""
    host, port = wire.way(there.host, there.port)
    try:
        _, writer = await asyncio.open_connection(
            host, port, ssl=wire.context, server_hostname=there.host
        )
    except ssl.SSLCertVerificationError as refused:
        raise Wrong(f"{there.host} is not trusted: {refused.verify_message}") from refused
    except ssl.SSLError as broken:
        raise Wrong(f"{there.host} does not speak TLS: {broken.reason}") from broken
    certificate: dict[str, Any] = writer.get_extra_info("peercert")
    writer.close()
    # Some servers hang up without TLS' own goodbye; the certificate was seen by then.
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    days = (ssl.cert_time_to_seconds(certificate["notAfter"]) - time.time()) / 86_400
    if days < LEAST_DAYS:
        raise Wrong(f"the certificate of {there.host} ends in {days:.1f} days")
    return days


async def _led_to_https(visit: Visit, there: Place) -> str:
    port = visit.target.wire.plain_port
    answer = await visit.get(f"http://{there.host}:{port}/api/health")
    location = URL(answer.headers.get("location", ""))
    if not answer.is_redirect or (location.scheme, location.host) != ("https", there.host):
        raise Wrong(f"{told(answer)} over plain HTTP instead of leading to HTTPS")
    return f"plain HTTP leads to HTTPS with {answer.status_code}"
