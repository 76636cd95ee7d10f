"""The backend: `backend.app:app`. Settings are read when it starts, not when it is imported."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx2
from fastapi import APIRouter, FastAPI
from redis.exceptions import RedisError
from starlette.types import ASGIApp, Receive, Scope, Send

from backend import observability
from backend.answers import (
    HANDLERS,
    answer_away,
    answer_changed,
    answer_cursor,
    answer_refusal,
)
from backend.description import described
from backend.draining import draining_on_sigterm
from backend.features.accounts.accounts import Accounts
from backend.features.accounts.people_routes import router as people
from backend.features.accounts.recovery import Recovery
from backend.features.accounts.recovery_routes import router as recovery
from backend.features.accounts.routes import router as accounts
from backend.features.accounts.session_routes import router as sessions
from backend.features.administration.audit_routes import router as audit
from backend.features.administration.figure_routes import router as figures
from backend.features.administration.instructor_routes import router as instructors
from backend.features.administration.member_routes import router as members
from backend.features.administration.settings_routes import router as association
from backend.features.applications.board_routes import router as board
from backend.features.applications.routes import router as applications
from backend.features.billing.hearing import hear as hear_of_subscriptions
from backend.features.billing.routes import router as membership
from backend.features.blog.hearing import hear as hear_of_posts
from backend.features.blog.routes import router as blog
from backend.features.blog.writing_routes import router as writing
from backend.features.contact.routes import router as contact
from backend.features.events.attendee_routes import router as attendees
from backend.features.events.calendar_routes import router as calendars
from backend.features.events.checkout import hear as hear_of_tickets
from backend.features.events.leaving import GiveUpSeats
from backend.features.events.organizer_routes import router as organizers
from backend.features.events.routes import router as events
from backend.features.events.rsvp_routes import router as seats
from backend.features.newsletter.hearing import hear as hear_of_subscribers
from backend.features.newsletter.routes import router as newsletter
from backend.features.newsletter.staff_routes import router as subscribers
from backend.features.privacy.routes import router as privacy
from backend.features.resources.keeping_routes import router as keeping
from backend.features.resources.routes import router as library
from backend.features.search.routes import router as search
from backend.features.training.chat_rooms import Rooms
from backend.features.training.chat_routes import router as chat
from backend.features.training.chat_socket import router as chat_socket
from backend.features.training.figure_routes import router as training_figures
from backend.features.training.hearing import hear as hear_of_recordings
from backend.features.training.recording_routes import router as recordings
from backend.features.training.routes import router as training
from backend.features.training.teaching_routes import router as teaching
from backend.idempotency import AnsweredBefore, answer_again
from backend.jobs.leaving import Leaving
from backend.middleware import middleware
from backend.opening import open_parts
from backend.passwords import Passwords
from backend.providers import (
    VendorIsNotConfigured,
    VendorIsUnavailable,
    VendorRefused,
    beehiiv,
    cloudflare,
    stripe,
)
from backend.providers.opening import open_providers
from backend.routes.health import router as health
from backend.routes.metrics import router as metrics
from backend.routes.security_txt import router as security_txt
from backend.routes.webhooks import router as webhooks
from backend.security import hasher
from backend.settings import Settings
from backend.store import CursorIsInvalid, HasChanged, StoreIsBusy, StoreIsUnavailable
from backend.variables import InvalidEnvironment
from backend.webhooks import Listener

AWAY = (StoreIsUnavailable, StoreIsBusy, RedisError, VendorIsUnavailable, VendorIsNotConfigured)
"""What a request may meet when something that the backend depends on is away."""

ROUTERS: tuple[APIRouter, ...] = (
    health,
    metrics,
    security_txt,
    accounts,
    recovery,
    people,
    applications,
    board,
    membership,
    sessions,
    webhooks,
    # Those whose paths have a name where `events` has an id come first.
    seats,
    organizers,
    attendees,
    events,
    calendars,
    newsletter,
    subscribers,
    teaching,
    training,
    recordings,
    chat,
    chat_socket,
    training_figures,
    blog,
    writing,
    search,
    privacy,
    members,
    instructors,
    audit,
    figures,
    association,
    contact,
    keeping,
    library,
)

STRIPE_LISTENERS: tuple[Listener[stripe.Event], ...] = (hear_of_subscriptions, hear_of_tickets)
"""Who hears what Stripe tells."""

CLOUDFLARE_LISTENERS: tuple[Listener[cloudflare.Video], ...] = (hear_of_recordings,)
"""Who hears what Cloudflare tells."""

BEEHIIV_LISTENERS: tuple[Listener[beehiiv.Event], ...] = (hear_of_subscribers, hear_of_posts)
"""Who hears what BeeHiiv tells."""

LEAVING: tuple[type[Leaving], ...] = (GiveUpSeats,)
"""What is done, before somebody who asked for it is forgotten."""

DESCRIPTION = """
The membership platform of the World Wide Martial Arts Association (WWMAA).

Every operation names who may call it (`x-may-call`). Every error is a problem (RFC 9457,
`application/problem+json`) with the id of its request.
"""


class Backend(FastAPI):
    """The application; it learns its settings at the first call, which is the server's start."""

    def __init__(
        self, environ: Mapping[str, str], outside: httpx2.AsyncBaseTransport | None
    ) -> None:
        super().__init__(
            title="WWMAA",
            version="1.0.0",
            description=DESCRIPTION,
            lifespan=_life,
            exception_handlers=HANDLERS
            | dict.fromkeys(AWAY, answer_away)
            | {VendorRefused: answer_refusal, AnsweredBefore: answer_again}
            | {HasChanged: answer_changed, CursorIsInvalid: answer_cursor},
            # Their pages load scripts from elsewhere, which nothing here does; /openapi.json stays.
            docs_url=None,
            redoc_url=None,
            separate_input_output_schemas=False,
        )
        self._environ = environ
        self._outside = outside
        for router in ROUTERS:
            self.include_router(router)

    def build_middleware_stack(self) -> ASGIApp:
        """The middleware for the settings of this environment, read here."""
        self.state.settings = Settings.load(self._environ)
        self.state.providers = open_providers(self.state.settings, self._outside)
        self.user_middleware = middleware(self.state.settings, self.state.providers.watchers)
        return super().build_middleware_stack()

    def openapi(self) -> dict[str, Any]:
        """The API's description, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = described(super().openapi())
        return self.openapi_schema

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; an environment that is not usable keeps the server from starting, and says so."""
        try:
            await super().__call__(scope, receive, send)
        except InvalidEnvironment as problems:
            if scope["type"] != "lifespan":
                raise
            await receive()
            await send({"type": "lifespan.startup.failed", "message": str(problems)})


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    observability.configure(settings)
    async with AsyncExitStack() as stack:
        parts = await open_parts(settings, app.state.providers, stack)
        passwords = Passwords(hasher(settings.authentication.password_hash_memory_kib))
        stack.callback(passwords.close)
        app.state.parts = parts
        app.state.stripe_listeners = STRIPE_LISTENERS
        app.state.beehiiv_listeners = BEEHIIV_LISTENERS
        app.state.leaving = LEAVING
        app.state.passwords = passwords
        app.state.cloudflare_listeners = CLOUDFLARE_LISTENERS
        app.state.accounts = Accounts(settings, parts.store, parts.redis, passwords)
        app.state.recovery = Recovery(parts, passwords)
        app.state.chat = Rooms(parts.redis, settings.prefix)
        await stack.enter_async_context(app.state.chat.listening(parts.draining))
        stack.enter_context(draining_on_sigterm(parts.draining.set))
        yield


def create_app(
    environ: Mapping[str, str] | None = None, outside: httpx2.AsyncBaseTransport | None = None
) -> Backend:
    """The backend for these variables, the process's own by default.

    `outside` carries the calls of vendors; by default the network does.
    """
    return Backend(os.environ if environ is None else environ, outside)


app = create_app()
