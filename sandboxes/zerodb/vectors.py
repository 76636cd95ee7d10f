"""ZeroDB's vectors: of any length, compared by their cosine with those of the same length."""

SCHEMA = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE IF NOT EXISTS sandbox.zerodb_vectors (
    project_id text NOT NULL REFERENCES sandbox.zerodb_projects ON DELETE CASCADE,
    namespace text NOT NULL,
    vector_id text NOT NULL,
    dimension integer NOT NULL,
    embedding vector NOT NULL,
    metadata jsonb NOT NULL,
    document text,
    source text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (project_id, namespace, vector_id)
);
"""
