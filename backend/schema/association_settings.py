"""What the association sets for itself while everything runs; each is read where it says."""

from typing import Annotated, Final

from pydantic import Field

from backend.schema.document import Document, Email

ID: Final = "association"
"""There is one document of them, once somebody has changed one."""


class AssociationSettings(Document):
    """What admins may set at any time."""

    collection = "association_settings"

    contact_email: Email = "info@wwmaa.com"
    """Where people write to; mails that say so name it, and the website may show it."""
    reapply_after_days: Annotated[int, Field(ge=0, le=365)] = 30
    """How long somebody whom the board rejected from now on waits, before they may apply again."""
