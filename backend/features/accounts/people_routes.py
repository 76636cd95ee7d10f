"""Profiles on the wire: one's own to change, and those that people chose to show."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from backend.bodies import Body
from backend.dependencies import KnownCaller, MayCall, WithParts, may_call
from backend.errors import FileIsRefused, NotFound
from backend.features.accounts.routes import Person
from backend.schema.document import Identifier, Line, Text
from backend.schema.files import PICTURES, StoredFile, kind_of
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.uploads import as_body

router = APIRouter(prefix="/api/people", tags=["people"])
LOGGED_IN = may_call(MayCall.logged_in)
LARGEST_PICTURE = 2 * 1024 * 1024
ProfileId = Annotated[Identifier, Path()]
PICTURE = as_body("The picture as it is: JPEG or PNG, 2 MiB at most.", PICTURES)


class ProfileChange(Body):
    """What is to be different; what is not named stays as it is."""

    full_name: Line | None = Field(default=None, examples=["Ama Owusu"])
    bio: Text | None = None
    phone: Annotated[str | None, Field(max_length=40)] = None
    location: Annotated[str | None, Field(max_length=200)] = None
    disciplines: Annotated[list[Line] | None, Field(max_length=20)] = None
    rank: Annotated[str | None, Field(max_length=100)] = None
    is_public: bool | None = None
    """Whether the directory shows this person."""


class ShownPerson(BaseModel):
    """A person who chose to be shown: no address, no phone."""

    id: str
    full_name: str
    role: Role
    bio: str
    location: str
    disciplines: list[str]
    rank: str

    @classmethod
    def of(cls, profile: Profile) -> Self:
        """The view of a profile."""
        return cls.model_validate(profile.model_dump(include=set(cls.model_fields)))


class Directory(BaseModel):
    """Some people, and the cursor that asks for those after them."""

    items: list[ShownPerson]
    next: str | None


@router.get("", summary="List people", openapi_extra=may_call(MayCall.anybody))
async def list_people(
    parts: WithParts,
    role: Role | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> Directory:
    """The people who chose to be shown, by name."""
    where: dict[str, Any] = {"is_public": True, "status": ProfileStatus.active}
    where |= {"role": role} if role else {}
    page = await parts.store.find(Profile, where, order="full_name", limit=limit, after=after)
    return Directory(items=[ShownPerson.of(profile) for profile in page.items], next=page.next)


@router.patch("/me", summary="Change my profile", openapi_extra=LOGGED_IN)
async def change_profile(body: ProfileChange, caller: KnownCaller, parts: WithParts) -> Person:
    """Change what is named of one's own profile."""
    fields = body.model_dump(exclude_none=True)
    async with parts.store.exclusively(f"profile:{caller.profile.id}") as held:
        profile = await held.get(Profile, caller.profile.id)
        if profile is None:
            raise NotFound("This account is not there any more.")
        return Person.of(await held.update(profile.changed(**fields)))


@router.put(
    "/me/photo", status_code=204, summary="Change my photo", openapi_extra=LOGGED_IN | PICTURE
)
async def change_photo(request: Request, caller: KnownCaller, parts: WithParts) -> None:
    """Show another photo of oneself."""
    content = await request.body()
    if kind_of(content) not in PICTURES:
        raise FileIsRefused("Only JPEG and PNG pictures are taken.")
    if len(content) > LARGEST_PICTURE:
        raise FileIsRefused("A photo may have 2 MiB at most.")
    subject = f"profiles/{caller.profile.id}"
    async with parts.store.exclusively(f"profile:{caller.profile.id}") as held:
        await held.remove(StoredFile, {"subject": subject})
        file = StoredFile.of(content, owner_id=caller.profile.id, subject=subject, name="photo")
        await held.insert(file)


@router.delete("/me/photo", status_code=204, summary="Remove my photo", openapi_extra=LOGGED_IN)
async def remove_photo(caller: KnownCaller, parts: WithParts) -> None:
    """Show no photo of oneself any more."""
    await parts.store.remove(StoredFile, {"subject": f"profiles/{caller.profile.id}"})


@router.get("/{profile_id}", summary="Show a person", openapi_extra=may_call(MayCall.anybody))
async def show_person(profile_id: ProfileId, parts: WithParts) -> ShownPerson:
    """Somebody who chose to be shown; anybody else is as unknown as nobody."""
    profile = await parts.store.get(Profile, profile_id)
    if profile is None or not profile.is_shown:
        raise NotFound("There is nobody to be shown here.")
    return ShownPerson.of(profile)


@router.get(
    "/{profile_id}/photo",
    summary="Show a person's photo",
    openapi_extra=LOGGED_IN,
    response_class=Response,
    responses={200: {"content": {"image/*": {}}, "description": "The photo."}},
)
async def show_photo(profile_id: ProfileId, caller: KnownCaller, parts: WithParts) -> Response:
    """The photo of oneself, or of somebody who chose to be shown, for those who are logged in."""
    if profile_id != caller.profile.id:
        await show_person(profile_id, parts)
    file = await parts.store.first(StoredFile, {"subject": f"profiles/{profile_id}"})
    if file is None:
        raise NotFound("There is no photo of this person.")
    return Response(
        file.read(), media_type=file.media_type, headers={"Cache-Control": "private, max-age=60"}
    )
