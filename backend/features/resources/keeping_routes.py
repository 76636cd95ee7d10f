"""The library on the wire, for the staff that keeps it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from backend.bodies import Body
from backend.dependencies import Instructor, MayCall, WithParts, may_call
from backend.features.resources import library
from backend.features.resources.routes import ResourceId, ResourcePage, ResourceView
from backend.schema.document import AccessType, Line, Text
from backend.schema.resources import Resource, ResourceCategory
from backend.uploads import FILE

router = APIRouter(prefix="/api/resources", tags=["library"])
INSTRUCTORS = may_call(MayCall.instructors)
KEEPERS = may_call(MayCall.keepers)


class NewResource(Body):
    """What is put into the library; its file follows."""

    title: Line = Field(examples=["The ten throws of the first degree"])
    description: Text = ""
    category: ResourceCategory = ResourceCategory.document
    access_type: AccessType = AccessType.members_only


class ResourceChange(Body):
    """What is to be different; what is not named stays as it is."""

    title: Line | None = None
    description: Text | None = None
    category: ResourceCategory | None = None
    access_type: AccessType | None = None
    is_published: bool | None = None
    """True shows it to those who may see it, once it has a file; false takes it back."""


@router.get("/all", summary="List all of the library", openapi_extra=INSTRUCTORS)
async def list_all(
    _: Instructor,
    parts: WithParts,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> ResourcePage:
    """All that is there, what is not published yet too, by title."""
    page = await parts.store.find(Resource, order=library.ORDER, limit=limit, after=after)
    return ResourcePage(items=[ResourceView.of(each) for each in page.items], next=page.next)


@router.post("", status_code=201, summary="Put something there", openapi_extra=INSTRUCTORS)
async def add(body: NewResource, caller: Instructor, parts: WithParts) -> ResourceView:
    """Begin a resource; its file is put there next, and then it can be published."""
    return ResourceView.of(await library.add(parts, caller, body.model_dump()))


@router.patch("/{resource_id}", summary="Change a resource", openapi_extra=KEEPERS)
async def change(
    resource_id: ResourceId, body: ResourceChange, caller: Instructor, parts: WithParts
) -> ResourceView:
    """Change what is named; publish, or take back."""
    fields = body.model_dump(exclude_none=True)
    return ResourceView.of(await library.change(parts, resource_id, caller, fields))


@router.put("/{resource_id}/file", summary="Put its file there", openapi_extra=KEEPERS | FILE)
async def put_file(
    resource_id: ResourceId,
    name: Annotated[str, Query(min_length=1, max_length=200, examples=["throws.pdf"])],
    request: Request,
    caller: Instructor,
    parts: WithParts,
) -> ResourceView:
    """Put the file of a resource there as the request's body, in place of what was."""
    content = await request.body()
    return ResourceView.of(await library.put_file(parts, resource_id, caller, name, content))


@router.delete(
    "/{resource_id}", status_code=204, summary="Remove a resource", openapi_extra=KEEPERS
)
async def remove(resource_id: ResourceId, caller: Instructor, parts: WithParts) -> None:
    """Take something out of the library, with its file."""
    await library.remove(parts, resource_id, caller)
