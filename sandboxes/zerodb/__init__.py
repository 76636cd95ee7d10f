"""ZeroDB, imitated from its OpenAPI as far as that is public: `dialect` tells what is assumed."""

from sandboxes.kit.sandbox import Sandbox
from sandboxes.zerodb import access, operations, projects, tables, vectors
from sandboxes.zerodb.access import admit
from sandboxes.zerodb.dialect import spelled
from sandboxes.zerodb.errors import as_status
from sandboxes.zerodb.provisioning import provisioning

ZERODB = Sandbox(
    name="zerodb",
    operations=operations.ALL,
    about="Keeps projects, tables, rows and vectors in PostgreSQL. `/zerodb/v1`, or"
    " `/zerodb/api/v1`, is strict: the cloud's own routes and fields, and no more."
    " `/zerodb/compat`, with any of the prefixes that clients use behind it, takes what the SDKs"
    " send besides; an operation whose name begins with `sdk_` answers only there, and strict says"
    " 404 or 405 as the cloud does. What is assumed where ZeroDB's sources are silent stands in"
    " `sandboxes/zerodb/dialect.py`. A project and its key are made, as often as one likes, by"
    " `PUT /_sandbox/zerodb/projects/{id}` with `name`, `api_key` and, for who wants to log in,"
    " `account` with `email` and `password`; they outlive a reset, and no other key is let in. As"
    " with the real one, nothing"
    " is unique, there are no transactions, and of two bulk updates at once both may claim the"
    " same row. Embeddings are real, from the offline model, with zeros behind its 256 numbers up"
    " to the 384, 768 or 1024 of the model that was asked for: what is alike is near, but neither"
    " the numbers nor the similarities are those of BGE, and the similarities are lower.",
    does_not=(
        "memory, events, files, RLHF, the batch query, SQL, and a dedicated PostgreSQL",
        "clusters, compression and analytics of vectors",
        "rate limits but by a fault, and of the limits of tiers only that of three free projects",
        "keys that users make for themselves",
    ),
    error=as_status,
    admit=admit,
    pages=provisioning,
    spelled=spelled,
    schema="\n".join((projects.SCHEMA, access.SCHEMA, tables.SCHEMA, vectors.SCHEMA)),
    # Not among them: the projects and keys of environments, which outlive a reset.
    tables=("zerodb_rows", "zerodb_tables", "zerodb_vectors", "zerodb_made_projects"),
)
