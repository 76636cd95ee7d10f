"""Events: what the association holds, for whom, and when."""
