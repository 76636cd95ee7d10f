"""The staging environment on Railway, for `railway config plan` and `railway config apply`.

Generated from staging/environment.py by `staging generate`: change the definition, not this file.
What is preserved here, or shared, is made and given by `staging setup`: no secret is in a file.
"""

from railway_sdk import (
    create_railway_context,
    define_railway,
    image,
    preserve,
    project,
    service,
    volume,
)

shared = create_railway_context().shared

postgres_volume = volume(
    "postgres-volume",
    sizeMB=5000,
)
postgres = service(
    "postgres",
    source=image("pgvector/pgvector:pg18"),
    deploy={
        "restartPolicyType": "ON_FAILURE",
        "restartPolicyMaxRetries": 3,
        "numReplicas": 1,
        "overlapSeconds": 0,
        "drainingSeconds": 60,
    },
    volumeMounts={
        "/var/lib/postgresql": postgres_volume,
    },
    env={
        "RAILWAY_SHM_SIZE_BYTES": "268435456",
        "POSTGRES_DB": "wwmaa",
        "POSTGRES_USER": "wwmaa",
        "POSTGRES_PASSWORD": preserve(),
        "DATABASE_URL": "postgresql://${{POSTGRES_USER}}:${{POSTGRES_PASSWORD}}@${{RAILWAY_PRIVATE_DOMAIN}}:5432/${{POSTGRES_DB}}",
    },
)
redis_volume = volume(
    "redis-volume",
    sizeMB=1000,
)
redis = service(
    "redis",
    source=image("redis:8.2"),
    deploy={
        "startCommand": "/bin/sh -c 'exec docker-entrypoint.sh redis-server --requirepass \"$REDIS_PASSWORD\" --appendonly yes --appendfsync always'",
        "restartPolicyType": "ON_FAILURE",
        "restartPolicyMaxRetries": 3,
        "numReplicas": 1,
        "overlapSeconds": 0,
        "drainingSeconds": 10,
    },
    volumeMounts={
        "/data": redis_volume,
    },
    env={
        "REDIS_PASSWORD": preserve(),
        "REDIS_URL": "redis://default:${{REDIS_PASSWORD}}@${{RAILWAY_PRIVATE_DOMAIN}}:6379/0",
    },
)
backend = service(
    "backend",
    build={
        "builder": "DOCKERFILE",
        "dockerfilePath": "Dockerfile",
        "watchPatterns": [
            "/Dockerfile",
            "/.dockerignore",
            "/backend/**",
        ],
    },
    deploy={
        "startCommand": "python -m backend",
        "preDeployCommand": [
            "python -m backend.prepare",
        ],
        "healthcheckPath": "/api/health",
        "healthcheckTimeout": 100,
        "restartPolicyType": "ON_FAILURE",
        "restartPolicyMaxRetries": 3,
        "numReplicas": 1,
        "overlapSeconds": 10,
        "drainingSeconds": 15,
    },
    networking={
        "serviceDomains": {
            "backend-staging.up.railway.app": {
                "port": 8000,
            },
        },
    },
    domains=[
        {
            "domain": "api-staging.wwmaa.com",
            "port": 8000,
        },
    ],
    env={
        "PORT": "8000",
        "PYTHON_ENV": shared.PYTHON_ENV,
        "ENVIRONMENT_NAME": shared.ENVIRONMENT_NAME,
        "WEB_CONCURRENCY": "2",
        "BACKEND_URL": "https://api-staging.wwmaa.com",
        "FRONTEND_URL": "https://staging.wwmaa.com",
        "ALLOWED_HOSTS": "${{RAILWAY_PRIVATE_DOMAIN}},${{RAILWAY_PUBLIC_DOMAIN}}",
        "FORWARDED_ALLOW_IPS": "*",
        "FROM_EMAIL": shared.FROM_EMAIL,
        "DATABASE_URL": postgres.env.DATABASE_URL,
        "REDIS_URL": redis.env.REDIS_URL,
        "JWT_SECRET": shared.JWT_SECRET,
        "CSRF_SECRET": shared.CSRF_SECRET,
        "METRICS_TOKEN": shared.METRICS_TOKEN,
        "POSTMARK_API_KEY": shared.POSTMARK_API_KEY,
        "RELEASE": preserve(),
        "STRIPE_SECRET_KEY": preserve(),
        "STRIPE_PUBLISHABLE_KEY": preserve(),
        "STRIPE_WEBHOOK_SECRET": preserve(),
        "STRIPE_BASIC_PRICE_ID": preserve(),
        "STRIPE_STANDARD_PRICE_ID": preserve(),
        "STRIPE_PREMIUM_PRICE_ID": preserve(),
        "BEEHIIV_API_KEY": preserve(),
        "BEEHIIV_PUBLICATION_ID": preserve(),
        "BEEHIIV_WEBHOOK_SECRET": preserve(),
        "OPENAI_API_KEY": preserve(),
        "AI_REGISTRY_API_KEY": preserve(),
        "SENTRY_DSN": preserve(),
        "OTEL_EXPORTER_OTLP_ENDPOINT": preserve(),
        "OTEL_EXPORTER_OTLP_HEADERS": preserve(),
        "ZERODB_API_KEY": preserve(),
        "ZERODB_PROJECT_ID": preserve(),
        "CLOUDFLARE_ACCOUNT_ID": preserve(),
        "CLOUDFLARE_API_TOKEN": preserve(),
        "CLOUDFLARE_CALLS_APP_ID": preserve(),
        "CLOUDFLARE_CALLS_API_TOKEN": preserve(),
        "CLOUDFLARE_WEBHOOK_SECRET": preserve(),
    },
)
worker = service(
    "worker",
    build={
        "builder": "DOCKERFILE",
        "dockerfilePath": "Dockerfile",
        "watchPatterns": [
            "/Dockerfile",
            "/.dockerignore",
            "/backend/**",
        ],
    },
    deploy={
        "startCommand": "python -m backend.worker",
        "healthcheckPath": "/api/health",
        "healthcheckTimeout": 100,
        "restartPolicyType": "ON_FAILURE",
        "restartPolicyMaxRetries": 3,
        "numReplicas": 1,
        "overlapSeconds": 0,
        "drainingSeconds": 15,
    },
    env={
        "PORT": "8400",
        "PYTHON_ENV": shared.PYTHON_ENV,
        "ENVIRONMENT_NAME": shared.ENVIRONMENT_NAME,
        "WEB_CONCURRENCY": "2",
        "BACKEND_URL": "https://api-staging.wwmaa.com",
        "FRONTEND_URL": "https://staging.wwmaa.com",
        "ALLOWED_HOSTS": "${{RAILWAY_PRIVATE_DOMAIN}}",
        "FORWARDED_ALLOW_IPS": "*",
        "FROM_EMAIL": shared.FROM_EMAIL,
        "DATABASE_URL": postgres.env.DATABASE_URL,
        "REDIS_URL": redis.env.REDIS_URL,
        "JWT_SECRET": shared.JWT_SECRET,
        "CSRF_SECRET": shared.CSRF_SECRET,
        "METRICS_TOKEN": shared.METRICS_TOKEN,
        "POSTMARK_API_KEY": shared.POSTMARK_API_KEY,
        "RELEASE": preserve(),
        "STRIPE_SECRET_KEY": preserve(),
        "STRIPE_PUBLISHABLE_KEY": preserve(),
        "STRIPE_WEBHOOK_SECRET": preserve(),
        "STRIPE_BASIC_PRICE_ID": preserve(),
        "STRIPE_STANDARD_PRICE_ID": preserve(),
        "STRIPE_PREMIUM_PRICE_ID": preserve(),
        "BEEHIIV_API_KEY": preserve(),
        "BEEHIIV_PUBLICATION_ID": preserve(),
        "BEEHIIV_WEBHOOK_SECRET": preserve(),
        "OPENAI_API_KEY": preserve(),
        "AI_REGISTRY_API_KEY": preserve(),
        "SENTRY_DSN": preserve(),
        "OTEL_EXPORTER_OTLP_ENDPOINT": preserve(),
        "OTEL_EXPORTER_OTLP_HEADERS": preserve(),
        "ZERODB_API_KEY": preserve(),
        "ZERODB_PROJECT_ID": preserve(),
        "CLOUDFLARE_ACCOUNT_ID": preserve(),
        "CLOUDFLARE_API_TOKEN": preserve(),
        "CLOUDFLARE_CALLS_APP_ID": preserve(),
        "CLOUDFLARE_CALLS_API_TOKEN": preserve(),
        "CLOUDFLARE_WEBHOOK_SECRET": preserve(),
    },
)
frontend = service(
    "frontend",
    build={
        "builder": "DOCKERFILE",
        "dockerfilePath": "frontend/Dockerfile",
        "watchPatterns": [
            "/frontend/**",
        ],
    },
    deploy={
        "startCommand": "node server.js",
        "healthcheckPath": "/health",
        "healthcheckTimeout": 100,
        "restartPolicyType": "ON_FAILURE",
        "restartPolicyMaxRetries": 3,
        "numReplicas": 1,
        "overlapSeconds": 10,
        "drainingSeconds": 15,
    },
    networking={
        "serviceDomains": {
            "frontend-staging.up.railway.app": {
                "port": 3000,
            },
        },
    },
    domains=[
        {
            "domain": "staging.wwmaa.com",
            "port": 3000,
        },
    ],
    env={
        "PORT": "3000",
        "NEXT_PUBLIC_ENVIRONMENT": shared.ENVIRONMENT_NAME,
        "NEXT_PUBLIC_SITE_URL": "https://staging.wwmaa.com",
        "NEXT_PUBLIC_API_URL": "https://api-staging.wwmaa.com",
        "NEXT_PUBLIC_WS_URL": "wss://api-staging.wwmaa.com",
        "SERVER_API_URL": "http://${{backend.RAILWAY_PRIVATE_DOMAIN}}:${{backend.PORT}}",
        "RELEASE": preserve(),
    },
)
seeds = service(
    "seeds",
    build={
        "builder": "DOCKERFILE",
        "dockerfilePath": "staging/seeds/Dockerfile",
        "watchPatterns": [
            "/backend/**",
            "/staging/__init__.py",
            "/staging/seed.py",
            "/staging/seeds/**",
        ],
    },
    deploy={
        "startCommand": "true",
        "preDeployCommand": [
            "python -m staging.seeds --once",
        ],
        "restartPolicyType": "NEVER",
        "numReplicas": 1,
        "overlapSeconds": 0,
        "drainingSeconds": 15,
    },
    env={
        "PYTHON_ENV": shared.PYTHON_ENV,
        "ENVIRONMENT_NAME": shared.ENVIRONMENT_NAME,
        "BACKEND_URL": "https://api-staging.wwmaa.com",
        "FRONTEND_URL": "https://staging.wwmaa.com",
        "FROM_EMAIL": shared.FROM_EMAIL,
        "DATABASE_URL": postgres.env.DATABASE_URL,
        "REDIS_URL": redis.env.REDIS_URL,
        "JWT_SECRET": shared.JWT_SECRET,
        "POSTMARK_API_KEY": shared.POSTMARK_API_KEY,
    },
)


@define_railway
def main(_=None):
    """The project with every service and its volume, variables and hosts."""
    return project(
        "wwmaa",
        resources=[
            postgres_volume,
            postgres,
            redis_volume,
            redis,
            backend,
            worker,
            frontend,
            seeds,
        ],
    )
