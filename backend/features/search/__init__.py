"""Search: posts and events, by meaning and by words."""
