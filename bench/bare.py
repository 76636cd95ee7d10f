"""The floor: bare FastAPI that answers what our health check answers, and asks nobody."""

from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI

app = FastAPI()


@app.get("/api/health")
async def health() -> dict[str, Any]:
    """The same members as ours, none of them asked for."""
    return {
        "status": "healthy",
        "service": "bare",
        "environment": "bench",
        "version": "1.0.0",
        "timestamp": datetime.now(UTC).isoformat(),
    }
