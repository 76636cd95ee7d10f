"""Sentry: errors of ours, and how long requests took; what is personal stays here.

https://develop.sentry.dev/sdk/foundations/transport/envelopes
"""

import hmac
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import httpx2
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import BadDsn, Dsn

from backend.observability import Answered, Trace
from backend.providers.calls import Call
from backend.providers.dispatch import Dispatch
from backend.providers.http import VendorClient
from backend.settings import Settings
from backend.variables import InvalidEnvironment, Problem

CLIENT: Final = f"wwmaa/{sentry_sdk.VERSION}"
MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Sentry:
    """The provider `sentry`. Raises `InvalidEnvironment` for a DSN that is none."""

    def __init__(
        self, settings: Settings, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        secret = settings.observability.sentry_dsn
        dsn = _parsed(secret.get_secret_value()) if secret else None
        self.is_configured = dsn is not None
        self._pepper = settings.authentication.jwt_secret.get_secret_value().encode()
        self._http = VendorClient(
            "sentry",
            f"{dsn.scheme}://{dsn.netloc}{dsn.path}api/{dsn.project_id}" if dsn else "",
            {"SENTRY_DSN": secret},
            {
                "X-Sentry-Auth": dsn.to_auth(CLIENT).to_header() if dsn else "",
                "Content-Type": "application/x-sentry-envelope",
            },
            transport,
        )
        self._dispatch = Dispatch(self._post)
        self._client = self._made(settings, str(dsn)) if dsn else None

    async def ping(self) -> None:
        """Hand over an envelope with nothing in it."""
        content = Envelope().serialize()
        await self._http.send(Call("ping", "POST", "/envelope/", content=content, attempts=1))

    def start(self) -> None:
        """Begin to send."""
        if self.is_configured:
            self._dispatch.start()

    async def close(self) -> None:
        """Send the last envelopes, if that takes no time, and let go of connections."""
        await self._dispatch.close()
        await self._http.close()

    @contextmanager
    def watch(self, current: Trace, method: str) -> Iterator[Callable[[Answered], None]]:
        """A transaction around a request, and the report of its failure if it fails."""
        ids = filter(None, (current.trace_id, current.parent_id))
        with sentry_sdk.isolation_scope() as scope:
            scope.set_client(self._client)
            scope.set_tag("request_id", current.request_id)
            continued = sentry_sdk.continue_trace({"sentry-trace": "-".join(ids)}, op="http.server")
            with sentry_sdk.start_transaction(continued) as transaction:

                def answered(answer: Answered) -> None:
                    name = f"{method} {answer.route}"
                    sentry_sdk.get_current_scope().set_transaction_name(name, source="route")
                    transaction.set_http_status(answer.status)
                    if answer.failure:
                        sentry_sdk.capture_exception(answer.failure)

                yield answered

    def _made(self, settings: Settings, dsn: str) -> sentry_sdk.Client:
        observability = settings.observability
        return sentry_sdk.Client(
            dsn=dsn,
            transport=_Handing(self._dispatch.put),
            environment=observability.sentry_environment or settings.core.environment_name,
            release=settings.core.release,
            traces_sample_rate=observability.sentry_traces_sample_rate,
            profile_session_sample_rate=observability.sentry_profiles_sample_rate,
            profile_lifecycle="trace",
            before_send=self._without_people,
            before_send_transaction=self._without_people,
            # What we do not ask for is not collected: no bodies, cookies, addresses, locals.
            max_request_body_size="never",
            include_local_variables=False,
            max_breadcrumbs=0,
            default_integrations=False,
            auto_enabling_integrations=False,
            auto_session_tracking=False,
            enable_backpressure_handling=False,
        )

    async def _post(self, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            content = envelope.serialize()
            # An event has an id, so that Sentry knows one that it gets twice.
            call = Call("post", "POST", "/envelope/", content=content, repeatable=True)
            await self._http.send(call)

    def _without_people(self, event: Event, _hint: Hint) -> Event:
        """The event with each mail address replaced by what only we can make of it again."""
        cleaned: Event = self._cleaned(event)
        return cleaned

    def _cleaned(self, value: Any) -> Any:
        match value:
            case str():
                return MAIL.sub(self._pseudonym, value)
            case dict():
                return {key: self._cleaned(each) for key, each in value.items()}
            case list() | tuple():
                return [self._cleaned(each) for each in value]
        return value

    def _pseudonym(self, found: re.Match[str]) -> str:
        digest = hmac.digest(self._pepper, b"mail:" + found[0].lower().encode(), "sha256")
        return f"mail:{digest.hex()[:16]}"


class _Handing(Transport):
    """Hands over what Sentry's library would send."""

    def __init__(self, put: Callable[[Envelope], None]) -> None:
        super().__init__()
        self._put = put

    def capture_envelope(self, envelope: Envelope) -> None:
        self._put(envelope)


def _parsed(dsn: str) -> Dsn:
    try:
        return Dsn(dsn)
    except BadDsn as error:
        why = "it must look like https://<key>@<host>/<project>"
        raise InvalidEnvironment((Problem("SENTRY_DSN", "malformed", why),)) from error
