"""The commands, one module each: what may be typed, and what is said."""
