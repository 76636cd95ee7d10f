# The backend's image. The same image serves (`python -m backend`), prepares the collections before a
# deployment (`python -m backend.prepare`) and works off jobs: only the command differs.
#
# No command here needs a shell: `python -m backend` reads PORT itself, so nothing depends on `$PORT`
# being expanded, which it is not where a platform runs a start command beside a Dockerfile.

FROM python:3.13-slim-trixie AS packages

COPY backend/requirements.txt /opt/requirements.txt
# Wheels alone, each with the hash that the lock knows: nothing is compiled, and nothing else gets in.
# Bytecode that is checked by nobody, rather than by time, makes two builds equal, byte for byte.
RUN python -m venv --without-pip /opt/venv \
 && python -m pip --python /opt/venv/bin/python install --no-cache-dir --no-compile \
    --disable-pip-version-check --only-binary :all: --require-hashes -r /opt/requirements.txt \
 && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/venv

COPY backend /app/backend
RUN /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /app


FROM python:3.13-slim-trixie

LABEL org.opencontainers.image.title="WWMAA backend" \
      org.opencontainers.image.description="The membership platform's API" \
      org.opencontainers.image.licenses="MIT"

# Its own user, whom no name server and no home is needed for. Nothing below /app belongs to it.
RUN echo 'wwmaa:x:10001:' >> /etc/group \
 && echo 'wwmaa:x:10001:10001:WWMAA:/nonexistent:/usr/sbin/nologin' >> /etc/passwd

COPY --from=packages /opt/venv /opt/venv
COPY --from=packages /app /app

ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000

WORKDIR /app
USER 10001:10001

# A platform asks /api/health itself; this is for those who run the image without one.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(web.Request(f\"http://127.0.0.1:{os.environ['PORT']}/api/health\", headers={'host': 'healthcheck.railway.app'}), timeout=4)"]

# Python is the first process and ends on SIGTERM: it drains for SHUTDOWN_GRACE_SECONDS at most.
STOPSIGNAL SIGTERM
CMD ["python", "-m", "backend"]
