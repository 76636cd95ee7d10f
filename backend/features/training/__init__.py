"""Live training: what is taught when, who may join, and who was there."""
