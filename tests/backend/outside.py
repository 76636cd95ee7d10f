"""The whole outside world as one transport, and an environment that knows every vendor in it."""

import asyncio
from dataclasses import dataclass, field

import httpx2

EVERY_KEY = {
    "ZERODB_API_KEY": "zerodb-key-of-this-test",
    "ZERODB_PROJECT_ID": "p1",
    "STRIPE_SECRET_KEY": "stripe-key-of-this-test",
    "BEEHIIV_API_KEY": "beehiiv-key-of-this-test",
    "BEEHIIV_PUBLICATION_ID": "pub_1",
    "CLOUDFLARE_ACCOUNT_ID": "acc_1",
    "CLOUDFLARE_API_TOKEN": "cloudflare-key-of-this-test",
    "OPENAI_API_KEY": "openai-key-of-this-test",
    "AI_REGISTRY_API_KEY": "registry-key-of-this-test",
    "SENTRY_DSN": "https://sentry-key-of-this-test@sentry.example/7",
    "SENTRY_TRACES_SAMPLE_RATE": "1",
    "SENTRY_PROFILES_SAMPLE_RATE": "0",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "https://otel.example",
}


@dataclass
class Outside(httpx2.AsyncBaseTransport):
    """It notes who is asked what, and answers as it is told to."""

    asked: list[httpx2.Request] = field(default_factory=list)
    status: int = 200
    hangs: bool = False
    told: object = field(default_factory=lambda: dict.fromkeys(("ID", "data", "id", "result")))
    """By default an answer that is enough for a ping of any vendor."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await request.aread()
        self.asked.append(request)
        if self.hangs:
            await asyncio.sleep(3600)
        return httpx2.Response(self.status, json=self.told)

    def heard_by(self, host: str) -> list[httpx2.Request]:
        """What this host was asked."""
        return [request for request in self.asked if request.url.host == host]
