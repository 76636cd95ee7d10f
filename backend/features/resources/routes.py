"""The library on the wire, for those who fetch things there."""

from typing import Annotated, Self
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from backend.dependencies import MayCall, PossibleCaller, WithParts, may_call
from backend.features.resources import library
from backend.schema.document import AccessType, Identifier
from backend.schema.files import BEGINNINGS
from backend.schema.resources import Resource, ResourceCategory

router = APIRouter(prefix="/api/resources", tags=["library"])
ANYBODY = may_call(MayCall.anybody)
ResourceId = Annotated[Identifier, Path()]
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class ResourceView(BaseModel):
    """Something in the library."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: str
    title: str = Field(examples=["The ten throws of the first degree"])
    description: str
    category: ResourceCategory
    access_type: AccessType
    is_published: bool
    """Whether those who may see it do; what is not is shown to its staff alone."""
    file_name: str
    """Empty while there is no file."""
    media_type: str
    size: int
    """In bytes."""
    updated_at: AwareDatetime

    @classmethod
    def of(cls, resource: Resource) -> Self:
        """The view of a resource."""
        return cls.model_validate(resource.model_dump(include=set(cls.model_fields)))


class ResourcePage(BaseModel):
    """Some of the library, and the cursor that asks for what comes after it."""

    items: list[ResourceView]
    next: str | None


@router.get("", summary="List the library", openapi_extra=ANYBODY)
async def list_resources(
    caller: PossibleCaller,
    parts: WithParts,
    category: ResourceCategory | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> ResourcePage:
    """What the caller may fetch, by title: everybody what is public, members what is theirs."""
    page = await library.shown(parts.store, caller, category, limit=limit, after=after)
    return ResourcePage(items=[ResourceView.of(each) for each in page.items], next=page.next)


@router.get("/{resource_id}", summary="Show a resource", openapi_extra=ANYBODY)
async def show_resource(
    resource_id: ResourceId, caller: PossibleCaller, parts: WithParts
) -> ResourceView:
    """One thing in the library that the caller may fetch, or keeps."""
    return ResourceView.of(await library.visible(parts.store, resource_id, caller))


@router.get(
    "/{resource_id}/file",
    summary="Fetch a resource",
    openapi_extra=ANYBODY,
    response_class=Response,
    responses={
        200: {
            "content": {kind: {} for kind in BEGINNINGS.values()},
            "description": "The file.",
        }
    },
)
async def fetch_resource(
    resource_id: ResourceId, caller: PossibleCaller, parts: WithParts
) -> Response:
    """The file, to be saved and never shown inside a page, for whoever may see the resource."""
    resource = await library.visible(parts.store, resource_id, caller)
    file = await library.file_of(parts.store, resource)
    headers = {"Content-Disposition": _saved_as(resource)}
    return Response(file.read(), media_type=file.media_type, headers=headers)


def _saved_as(resource: Resource) -> str:
    """Under which name it is saved (RFC 6266), with a plain one for old programs."""
    plain = f"{resource.id}.{ENDINGS[resource.media_type]}"
    encoded = quote(resource.file_name, safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
