"""What the association sets for itself, on the wire: admins change it, anybody sees it."""

from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from backend import audit
from backend.association import settings_of
from backend.bodies import Body
from backend.dependencies import Admin, MayCall, WithParts, may_call
from backend.errors import ChangedMeanwhile
from backend.schema.association_settings import AssociationSettings
from backend.schema.document import TypedEmail

router = APIRouter(prefix="/api", tags=["administration"])
ADMINS = may_call(MayCall.admins)
SUBJECT = "association_settings"


class AssociationView(BaseModel):
    """What everybody may know of the association."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    contact_email: str
    """Where to write to."""
    reapply_after_days: int
    """How long somebody whom the board rejects waits, before they may apply again."""

    @classmethod
    def of(cls, kept: AssociationSettings) -> Self:
        """The view of the settings."""
        return cls.model_validate(kept.model_dump(include=set(cls.model_fields)))


class SettingsView(AssociationView):
    """The association's settings."""

    version: int
    """Counts the changes; send it with the next one."""
    updated_at: AwareDatetime


class SettingsChange(Body):
    """All settings as they are to be, and the version that was read."""

    contact_email: TypedEmail = Field(examples=["info@wwmaa.com"])
    reapply_after_days: Annotated[int, Field(ge=0, le=365)] = Field(examples=[30])
    """Holds for rejections from now on; those that are said stay as they were told."""
    version: Annotated[int, Field(ge=0)]


@router.get("/association", summary="Show the association", openapi_extra=may_call(MayCall.anybody))
async def show_association(parts: WithParts) -> AssociationView:
    """What everybody may know: where to write to, and when to apply again."""
    return AssociationView.of(await settings_of(parts.store))


@router.get("/admin/settings", summary="Show the settings", openapi_extra=ADMINS)
async def show_settings(_: Admin, parts: WithParts) -> SettingsView:
    """The association's settings as they hold now."""
    return SettingsView.of(await settings_of(parts.store))


@router.put("/admin/settings", summary="Change the settings", openapi_extra=ADMINS)
async def change_settings(body: SettingsChange, caller: Admin, parts: WithParts) -> SettingsView:
    """Change settings; they hold at once. Refused when somebody else did since they were read."""
    async with parts.store.exclusively(SUBJECT) as held:
        kept = await settings_of(held)
        if body.version != kept.version:
            raise ChangedMeanwhile(
                "Somebody changed the settings; read them again, and decide anew."
            )
        fields = body.model_dump(exclude={"version"})
        changed = sorted(name for name, value in fields.items() if getattr(kept, name) != value)
        if not changed:
            return SettingsView.of(kept)
        if await held.get(AssociationSettings, kept.id) is None:
            # The defaults come first, so that the first change is counted like any other.
            await held.insert(kept)
        kept = await held.update(kept.changed(**fields))
        by = caller.profile.id
        await audit.record(held, "settings.changed", SUBJECT, actor_id=by, fields=changed)
        return SettingsView.of(kept)
