"""The two ways in which a command does not do what was asked: it refuses, or it fails."""

from staging.processes import Obstacle


class Refused(Obstacle):
    """What was asked for is not done, and nothing was changed."""


class Failed(Obstacle):
    """A check or a step failed."""
