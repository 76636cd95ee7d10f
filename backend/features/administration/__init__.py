"""Administration: the people and their roles, what was done by whom, and how things stand."""
