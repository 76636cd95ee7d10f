"""Documents in PostgreSQL: one table a collection, expression indexes, pgvector for search."""

from backend.store.postgres.driver import PostgresStore

__all__ = ["PostgresStore"]
