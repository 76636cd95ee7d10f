"""The one definition of an environment: its services, their variables, probes and hooks.

What `staging up` runs on one machine follows from it, and so does what Railway is told.
"""

from collections.abc import Mapping
from dataclasses import replace

from staging.definition import Build, Environment, Service, Use, Volume
from staging.values import (
    AddressOf,
    Doors,
    EnvironmentName,
    Given,
    Literal,
    Reference,
    Secret,
    Shared,
    Value,
)

POSTGRES = Service(
    "postgres",
    "PostgreSQL 18 with pgvector",
    port=8200,
    # Railway's own PostgreSQL has no pgvector.
    image="pgvector/pgvector:pg18",
    draining_s=60,
    volume=Volume("/var/lib/postgresql", 5),
    use=Use(0.25, 0.02),
    variables={
        # An index over vectors is built in shared memory, of which a container has 64 MB.
        "RAILWAY_SHM_SIZE_BYTES": Literal("268435456"),
        "POSTGRES_DB": Literal("wwmaa"),
        "POSTGRES_USER": Literal("wwmaa"),
        "POSTGRES_PASSWORD": Secret("POSTGRES_PASSWORD"),
        "DATABASE_URL": Literal(
            "postgresql://${{POSTGRES_USER}}:${{POSTGRES_PASSWORD}}"
            "@${{RAILWAY_PRIVATE_DOMAIN}}:5432/${{POSTGRES_DB}}"
        ),
    },
)

REDIS = Service(
    "redis",
    "Valkey 9, which speaks Redis' protocol",
    port=8300,
    image="redis:8.2",
    # Without a shell nobody would put the password in its place.
    start=(
        "/bin/sh",
        "-c",
        'exec docker-entrypoint.sh redis-server --requirepass "$REDIS_PASSWORD"'
        # What was answered is on the disk: sessions, links in mails, journals of ZeroDB's blocks.
        " --appendonly yes --appendfsync always",
    ),
    draining_s=10,
    volume=Volume("/data", 1),
    use=Use(0.05, 0.01),
    variables={
        "REDIS_PASSWORD": Secret("REDIS_PASSWORD"),
        "REDIS_URL": Literal(
            "redis://default:${{REDIS_PASSWORD}}@${{RAILWAY_PRIVATE_DOMAIN}}:6379/0"
        ),
    },
)

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

VENDORS_GIVEN: Mapping[str, Value] = {
    name: Given(needed=False)
    for name in (
        "STRIPE_SECRET_KEY",
        "STRIPE_PUBLISHABLE_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "STRIPE_BASIC_PRICE_ID",
        "STRIPE_STANDARD_PRICE_ID",
        "STRIPE_PREMIUM_PRICE_ID",
        "BEEHIIV_API_KEY",
        "BEEHIIV_PUBLICATION_ID",
        "BEEHIIV_WEBHOOK_SECRET",
        "OPENAI_API_KEY",
        "AI_REGISTRY_API_KEY",
        "SENTRY_DSN",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "ZERODB_API_KEY",
        "ZERODB_PROJECT_ID",
        "CLOUDFLARE_ACCOUNT_ID",
        "CLOUDFLARE_API_TOKEN",
        "CLOUDFLARE_CALLS_APP_ID",
        "CLOUDFLARE_CALLS_API_TOKEN",
        "CLOUDFLARE_WEBHOOK_SECRET",
    )
}
"""What the vendors' test accounts are reached with; the platform does without what is not set."""

RELEASE = Given(needed=False)
"""What is deployed: every `staging deploy` writes it down, so that a set-up lets it be."""

BACKEND = Service(
    "backend",
    "the membership platform's API",
    port=8000,
    build=Build("Dockerfile", ("/Dockerfile", "/.dockerignore", "/backend/**")),
    start=("python", "-m", "backend"),
    pre_deploy=("python", "-m", "backend.prepare"),
    health_path="/api/health",
    overlap_s=10,
    public=True,
    use=Use(0.4, 0.05),
    variables={
        "PYTHON_ENV": Shared("PYTHON_ENV"),
        "ENVIRONMENT_NAME": Shared("ENVIRONMENT_NAME"),
        "WEB_CONCURRENCY": Literal("2"),
        "BACKEND_URL": AddressOf("backend"),
        "FRONTEND_URL": AddressOf("frontend"),
        "ALLOWED_HOSTS": Literal("${{RAILWAY_PRIVATE_DOMAIN}},${{RAILWAY_PUBLIC_DOMAIN}}"),
        "FORWARDED_ALLOW_IPS": Literal("*"),
        "FROM_EMAIL": Shared("FROM_EMAIL"),
        "DATABASE_URL": Reference("postgres", "DATABASE_URL"),
        "REDIS_URL": Reference("redis", "REDIS_URL"),
        "JWT_SECRET": Shared("JWT_SECRET"),
        "CSRF_SECRET": Shared("CSRF_SECRET"),
        "METRICS_TOKEN": Shared("METRICS_TOKEN"),
        "POSTMARK_API_KEY": Shared("POSTMARK_API_KEY"),
        "RELEASE": RELEASE,
        **VENDORS_GIVEN,
    },
    here={
        # Both spellings of this machine work; the first one is in BACKEND_URL.
        "ALLOWED_HOSTS": Literal("localhost"),
        "FORWARDED_ALLOW_IPS": Literal("127.0.0.1"),
        # Everybody here has one address.
        "RATE_LIMIT_PER_MINUTE": Literal("60000"),
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
        "SENTRY_ENVIRONMENT": EnvironmentName(),
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

WORKER = replace(
    BACKEND,
    name="worker",
    what="sends mails, and does what is due by the clock",
    port=8400,
    start=("python", "-m", "backend.worker"),
    # The backend's deployment makes the collections; it waits for them.
    pre_deploy=(),
    overlap_s=0,
    public=False,
    use=Use(0.25, 0.03),
    variables={**BACKEND.variables, "ALLOWED_HOSTS": Literal("${{RAILWAY_PRIVATE_DOMAIN}}")},
    beside=True,
)

SEEDS = Service(
    "seeds",
    "puts the seeds in from inside, and ends",
    # No port of the database is ever opened to the world for it.
    build=Build(
        "staging/seeds/Dockerfile",
        ("/backend/**", "/staging/__init__.py", "/staging/seed.py", "/staging/seeds/**"),
    ),
    # Railway starts something in any case, when all is done.
    start=("true",),
    pre_deploy=("python", "-m", "staging.seeds", "--once"),
    restarts_on_failure=0,
    use=Use(0, 0),
    # It calls nobody, and is told what the settings ask for and no more.
    variables={
        name: BACKEND.variables[name]
        for name in (
            "PYTHON_ENV",
            "ENVIRONMENT_NAME",
            "BACKEND_URL",
            "FRONTEND_URL",
            "FROM_EMAIL",
            "DATABASE_URL",
            "REDIS_URL",
            "JWT_SECRET",
            "POSTMARK_API_KEY",
        )
    },
    once=True,
)

FRONTEND = Service(
    "frontend",
    "the website",
    port=3000,
    build=Build("frontend/Dockerfile", ("/frontend/**",)),
    start=("node", "server.js"),
    health_path="/health",
    overlap_s=10,
    public=True,
    use=Use(0.2, 0.02),
    variables={
        "NEXT_PUBLIC_ENVIRONMENT": Shared("ENVIRONMENT_NAME"),
        "NEXT_PUBLIC_SITE_URL": AddressOf("frontend"),
        "NEXT_PUBLIC_API_URL": AddressOf("backend"),
        "NEXT_PUBLIC_WS_URL": AddressOf("backend", protocol="ws"),
        "SERVER_API_URL": AddressOf("backend", inside=True),
        "RELEASE": RELEASE,
    },
    here={
        "HOSTNAME": Literal("127.0.0.1"),
        "STAGING_DOORS": Doors(),
        "STREAM_ORIGIN": AddressOf("sandboxes"),
    },
)

PROJECT = "wwmaa"
"""The project on Railway that holds every environment."""

PYTHON = "3.13"
"""The version of Python that images and workflows run, and that pyenv and uv are told."""

STAGING = Environment(
    "staging",
    (POSTGRES, REDIS, SANDBOXES, BACKEND, WORKER, FRONTEND, SEEDS),
    shared={
        "PYTHON_ENV": Literal("staging"),
        "ENVIRONMENT_NAME": EnvironmentName(),
        "FROM_EMAIL": Literal("staging@wwmaa.com"),
        "JWT_SECRET": Secret("JWT_SECRET"),
        "CSRF_SECRET": Secret("CSRF_SECRET"),
        "METRICS_TOKEN": Secret("METRICS_TOKEN"),
        "POSTMARK_API_KEY": Given(),
    },
    domains={"backend": "api-staging.wwmaa.com", "frontend": "staging.wwmaa.com"},
)
"""The association's staging environment."""
