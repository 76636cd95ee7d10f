"""The system's own endpoints: how it is, and what it counts."""
