"""Every environment variable of the platform, declared once, in the groups of the brief.

The example file, the documentation, `staging env` and `/api/health/status` are read off these
declarations. Examples are for staging.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlsplit

from annotated_types import Ge, Le
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from backend.schema.document import TypedEmail
from backend.variables import Group, InvalidEnvironment, List, Live, Problem, ReadBy

VENDORS = (
    "zerodb",
    "stripe",
    "postmark",
    "beehiiv",
    "cloudflare",
    "openai",
    "ai_registry",
    "sentry",
    "otel",
)
"""Whom the platform calls; a vendor's variables, provider and documentation bear its name."""


class PythonEnv(StrEnum):
    """The kinds of environment. A preview is of the staging kind, with a name of its own."""

    development = "development"
    staging = "staging"
    production = "production"


class StoreKind(StrEnum):
    """Where documents are kept."""

    postgres = "postgres"
    zerodb = "zerodb"


class LogLevel(StrEnum):
    """The least grave line that is written to the log."""

    debug = "DEBUG"
    info = "INFO"
    warning = "WARNING"
    error = "ERROR"


class LogFormat(StrEnum):
    """One JSON object a line for machines, or coloured text for a person."""

    json = "json"
    console = "console"


class JwtAlgorithm(StrEnum):
    """The algorithms by which access tokens may be signed."""

    hs256 = "HS256"
    hs384 = "HS384"
    hs512 = "HS512"


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("it must be an http or https address, such as https://example.test")
    return text.rstrip("/")


def _starting(*schemes: str) -> Callable[[SecretStr], SecretStr]:
    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(schemes):
            raise ValueError(f"it must start with {' or '.join(schemes)}")
        return value

    return check


Url = Annotated[str, AfterValidator(_address)]
NAME = r"^[a-z][a-z0-9_-]{0,30}$"
Name = Annotated[str, StringConstraints(pattern=NAME)]
Rate = Annotated[float, Ge(0), Le(1)]
Positive = Annotated[int, Ge(1)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_starting("postgresql://", "postgres://"))]
RedisUrl = Annotated[SecretStr, AfterValidator(_starting("redis://", "rediss://"))]


class Core(Group):
    """What this deployment is, where it stands and how it runs."""

    python_env: PythonEnv = Field(examples=["staging"])
    """Which kind of environment this is; live keys are refused everywhere but in production."""
    environment_name: Name = Field(examples=["staging"])
    """This environment's own name, such as `staging` or `pr-42`; collections carry it as prefix."""
    pythonunbuffered: Annotated[str, ReadBy("the Python interpreter")] = Field("1", examples=["1"])
    """Writes log lines at once instead of in blocks."""
    debug: bool = False
    """Shows more in development; refused in production."""
    log_level: LogLevel = LogLevel.info
    """The least grave line that is written to the log."""
    log_format: LogFormat = LogFormat.json
    """How log lines look."""
    port: Annotated[int, Ge(1), Le(65535)] = 8000
    """The port to listen on; Railway sets it."""
    web_concurrency: Positive = 2
    """How many worker processes answer requests."""
    backend_url: Url = Field(examples=["https://api-staging.wwmaa.com"])
    """The address by which the world reaches this API."""
    frontend_url: Url = Field(examples=["https://staging.wwmaa.com"])
    """The address of the website; links in mails lead there."""
    allowed_hosts: List = Field((), examples=["backend.railway.internal"])
    """Hosts to answer to besides the one of BACKEND_URL and Railway's health check."""
    forwarded_allow_ips: List = Field(("127.0.0.1",), examples=["*"])
    """Proxies whose X-Forwarded-For is believed; on Railway all traffic comes through its edge."""
    max_request_bytes: Positive = 6_291_456
    """The largest request body that is accepted, in bytes."""
    shutdown_grace_seconds: Positive = 10
    """How long requests under way may take to end after SIGTERM, in seconds."""
    health_timeout_seconds: Annotated[float, Ge(0.05), Le(30)] = 1.0
    """How long a health check waits for a dependency, in seconds."""
    health_cache_seconds: Annotated[float, Ge(0), Le(60)] = 1.0
    """How long a reading of a dependency counts as fresh, in seconds."""
    release: str = Field("unreleased", examples=["1.0.0"])
    """The version or commit that is deployed; answers and error reports name it."""
    from_email: TypedEmail = Field(examples=["staging@wwmaa.com"])
    """The association's address: mails come from it, and reports of problems go to it."""


class Database(Group):
    """Where documents and passing things are kept."""

    store: StoreKind = StoreKind.postgres
    """Which store keeps the documents."""
    database_url: DatabaseUrl = Field(examples=["${{postgres.DATABASE_URL}}"])
    """PostgreSQL with pgvector."""
    redis_url: RedisUrl = Field(examples=["${{redis.REDIS_URL}}"])
    """Redis or Valkey: sessions, one-time codes, rate limits."""
    zerodb_api_key: SecretStr | None = Field(None, examples=["<key of the staging project>"])
    """Key of the ZeroDB project, when STORE is zerodb."""
    zerodb_api_base_url: Url = "https://api.ainative.studio/v1"
    """ZeroDB's API, or its sandbox."""
    zerodb_project_id: str | None = Field(None, examples=["<id of the staging project>"])
    """The ZeroDB project of this environment alone."""


class Authentication(Group):
    """Who somebody is, and how long that is believed."""

    jwt_secret: Annotated[SecretStr, Field(min_length=32)] = Field(
        examples=["<64 random characters>"]
    )
    """Signs access tokens, one-time links and cursors; at least 32 characters, random."""
    jwt_algorithm: JwtAlgorithm = JwtAlgorithm.hs256
    """The one algorithm that tokens are signed with and accepted in."""
    jwt_access_token_expire_minutes: Annotated[int, Ge(1), Le(60)] = 15
    """How long an access token is valid, in minutes."""
    jwt_refresh_token_expire_days: Annotated[int, Ge(1), Le(90)] = 7
    """How long a session lasts without being used, in days."""
    csrf_protection_enabled: bool = True
    """Whether requests that a cookie authenticates must carry the CSRF token."""
    csrf_secret: Annotated[SecretStr | None, Field(min_length=32)] = Field(
        None, examples=["<64 random characters>"]
    )
    """Signs CSRF tokens; random, at least 32 characters."""
    session_cookie_domain: str | None = Field(None, examples=["wwmaa.com"])
    """The domain that the session cookie is set for; unset for the answering host alone."""
    password_hash_memory_kib: Annotated[int, Ge(19_456)] = 19_456
    """Memory that one Argon2id hash takes, in KiB; never below OWASP's 19 MiB."""


_STRIPE_LIVE = Live(("sk_live_", "rk_live_", "pk_live_"))


class Payment(Group):
    """Subscriptions and tickets by Stripe."""

    stripe_secret_key: Annotated[SecretStr | None, _STRIPE_LIVE] = Field(
        None, examples=["<sk_test_ key>"]
    )
    """Calls Stripe; outside production a test key."""
    stripe_webhook_secret: SecretStr | None = Field(None, examples=["<whsec_ secret>"])
    """Proves that a webhook comes from Stripe."""
    stripe_publishable_key: Annotated[str | None, _STRIPE_LIVE] = Field(
        None, examples=["<pk_test_ key>"]
    )
    """Names the association's Stripe account to a browser."""
    stripe_basic_price_id: str | None = Field(None, examples=["price_staging_basic"])
    """The Stripe price of the basic tier."""
    stripe_standard_price_id: str | None = Field(None, examples=["price_staging_standard"])
    """The Stripe price of the standard tier."""
    stripe_premium_price_id: str | None = Field(None, examples=["price_staging_premium"])
    """The Stripe price of the premium tier."""
    stripe_base_url: Url = "https://api.stripe.com"
    """Stripe's API, or its sandbox."""


class Mail(Group):
    """Mails by Postmark, the newsletter by BeeHiiv."""

    postmark_api_key: SecretStr = Field(examples=["<token of the staging server>"])
    """Token of the Postmark server that sends this environment's mails."""
    postmark_base_url: Url = "https://api.postmarkapp.com"
    """Postmark's API, or its sandbox."""
    beehiiv_api_key: SecretStr | None = Field(None, examples=["<key of the test publication>"])
    """Calls BeeHiiv."""
    beehiiv_publication_id: str | None = Field(None, examples=["pub_staging"])
    """The publication that subscribers are kept in; a test publication outside production."""
    beehiiv_webhook_secret: SecretStr | None = Field(None, examples=["<secret of the webhook>"])
    """Proves that a webhook comes from BeeHiiv."""
    beehiiv_base_url: Url = "https://api.beehiiv.com/v2"
    """BeeHiiv's API, or its sandbox."""


class Cloudflare(Group):
    """Live training by Calls, recordings by Stream."""

    cloudflare_account_id: str | None = Field(None, examples=["<id of the test account>"])
    """The Cloudflare account; a test account outside production."""
    cloudflare_api_token: SecretStr | None = Field(None, examples=["<token for Stream>"])
    """Calls Cloudflare Stream."""
    cloudflare_calls_app_id: str | None = Field(None, examples=["<id of the Calls app>"])
    """The Calls app in which training sessions meet."""
    cloudflare_calls_api_token: SecretStr | None = Field(
        None, examples=["<token of the Calls app>"]
    )
    """Opens Calls sessions."""
    cloudflare_webhook_secret: SecretStr | None = Field(None, examples=["<secret of the webhook>"])
    """Proves that a webhook comes from Cloudflare Stream."""
    cloudflare_base_url: Url = "https://api.cloudflare.com/client/v4"
    """Cloudflare's API, or its sandbox."""


class Intelligence(Group):
    """Embeddings for search, and written answers."""

    embedding_model: str = Field("wordllama-256", examples=["wordllama-256"])
    """What turns text into vectors: `wordllama-256` in process. A change means a reindex."""
    openai_api_key: SecretStr | None = Field(None, examples=["<key of the staging project>"])
    """Calls OpenAI; without it search answers with snippets."""
    openai_base_url: Url = "https://api.openai.com/v1"
    """OpenAI's API, or its sandbox."""
    ai_registry_api_key: SecretStr | None = Field(None, examples=["<key of the staging project>"])
    """Calls the AI Registry, which chooses a language model."""
    ai_registry_base_url: Url = "https://api.ainative.studio"
    """The AI Registry's API, or its sandbox."""


class Observability(Group):
    """Errors, traces and metrics."""

    sentry_dsn: SecretStr | None = Field(None, examples=["<dsn of the staging project>"])
    """Where errors are reported; nowhere when unset."""
    sentry_environment: str | None = Field(None, examples=["staging"])
    """The environment that error reports name; ENVIRONMENT_NAME when unset."""
    sentry_traces_sample_rate: Rate = Field(0.1, examples=[1.0])
    """The share of requests whose timing is reported."""
    sentry_profiles_sample_rate: Rate = 0.1
    """The share of processes in which reported requests are profiled."""
    otel_exporter_otlp_endpoint: Url | None = Field(
        None, examples=["https://otel.staging.wwmaa.example"]
    )
    """Where traces are sent, by OTLP over HTTP; nowhere when unset."""
    otel_exporter_otlp_headers: SecretStr | None = Field(None, examples=["<name=value>"])
    """Headers that the collector asks for."""
    otel_service_name: str = Field("wwmaa-backend", examples=["wwmaa-backend-staging"])
    """The service's name in traces."""
    prometheus_enabled: bool = True
    """Whether `/metrics` answers."""
    metrics_token: SecretStr | None = Field(None, examples=["<32 random characters>"])
    """Bearer token that `/metrics` asks for; needed wherever the API stands on the internet."""


class Security(Group):
    """What browsers may do, and how often anybody may ask."""

    cors_origins: List = Field((), examples=["https://staging.wwmaa.com"])
    """Origins besides FRONTEND_URL whose pages may call this API; a JSON array or commas."""
    hsts_max_age_seconds: Annotated[int, Ge(0)] = 63_072_000
    """How long browsers insist on https, in seconds; two years by default."""
    csp_report_uri: str | None = Field(None, examples=["/api/csp-report"])
    """Where browsers report what the content security policy stopped."""
    rate_limit_enabled: bool = True
    """Whether requests are counted and refused above the limits."""
    rate_limit_per_minute: Positive = 100
    """Requests a minute from one address."""
    rate_limit_login_per_quarter_hour: Positive = 5
    """Failed logins in 15 minutes before an account is locked for as long."""


class Website(Group):
    """The website's own variables; its server reads them when it starts, and the build none."""

    next_public_site_url: Url = Field(examples=["https://staging.wwmaa.com"])
    """The website's own address."""
    next_public_api_url: Url = Field(examples=["https://api-staging.wwmaa.com"])
    """The API that browsers call."""
    next_public_ws_url: str = Field(examples=["wss://api-staging.wwmaa.com"])
    """The API's address for WebSockets."""
    next_public_environment: Name = Field(examples=["staging"])
    """The environment that the website names to its visitors."""
    next_public_stripe_publishable_key: Annotated[str | None, _STRIPE_LIVE] = Field(
        None, examples=["<pk_test_ key>"]
    )
    """Names the association's Stripe account to Stripe's own scripts."""
    server_api_url: Url = Field(examples=["http://backend.railway.internal:8000"])
    """The API that the website's server calls, on the private network where there is one."""


class Settings(BaseModel):
    """The backend's settings, in the nine groups of the brief."""

    model_config = ConfigDict(frozen=True)

    core: Core
    database: Database
    authentication: Authentication
    payment: Payment
    mail: Mail
    cloudflare: Cloudflare
    intelligence: Intelligence
    observability: Observability
    security: Security
    deployment: str | None = None
    """The id that Railway gives this deployment; nobody sets it, and elsewhere there is none."""

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Self:
        """Settings as `environ` gives them. Raises `InvalidEnvironment` with all problems."""
        read = {name: group.read(environ) for name, group in GROUPS.items()}
        problems = [problem for _, found in read.values() for problem in found]
        problems += refused(environ, (*GROUPS.values(), Website))
        if problems:
            raise InvalidEnvironment(tuple(problems))
        groups = {name: group for name, (group, _) in read.items()}
        return cls.model_validate(
            {**groups, "deployment": environ.get("RAILWAY_DEPLOYMENT_ID") or None}
        )

    @property
    def prefix(self) -> str:
        """What the names of this environment's collections start with, such as `pr_42_`."""
        return prefix_of(self.core.environment_name)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that this API answers to, Railway's health check among them."""
        own = urlsplit(self.core.backend_url).hostname or ""
        return frozenset({own, "healthcheck.railway.app", *self.core.allowed_hosts})

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may call this API: the website's, and those in CORS_ORIGINS."""
        return tuple(dict.fromkeys((self.core.frontend_url, *self.security.cors_origins)))


GROUPS: dict[str, type[Group]] = {
    "core": Core,
    "database": Database,
    "authentication": Authentication,
    "payment": Payment,
    "mail": Mail,
    "cloudflare": Cloudflare,
    "intelligence": Intelligence,
    "observability": Observability,
    "security": Security,
}


def prefix_of(environment: str) -> str:
    """What the names of the collections of the environment of this name start with."""
    return environment.replace("-", "_") + "_"


def refused(environ: Mapping[str, str], groups: tuple[type[Group], ...]) -> list[Problem]:
    """What is well formed and still not allowed, such as a live key outside production."""
    production = environ.get("PYTHON_ENV") == PythonEnv.production
    named_production = environ.get("ENVIRONMENT_NAME") == PythonEnv.production
    problems = []
    if named_production != production and environ.get("ENVIRONMENT_NAME"):
        why = "`production` is the name of the production environment, and of no other"
        problems.append(Problem("ENVIRONMENT_NAME", "refused", why))
    if production and environ.get("DEBUG", "").lower() in ("1", "t", "true", "y", "yes", "on"):
        problems.append(Problem("DEBUG", "refused", "production does not run in debug mode"))
    variables = [variable for group in groups for variable in group.variables()]
    live = {prefix for v in variables if (mark := v.mark(Live)) for prefix in mark.prefixes}
    for name in (variable.name for variable in variables if not production):
        # Anywhere in any variable: keys are pasted with spaces, with quotes and into wrong lines.
        if any(prefix in environ.get(name, "") for prefix in live):
            why = "a live key belongs in production only; put the test mode's key here"
            problems.append(Problem(name, "refused", why))
    return problems
