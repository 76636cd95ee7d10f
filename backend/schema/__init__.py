"""What is kept: one module a collection, each collection one model; `COLLECTIONS` lists the eight.

Whatever follows from a collection (its table and indexes, its seeds, its documentation) reads the
declarations here; a name, a type or a rule is written nowhere else.
"""

from backend.schema.applications import Application
from backend.schema.blog_posts import BlogPost
from backend.schema.document import Document
from backend.schema.events import Event
from backend.schema.newsletter_subscribers import NewsletterSubscriber
from backend.schema.profiles import Profile
from backend.schema.rsvps import Rsvp
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

__all__ = ["COLLECTIONS", "Document"]
