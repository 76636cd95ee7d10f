"""What requests say: a body holds what its model names, and is refused for anything else."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
