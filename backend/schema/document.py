"""What every kept document is, and the marks by which its fields declare indexes and references."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self, get_args
from uuid import uuid4

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    PlainSerializer,
    StringConstraints,
    TypeAdapter,
)

from backend.clock import now


@dataclass(frozen=True)
class Index:
    """An index: as a mark on a field over that field, in `indexes` over the named fields."""

    fields: tuple[str, ...] = ()
    unique: bool = False

    @property
    def name(self) -> str:
        """The name below the collection's: `email`, or `event_id_profile_id`."""
        return "_".join(self.fields)


@dataclass(frozen=True)
class References:
    """A mark on a field: it holds the id of a document in this collection, and is indexed."""

    collection: str


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def _near(moment: datetime) -> datetime:
    if not 1900 <= moment.year < 3000:
        raise ValueError("a moment lies between the years 1900 and 3000")
    return moment


# Every moment is written in UTC with the same width, so that text order is the order of time in
# any store, and equal moments are equal text.
Moment = Annotated[
    AwareDatetime,
    AfterValidator(lambda moment: moment.astimezone(UTC)),
    PlainSerializer(_written, return_type=str, when_used="json"),
]

TypedMoment = Annotated[AwareDatetime, AfterValidator(_near)]
"""A moment that somebody types: far enough from where the calendar ends in any time zone."""

# An address is one address however it is typed; the store's uniqueness relies on it. Whether it
# can exist at all is asked where people type it (`TypedEmail`): that takes longer than all else
# in reading a document.
_ONE_FORM = StringConstraints(
    strip_whitespace=True, to_lower=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
)
Email = Annotated[str, _ONE_FORM]
TypedEmail = Annotated[EmailStr, BeforeValidator(TypeAdapter(Email).validate_python)]

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=20_000)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=200)]
Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=20)]


class Tier(StrEnum):
    """What a member pays for; each tier opens what the ones before it open."""

    basic = "basic"
    standard = "standard"
    premium = "premium"


class AccessType(StrEnum):
    """Who may see an event or a training session."""

    public = "public"
    members_only = "members_only"
    premium_only = "premium_only"


class Document(BaseModel):
    """A kept document. `version` counts its writes: an update of an older version is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    collection: ClassVar[str]
    """The collection's name without the environment's prefix."""
    indexes: ClassVar[tuple[Index, ...]] = ()
    """Indexes over several fields; those over one field are marked on the field."""
    searched: ClassVar[tuple[str, ...]] = ()
    """The fields that search reads, the weightiest first; empty when it reads none."""
    only_added: ClassVar[bool] = False
    """Whether documents are only ever added, and neither changed nor removed."""

    id: Identifier = Field(default_factory=lambda: uuid4().hex)
    version: int = Field(default=0, ge=0)
    created_at: Annotated[Moment, Index()] = Field(default_factory=now)
    updated_at: Moment = Field(default_factory=now)
    is_seed_data: bool = False
    """True for what `staging seed` wrote, and for nothing else."""
    seed_batch: Annotated[str | None, Index()] = None
    """The batch that wrote it, such as `staging-v1`; none for what people wrote."""

    def changed(self, **fields: Any) -> Self:
        """A copy with these fields changed, valid as a whole or refused (`ValidationError`)."""
        return self.model_validate({**dict(self), **fields})

    @classmethod
    def declared_indexes(cls) -> tuple[Index, ...]:
        """Every index of this collection, with its fields, in a stable order."""
        return tuple(dict.fromkeys([*cls._marked_indexes(), *cls.indexes]))

    @classmethod
    def references(cls) -> dict[str, str]:
        """The fields that name documents elsewhere: `{field: collection}`."""
        return {
            name: mark.collection
            for name, field in cls.model_fields.items()
            for mark in field.metadata
            if isinstance(mark, References)
        }

    @classmethod
    def _marked_indexes(cls) -> list[Index]:
        return [
            Index((name,), unique=isinstance(mark, Index) and mark.unique)
            for name, field in cls.model_fields.items()
            for mark in field.metadata
            if isinstance(mark, (Index, References))
        ]

    def search_text(self) -> tuple[str, ...]:
        """The searched fields as text, in their order of weight."""
        values = (getattr(self, name) for name in self.searched)
        return tuple(" ".join(v) if isinstance(v, list) else str(v or "") for v in values)


def is_whole_number(kind: type[Document], field: str) -> bool:
    """Whether this field of the collection is kept as an integer, which orders as a number."""
    annotation = kind.model_fields[field].annotation
    return int in (annotation, *get_args(annotation))
