"""What staff do in the library, and what others see of it.

Instructors keep what they put there themselves; board members and admins keep all of it.
"""

from typing import Any, Final

from backend import audit
from backend.dependencies import Caller
from backend.errors import NotAllowed, NotFound, ResourceIsOtherwise
from backend.parts import Parts
from backend.schema.document import AccessType
from backend.schema.files import StoredFile
from backend.schema.profiles import Profile, Role
from backend.schema.resources import Resource, ResourceCategory
from backend.store import AnyOf, Condition, Page, Store
from backend.uploads import taken

ORDER: Final = "title"


async def shown(
    store: Store,
    caller: Caller | None,
    category: ResourceCategory | None,
    *,
    limit: int,
    after: str | None,
) -> Page[Resource]:
    """A page of what somebody may fetch, by title. Raises `CursorIsInvalid`."""
    opened = AnyOf(tuple(each.value for each in _opened(caller)))
    where: dict[str, Condition] = {"is_published": True, "access_type": opened}
    where |= {"category": category} if category else {}
    return await store.find(Resource, where, order=ORDER, limit=limit, after=after)


async def visible(store: Store, resource_id: str, caller: Caller | None) -> Resource:
    """What somebody may fetch, or keeps; all else is as unknown as nothing (`NotFound`)."""
    resource = await _known(store, resource_id)
    is_shown = resource.is_published and resource.access_type in _opened(caller)
    if is_shown or (caller is not None and _keeps(resource, caller.profile)):
        return resource
    raise NotFound("There is no such resource, or you may not see it.")


async def file_of(store: Store, resource: Resource) -> StoredFile:
    """The file of a resource. Raises `NotFound`."""
    file = await store.first(StoredFile, {"subject": resource.subject})
    if file is None:
        raise NotFound("There is no file of this resource yet.")
    return file


async def add(parts: Parts, by: Caller, fields: dict[str, Any]) -> Resource:
    """Put something there, whose file is still to come."""
    resource = Resource.model_validate({**fields, "added_by": by.profile.id})
    async with parts.store.exclusively(resource.subject) as held:
        await held.insert(resource)
        await _record(held, "resource.added", resource, by)
    return resource


async def change(parts: Parts, resource_id: str, by: Caller, fields: dict[str, Any]) -> Resource:
    """Change what is named. Raises `ResourceIsOtherwise` for one to be shown without a file."""
    async with parts.store.exclusively(f"resources/{resource_id}") as held:
        resource = await _kept(held, resource_id, by)
        if fields.get("is_published") and not resource.file_name:
            raise ResourceIsOtherwise("It has no file yet; put one there first.")
        resource = await held.update(resource.changed(**fields))
        await _record(held, "resource.changed", resource, by, fields=sorted(fields))
        return resource


async def put_file(
    parts: Parts, resource_id: str, by: Caller, name: str, content: bytes
) -> Resource:
    """Keep this as the file of a resource, in place of what was. Raises `FileIsRefused`."""
    kind = taken(content)
    async with parts.store.exclusively(f"resources/{resource_id}") as held:
        resource = await _kept(held, resource_id, by)
        # It is the association's, and stays when somebody leaves.
        file = StoredFile.of(content, owner_id=None, subject=resource.subject, name=name)
        await held.remove(StoredFile, {"subject": resource.subject})
        await held.insert(file)
        told = {"file_name": name, "media_type": kind, "size": file.size}
        resource = await held.update(resource.changed(**told))
        await _record(held, "resource.file_put", resource, by, sha256=file.sha256)
        return resource


async def remove(parts: Parts, resource_id: str, by: Caller) -> None:
    """Take something out of the library, with its file."""
    async with parts.store.exclusively(f"resources/{resource_id}") as held:
        resource = await _kept(held, resource_id, by)
        await held.remove(StoredFile, {"subject": resource.subject})
        await held.remove(Resource, {"id": resource.id})
        await _record(held, "resource.removed", resource, by)


async def _known(store: Store, resource_id: str) -> Resource:
    resource = await store.get(Resource, resource_id)
    if resource is None:
        raise NotFound("There is no such resource, or you may not see it.")
    return resource


async def _kept(held: Store, resource_id: str, by: Caller) -> Resource:
    resource = await _known(held, resource_id)
    if not _keeps(resource, by.profile):
        raise NotAllowed("Somebody else put it there; ask them, a board member or an admin.")
    return resource


def _keeps(resource: Resource, profile: Profile) -> bool:
    is_own = resource.added_by == profile.id and profile.role.at_least(Role.instructor)
    return is_own or profile.role.at_least(Role.board_member)


def _opened(caller: Caller | None) -> tuple[AccessType, ...]:
    return caller.profile.opens() if caller else Profile.opens_to_anybody()


async def _record(held: Store, action: str, resource: Resource, by: Caller, **told: object) -> None:
    await audit.record(held, action, resource.subject, actor_id=by.profile.id, **told)
