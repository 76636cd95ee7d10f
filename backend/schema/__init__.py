"""What is kept: one module a collection, each collection one model, listed here.

`COLLECTIONS` are the eight of the association, which the seeds fill. `BOOKS` are those that the
platform keeps for itself and writes as it works; they begin empty. Whatever follows from a
collection (its table and indexes, its documentation) reads the declarations here; a name, a type
or a rule is written nowhere else.
"""

from backend.schema.applications import Application
from backend.schema.association_settings import AssociationSettings
from backend.schema.audit_log import AuditEntry
from backend.schema.blog_posts import BlogPost
from backend.schema.chat_messages import ChatMessage
from backend.schema.data_exports import DataExport
from backend.schema.document import Document
from backend.schema.events import Event
from backend.schema.files import StoredFile
from backend.schema.idempotent_answers import IdempotentAnswer
from backend.schema.jobs import Job, Schedule
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Profile
from backend.schema.resources import Resource
from backend.schema.rsvps import Rsvp
from backend.schema.search_queries import SearchQuery
from backend.schema.session_attendance import SessionAttendance
from backend.schema.subscriptions import Subscription
from backend.schema.training_sessions import TrainingSession

COLLECTIONS: tuple[type[Document], ...] = (
    Profile,
    Event,
    Rsvp,
    Application,
    Subscription,
    BlogPost,
    NewsletterSubscriber,
    TrainingSession,
)
"""The eight, each after those that it refers to: the order in which they are filled."""

BOOKS: tuple[type[Document], ...] = (
    Job,
    Schedule,
    IdempotentAnswer,
    AuditEntry,
    StoredFile,
    SessionAttendance,
    ChatMessage,
    DataExport,
    Resource,
    SearchQuery,
    AssociationSettings,
)
"""The platform's own, each after those that it refers to."""

KEPT: tuple[type[Document], ...] = COLLECTIONS + BOOKS
"""Every collection of an environment."""

__all__ = ["BOOKS", "COLLECTIONS", "KEPT", "Document"]
