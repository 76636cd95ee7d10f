"""What requests say: a body holds what its model names, and is refused for anything else."""

from pydantic import BaseModel, ConfigDict, model_validator


class Body(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _can_be_kept(cls, told: object) -> object:
        """Refuse what no store can hold; nobody types it."""
        if _holds_nul(told):
            raise ValueError("a text holds a NUL character, which can not be kept")
        return told


def _holds_nul(told: object) -> bool:
    if isinstance(told, dict):
        return any(map(_holds_nul, told.values()))
    if isinstance(told, list):
        return any(map(_holds_nul, told))
    return isinstance(told, str) and "\0" in told
