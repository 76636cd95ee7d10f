"""Search: posts, events, training and people, by meaning and by words."""
