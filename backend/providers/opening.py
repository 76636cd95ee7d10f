"""All vendors as one value, opened together for the settings of an environment."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from backend.observability import Watcher
from backend.providers import Provider
from backend.providers.ai_registry import AIRegistry
from backend.providers.beehiiv import Beehiiv
from backend.providers.cloudflare import Cloudflare
from backend.providers.openai import OpenAI
from backend.providers.otel import Otel
from backend.providers.postmark import Postmark
from backend.providers.sentry import Sentry
from backend.providers.stripe import Stripe
from backend.providers.zerodb import ZeroDB
from backend.settings import Settings


@dataclass(frozen=True)
class Providers:
    """Every vendor, by its name. One that is not configured says so when it is asked."""

    zerodb: ZeroDB
    stripe: Stripe
    postmark: Postmark
    beehiiv: Beehiiv
    cloudflare: Cloudflare
    openai: OpenAI
    ai_registry: AIRegistry
    sentry: Sentry
    otel: Otel

    @property
    def by_name(self) -> Mapping[str, Provider]:
        """The same, to be walked."""
        return vars(self)

    @property
    def watchers(self) -> tuple[Watcher, ...]:
        """Those who follow each request."""
        return tuple(each for each in (self.sentry, self.otel) if each.is_configured)

    def start(self) -> None:
        """Begin to send what goes out in the background."""
        self.sentry.start()
        self.otel.start()

    async def close(self) -> None:
        """Let go of all connections; this takes a second or two at most, whoever is away."""
        await asyncio.gather(*(provider.close() for provider in self.by_name.values()))


def open_providers(
    settings: Settings, outside: httpx2.AsyncBaseTransport | None = None
) -> Providers:
    """The vendors of these settings; nobody is called yet. `outside` carries all calls."""
    return Providers(
        zerodb=ZeroDB(settings.database, outside),
        stripe=Stripe(settings.payment, outside),
        postmark=Postmark(settings.mail, settings.core.from_email, outside),
        beehiiv=Beehiiv(settings.mail, outside),
        cloudflare=Cloudflare(settings.cloudflare, outside),
        openai=OpenAI(settings.intelligence, outside),
        ai_registry=AIRegistry(settings.intelligence, outside),
        sentry=Sentry(settings, outside),
        otel=Otel(settings, outside),
    )
