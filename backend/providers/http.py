"""How vendors are called over HTTP: bounded in time, traced, counted, errors in our words."""

import time
from collections.abc import Mapping
from typing import Any

import httpx2

from backend.observability import CALL_DURATION, CALLS, trace
from backend.providers import VendorIsUnavailable

_TIMEOUT = httpx2.Timeout(5.0, connect=2.0)


class VendorClient:
    """One vendor's HTTP API. Answers of 5xx and 429, and silence, raise `VendorIsUnavailable`."""

    def __init__(
        self,
        vendor: str,
        base_url: str,
        headers: Mapping[str, str],
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.vendor = vendor
        self._client = httpx2.AsyncClient(
            base_url=base_url, headers=dict(headers), timeout=_TIMEOUT, transport=transport
        )

    async def call(
        self, operation: str, method: str, path: str, *, json: Any = None
    ) -> httpx2.Response:
        """Call the vendor; the operation is the call's name in metrics."""
        current = trace.get()
        headers = {"traceparent": current.traceparent} if current else {}
        started, outcome = time.perf_counter(), "none"
        try:
            answer = await self._client.request(method, path, json=json, headers=headers)
            outcome = str(answer.status_code)
        except httpx2.HTTPError as error:
            why = f"{type(error).__name__} after {time.perf_counter() - started:.1f} s"
            raise VendorIsUnavailable(self.vendor, why) from error
        finally:
            CALLS.labels(self.vendor, operation, outcome).inc()
            CALL_DURATION.labels(self.vendor, operation).observe(time.perf_counter() - started)
        if answer.status_code >= 500 or answer.status_code == 429:
            raise VendorIsUnavailable(self.vendor, f"it answered {answer.status_code}")
        return answer

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()
