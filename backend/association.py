"""What the association has set for itself, as it holds at this moment."""

from backend.schema.association_settings import ID, AssociationSettings
from backend.store import Store


async def settings_of(store: Store) -> AssociationSettings:
    """The association's settings, its defaults while nobody has changed any."""
    return await store.get(AssociationSettings, ID) or AssociationSettings(id=ID)
