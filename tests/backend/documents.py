"""Documents for tests: valid, plain, and like nothing else that is kept."""

from datetime import timedelta
from uuid import uuid4

from backend.clock import now
from backend.schema.blog_posts import BlogPost
from backend.schema.events import Event, EventType
from backend.schema.profiles import Profile
from backend.schema.subscriptions import Subscription


def person(**fields: object) -> Profile:
    """Somebody with an address of their own."""
    address = f"{uuid4().hex}@members.staging.wwmaa.example"
    return Profile.model_validate({"email": address, "full_name": "Ama Owusu", **fields})


def gathering(**fields: object) -> Event:
    """A draft of an event in a week."""
    at = now() + timedelta(days=7)
    known = {"title": "Kata day", "event_type": EventType.seminar, "location": "Dojo"}
    times = {"starts_at": at, "ends_at": at + timedelta(hours=1), "organizer_id": "o"}
    return Event.model_validate({**known, **times, **fields})


def article(slug: str, content: str, **fields: object) -> BlogPost:
    """A published post."""
    known = {"slug": slug, "title": slug, "content": content, "category": "training"}
    by = {"author": "A", "author_id": "a", "status": "published", "published_at": now()}
    return BlogPost.model_validate({**known, **by, **fields})


def paid(profile_id: str, **fields: object) -> Subscription:
    """An active subscription that began a moment ago, and runs for a year."""
    name, at = uuid4().hex, now()
    known = {"tier": "basic", "status": "active", "stripe_subscription_id": f"sub_{name}"}
    period = {"current_period_start": at, "current_period_end": at + timedelta(days=365)}
    whose = {"profile_id": profile_id, "stripe_customer_id": f"cus_{name}"}
    return Subscription.model_validate({**known, **period, **whose, **fields})
