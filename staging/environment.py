"""The one definition of an environment: its services, their variables, probes and hooks.

What `staging up` runs on one machine follows from it, and so does what Railway is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.settings import PythonEnv


class EnvironmentIsRefused(ValueError):
    """Such an environment can not be: it could be taken for production."""


@dataclass(frozen=True)
class Literal:
    """A value as it stands."""

    text: str


@dataclass(frozen=True)
class Reference:
    """A variable that another service provides, such as PostgreSQL's DATABASE_URL."""

    service: str
    variable: str


@dataclass(frozen=True)
class AddressOf:
    """The address of another service, with a path behind it, and in it the user who asks."""

    service: str
    path: str = ""
    user: str = ""


@dataclass(frozen=True)
class Secret:
    """A random value, made once for each environment and never shown; equal names are one.

    With a prefix it looks like the key of a vendor who tells kinds of keys by how they begin.
    """

    name: str
    prefix: str = ""


@dataclass(frozen=True)
class Given:
    """A value that somebody must give, such as a vendor's test key."""


Value = Literal | Reference | AddressOf | Secret | Given


@dataclass(frozen=True)
class Service:
    """One service of an environment. Without `start` the platform provides it."""

    name: str
    what: str
    """What it is, in one line for people."""
    port: int
    """The port on one machine, before `--port-base` moves it."""
    start: tuple[str, ...] = ()
    """The command that runs it, with PORT in its environment; `python` is the environment's own."""
    pre_deploy: tuple[str, ...] = ()
    """A command that must succeed before a new deployment starts, run apart from it."""
    health_path: str | None = None
    """Asked until it answers exactly 200; only then the deployment takes traffic."""
    health_timeout_s: int = 100
    restarts_on_failure: int = 3
    draining_s: int = 15
    """How long it may take to end after SIGTERM, before SIGKILL."""
    domain: str | None = None
    """Its public host; none when it is reached from inside only."""
    variables: Mapping[str, Value] = field(default_factory=dict)
    here: Mapping[str, Value] = field(default_factory=dict)
    """Variables on one machine, where the sandboxes stand in for the vendors."""
    only_here: bool = False
    """Whether it exists on one machine only."""

    @property
    def is_python(self) -> bool:
        """Whether Python runs it, so that a guard can stand in its processes."""
        return self.start[:1] == ("python",)


@dataclass(frozen=True)
class Environment:
    """An environment that people test in: it may be filled, reset and thrown away."""

    name: str
    services: tuple[Service, ...]
    """In the order in which they rise."""
    kind: PythonEnv = PythonEnv.staging

    def __post_init__(self) -> None:
        if PythonEnv.production in (self.name, self.kind):
            raise EnvironmentIsRefused(
                "An environment that may be reset can not be named production. "
                "Production is never raised, seeded or reset by this tool."
            )

    def service(self, name: str) -> Service:
        """The service of this name; `KeyError` when there is none."""
        return {service.name: service for service in self.services}[name]


POSTGRES = Service("postgres", "PostgreSQL 18 with pgvector", port=8200)

REDIS = Service("redis", "Valkey 9, which speaks Redis' protocol", port=8300)

SANDBOXES = Service(
    "sandboxes",
    "the outside world, imitated at the wire",
    port=8100,
    start=("python", "-m", "sandboxes"),
    health_path="/_sandbox/health",
    draining_s=5,
    variables={"DATABASE_URL": Reference("postgres", "DATABASE_URL")},
    only_here=True,
)

BACKEND = Service(
    "backend",
    "the membership platform's API",
    port=8000,
    start=("python", "-m", "backend"),
    pre_deploy=("python", "-m", "backend.prepare"),
    health_path="/api/health",
    domain="api-staging.wwmaa.com",
    variables={
        "PYTHON_ENV": Literal("staging"),
        "ENVIRONMENT_NAME": Literal("staging"),
        "WEB_CONCURRENCY": Literal("2"),
        "BACKEND_URL": AddressOf("backend"),
        "FRONTEND_URL": AddressOf("frontend"),
        "FORWARDED_ALLOW_IPS": Literal("*"),
        "FROM_EMAIL": Literal("staging@wwmaa.com"),
        "DATABASE_URL": Reference("postgres", "DATABASE_URL"),
        "REDIS_URL": Reference("redis", "REDIS_URL"),
        "JWT_SECRET": Secret("JWT_SECRET"),
        "CSRF_SECRET": Secret("CSRF_SECRET"),
        "METRICS_TOKEN": Secret("METRICS_TOKEN"),
        "POSTMARK_API_KEY": Given(),
    },
    here={
        # Both spellings of this machine work; the first one is in BACKEND_URL.
        "ALLOWED_HOSTS": Literal("localhost"),
        "FORWARDED_ALLOW_IPS": Literal("127.0.0.1"),
        "POSTMARK_API_KEY": Secret("POSTMARK_API_KEY"),
        "POSTMARK_BASE_URL": AddressOf("sandboxes", "/postmark"),
        "STRIPE_SECRET_KEY": Secret("STRIPE_SECRET_KEY", "sk_test_"),
        "STRIPE_PUBLISHABLE_KEY": Secret("STRIPE_PUBLISHABLE_KEY", "pk_test_"),
        "STRIPE_WEBHOOK_SECRET": Secret("STRIPE_WEBHOOK_SECRET", "whsec_"),
        "STRIPE_BASIC_PRICE_ID": Literal("price_staging_basic"),
        "STRIPE_STANDARD_PRICE_ID": Literal("price_staging_standard"),
        "STRIPE_PREMIUM_PRICE_ID": Literal("price_staging_premium"),
        "STRIPE_BASE_URL": AddressOf("sandboxes", "/stripe"),
        "BEEHIIV_API_KEY": Secret("BEEHIIV_API_KEY"),
        "BEEHIIV_PUBLICATION_ID": Literal("pub_staging"),
        "BEEHIIV_WEBHOOK_SECRET": Secret("BEEHIIV_WEBHOOK_SECRET", "whsec_"),
        "BEEHIIV_BASE_URL": AddressOf("sandboxes", "/beehiiv/v2"),
        "OPENAI_API_KEY": Secret("OPENAI_API_KEY"),
        "OPENAI_BASE_URL": AddressOf("sandboxes", "/openai/v1"),
        "AI_REGISTRY_API_KEY": Secret("AI_REGISTRY_API_KEY"),
        "AI_REGISTRY_BASE_URL": AddressOf("sandboxes", "/ai_registry"),
        "SENTRY_DSN": AddressOf("sandboxes", "/sentry/1", user="sandbox"),
        "SENTRY_ENVIRONMENT": Literal("staging"),
        "OTEL_EXPORTER_OTLP_ENDPOINT": AddressOf("sandboxes", "/otel"),
        "OTEL_EXPORTER_OTLP_HEADERS": Literal("x-collector=sandbox"),
        "ZERODB_API_KEY": Secret("ZERODB_API_KEY"),
        "ZERODB_PROJECT_ID": Literal("a0f4c2de-5b1e-4b7c-9a53-6a1c8d20e7f1"),
        "ZERODB_API_BASE_URL": AddressOf("sandboxes", "/zerodb/v1"),
        "CLOUDFLARE_ACCOUNT_ID": Literal("57a91e57a91e57a91e57a91e57a91e57"),
        "CLOUDFLARE_API_TOKEN": Secret("CLOUDFLARE_API_TOKEN"),
        "CLOUDFLARE_CALLS_APP_ID": Literal("ca115ca115ca115ca115ca115ca115ca"),
        "CLOUDFLARE_CALLS_API_TOKEN": Secret("CLOUDFLARE_CALLS_API_TOKEN"),
        "CLOUDFLARE_WEBHOOK_SECRET": Secret("CLOUDFLARE_WEBHOOK_SECRET"),
        "CLOUDFLARE_BASE_URL": AddressOf("sandboxes", "/cloudflare/client/v4"),
    },
)

STAGING = Environment("staging", (POSTGRES, REDIS, SANDBOXES, BACKEND))
"""The association's staging environment."""

FRONTEND_PORT = 3000
"""Where the website stands on one machine; its links are in mails before it is built."""
