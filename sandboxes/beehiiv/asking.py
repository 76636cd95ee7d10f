"""What a call brings, read as BeeHiiv reads it: its body, and what its query asks for."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from sandboxes.beehiiv.errors import BeehiivError
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call

MOST_PAGES = 10**6
DIRECTIONS = ("asc", "desc")
T = TypeVar("T", bound="Told")


class Told(BaseModel):
    """The body of a request: what is null counts as not told, what is unknown is passed over."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, told: Any) -> Any:
        return {k: v for k, v in told.items() if v is not None} if isinstance(told, dict) else told


def read(call: Call, form: type[T]) -> T:
    """The body of a call; raises BeehiivError with a sentence for each field that is wrong."""
    try:
        told = call.json() if call.body.strip() else {}
    except ValueError as error:
        raise BeehiivError(400, "The request body is no JSON.") from error
    if not isinstance(told, dict):
        raise BeehiivError(400, "The request body must be an object.")
    try:
        return form.model_validate(told)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        words = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in faults)
        raise BeehiivError(400, *words) from error


def choice(call: Call, name: str, known: Sequence[str]) -> str:
    """A parameter that is one of the known words, the first unless told; raises BeehiivError."""
    given = call.request.query_params.get(name) or known[0]
    if given not in known:
        raise BeehiivError(400, f"{name} must be one of {', '.join(known)}.")
    return given


def number(call: Call, name: str, default: int, most: int = 100) -> int:
    """A parameter from 1 to `most`; raises BeehiivError."""
    given = call.request.query_params.get(name) or str(default)
    if not (given.isascii() and given.isdigit() and len(given) < 10 and 1 <= int(given) <= most):
        raise BeehiivError(400, f"{name} must be a number from 1 to {most}.")
    return int(given)


def several(call: Call, name: str) -> list[str]:
    """All values of a parameter that may be given several times, with or without brackets."""
    query = call.request.query_params
    return [each for each in (*query.getlist(f"{name}[]"), *query.getlist(name)) if each]


def expanded(call: Call, known: Collection[str]) -> set[str]:
    """What the answer shall be expanded by; raises BeehiivError for what is unknown."""
    asked = set(several(call, "expand"))
    if asked - set(known):
        raise BeehiivError(400, f"expand must be among {', '.join(sorted(known))}.")
    return asked


def page_of(call: Call, found: Sequence[Document]) -> tuple[Sequence[Document], Document]:
    """The page of a list that a call asks for by `limit` and `page`, and what is said of it."""
    limit, page = number(call, "limit", 10), number(call, "page", 1, most=MOST_PAGES)
    return found[(page - 1) * limit :][:limit], extent(limit, page, len(found))


def extent(limit: int, page: int, total: int) -> Document:
    """What a list says of itself besides its page."""
    pages = -(-total // limit)
    return {"limit": limit, "page": page, "total_results": total, "total_pages": pages}


def epoch(moment: datetime) -> int:
    """A moment as BeeHiiv has it: whole seconds since 1970."""
    return int(moment.timestamp())
