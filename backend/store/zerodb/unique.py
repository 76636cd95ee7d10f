"""Uniqueness, which ZeroDB does not know: the names to hold while a value is asked for and kept."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from json import dumps

from backend.schema import Document
from backend.schema.document import Index
from backend.store import AlreadyExists
from backend.store.fields import Value, written
from backend.store.zerodb.filters import Filter
from backend.store.zerodb.rows import Rows, batches

ID = Index(("id",), unique=True)
Values = tuple[Value, ...]


def indexes(kind: type[Document]) -> tuple[Index, ...]:
    """What must be unique in a collection, its id first."""
    return (ID, *(index for index in kind.declared_indexes() if index.unique))


def values(document: Document, index: Index) -> Values:
    """What a document holds in the fields of an index."""
    kind = type(document)
    return tuple(written(kind, field, getattr(document, field)) for field in index.fields)


def name(document: Document) -> str:
    """The name under which a document itself is held."""
    return _name(document, ID)


def names(documents: Sequence[Document]) -> list[str]:
    """The names of everything that must be unique about these documents."""
    return [
        _name(each, index)
        for each in documents
        for index in indexes(type(each))
        if None not in values(each, index)
    ]


async def require(rows: Rows, documents: Sequence[Document], but: Document | None = None) -> None:
    """See that nobody else holds these values; `but` is the document that is written over.

    Raises `AlreadyExists`. It is true as long as the names of the documents are held.
    """
    for kind in dict.fromkeys(type(each) for each in documents):
        for index in indexes(kind):
            wanted = [values(each, index) for each in documents if type(each) is kind]
            wanted = [each for each in wanted if None not in each]
            if but is not None and values(but, index) in wanted:
                continue
            if len(set(wanted)) < len(wanted):
                raise AlreadyExists(kind.collection, index.name)
            for where in _filters(index, wanted):
                if await rows.count(kind, where):
                    raise AlreadyExists(kind.collection, index.name)


def _filters(index: Index, wanted: Sequence[Values]) -> Iterator[Filter]:
    if len(index.fields) == 1:
        for some in batches([str(value) for (value,) in wanted]):
            yield {index.fields[0]: {"$in": list(some)}}
        return
    for each in wanted:
        yield {field: {"$eq": value} for field, value in zip(index.fields, each, strict=True)}


def _name(document: Document, index: Index) -> str:
    digest = sha256(dumps(values(document, index)).encode()).hexdigest()[:24]
    return f"{document.collection}:{index.name}:{digest}"
