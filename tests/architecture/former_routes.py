"""Each route that the first attempt had or whose absence its pages ran into, and where it is now.

What one did is done by the operation beside it, or is
left out for the reason that stands there.
"""

from typing import Final

NOW: Final = {
    # Platform
    "GET /health": "GET /api/health/liveness",
    "GET /api/health": "GET /api/health",
    "GET /api/health/ping": "GET /api/health/ping",
    "GET /api/health/detailed": "GET /api/health/detailed",
    "GET /api/health/readiness": "GET /api/health/readiness",
    "GET /api/health/liveness": "GET /api/health/liveness",
    "GET /api/health/status": "GET /api/health/status",
    "GET /metrics": "GET /metrics",
    # Accounts
    "POST /api/auth/register": "POST /api/auth/register",
    "POST /api/auth/verify-email": "POST /api/auth/verify-email",
    "POST /api/auth/login": "POST /api/auth/login",
    "POST /api/auth/refresh": "POST /api/auth/refresh",
    "POST /api/auth/logout": "POST /api/auth/logout",
    "POST /api/auth/forgot-password": "POST /api/auth/forgot-password",
    "POST /api/auth/reset-password": "POST /api/auth/reset-password",
    "GET /api/auth/me": "GET /api/auth/me",
    "GET /api/me": "GET /api/auth/me",
    "PATCH /api/me/profile": "PATCH /api/people/me",
    "POST /api/me/profile/photo": "PUT /api/people/me/photo",
    "POST /api/legal/accept-terms": "POST /api/auth/register",
    "GET /api/legal/acceptance-status": "GET /api/privacy/consents",
    # Applications and the board
    "POST /api/application-submissions": "POST /api/applications",
    "GET /api/application-submissions": "GET /api/board/applications",
    "GET /api/application-submissions/{id}": "GET /api/applications/mine",
    "PATCH /api/application-submissions/{id}": "PATCH /api/applications/{application_id}",
    "DELETE /api/application-submissions/{id}": "POST /api/applications/{application_id}/withdraw",
    "POST /api/applications": "POST /api/applications",
    "GET /api/applications": "GET /api/board/applications",
    "GET /api/applications/pending": "GET /api/board/applications",
    "GET /api/applications/{id}": "GET /api/board/applications/{application_id}",
    "GET /api/applications/{id}/approvals": "GET /api/board/applications/{application_id}",
    "POST /api/applications/{id}/approve": "POST /api/board/applications/{application_id}/approve",
    "POST /api/applications/{id}/reject": "POST /api/board/applications/{application_id}/reject",
    "POST /api/applications/{id}/request-info": (
        "POST /api/board/applications/{application_id}/questions"
    ),
    "POST /api/applications/{id}/appeal": "POST /api/applications/{application_id}/appeal",
    "GET /api/admin/board/applications/pending": "GET /api/board/applications",
    "POST /api/admin/board/applications/{id}/vote": (
        "POST /api/board/applications/{application_id}/approve"
    ),
    "GET /api/admin/board/applications/{id}/votes": "GET /api/board/applications/{application_id}",
    "GET /api/admin/board/stats": "GET /api/admin/analytics/applications",
    # Payments
    "GET /api/subscriptions": "GET /api/membership/tiers",
    "GET /api/subscriptions/{tier}": "GET /api/membership/tiers",
    "GET /api/checkout/tier-pricing/{tier}": "GET /api/membership/tiers",
    "POST /api/checkout/create-session": "POST /api/membership/checkout",
    "POST /api/checkout/retrieve-session": "GET /api/membership",
    "GET /api/payments": "GET /api/membership/invoices",
    "GET /api/payments/{id}": "GET /api/membership/invoices",
    "GET /api/billing/subscription": "GET /api/membership",
    "POST /api/billing/portal": "POST /api/membership/portal",
    "GET /api/admin/dunning/stats": "GET /api/admin/analytics/revenue",
    # Events
    "GET /api/events/public": "GET /api/events",
    "GET /api/events/public/{id}": "GET /api/events/{event_id}",
    "GET /api/events": "GET /api/events/organized",
    "POST /api/events": "POST /api/events",
    "GET /api/events/{id}": "GET /api/events/organized/{event_id}",
    "PUT /api/events/{id}": "PATCH /api/events/{event_id}",
    "DELETE /api/events/{id}": "POST /api/events/{event_id}/cancel",
    "POST /api/events/{id}/duplicate": "POST /api/events/{event_id}/duplicate",
    "PATCH /api/events/{id}/publish": "POST /api/events/{event_id}/publish",
    "POST /api/events/{id}/rsvp": "POST /api/events/{event_id}/rsvp",
    "POST /api/events/{id}/rsvp/checkout": "POST /api/events/{event_id}/rsvp",
    "DELETE /api/events/{id}/rsvp": "DELETE /api/events/{event_id}/rsvp",
    "GET /api/events/{id}/rsvp/status": "GET /api/events/{event_id}/rsvp",
    "POST /api/events/{id}/waitlist": "POST /api/events/{event_id}/rsvp",
    "GET /api/events/{id}/attendees": "GET /api/events/{event_id}/attendees",
    "GET /api/events/{id}/attendees/export": "GET /api/events/{event_id}/attendees.csv",
    "GET /api/events/{id}/attendees/stats": "GET /api/events/{event_id}/attendees",
    "POST /api/events/{id}/attendees/{rsvp}/check-in": "POST /api/events/{event_id}/check-ins",
    # Search, blog, newsletter, resources, privacy
    "POST /api/search/query": "POST /api/search/answer",
    "POST /api/search/feedback": "POST /api/search/answers/{query_id}/feedback",
    "GET /api/blog": "GET /api/blog/posts",
    "GET /api/blog/posts": "GET /api/blog/posts",
    "GET /api/blog/posts/{slug}": "GET /api/blog/posts/{slug}",
    "POST /api/newsletter/subscribe": "POST /api/newsletter/subscribe",
    "GET /api/newsletter/confirm": "POST /api/newsletter/confirm",
    "POST /api/newsletter/unsubscribe": "POST /api/newsletter/unsubscribe",
    "GET /api/newsletter/status/{email}": "GET /api/newsletter/preferences",
    "PUT /api/newsletter/preferences": "PUT /api/newsletter/preferences",
    "GET /api/resources": "GET /api/resources",
    "GET /api/resources/{id}": "GET /api/resources/{resource_id}",
    "POST /api/resources": "POST /api/resources",
    "PUT /api/resources/{id}": "PATCH /api/resources/{resource_id}",
    "DELETE /api/resources/{id}": "DELETE /api/resources/{resource_id}",
    "POST /api/resources/upload": "PUT /api/resources/{resource_id}/file",
    "POST /api/media/upload": "PUT /api/resources/{resource_id}/file",
    "GET /api/media/{id}/access-url": "GET /api/training/sessions/{session_id}/recordings",
    "POST /api/privacy/export-data": "POST /api/privacy/exports",
    "GET /api/privacy/export-status/{id}": "GET /api/privacy",
    "POST /api/privacy/delete-account": "POST /api/privacy/deletion",
    # Administration
    "GET /api/admin/members": "GET /api/admin/members",
    "GET /api/admin/members/{id}": "GET /api/admin/members/{profile_id}",
    "PUT /api/admin/members/{id}": "PUT /api/admin/members/{profile_id}/role",
    "DELETE /api/admin/members/{id}": "POST /api/admin/members/{profile_id}/suspend",
    "GET /api/admin/instructors": "GET /api/admin/instructors",
    "POST /api/admin/instructors": "POST /api/admin/instructors",
    "GET /api/admin/instructors/{id}/performance": "GET /api/training/figures",
    "GET /api/admin/analytics": "GET /api/admin/analytics/members",
    "GET /api/admin/settings": "GET /api/admin/settings",
    "PATCH /api/admin/settings/org": "PUT /api/admin/settings",
    "POST /api/admin/indexing/trigger": "POST /api/search/reindex",
    "GET /api/admin/training/sessions/{id}/analytics": (
        "GET /api/training/sessions/{session_id}/figures"
    ),
    "GET /api/admin/training/sessions/{id}/attendance": (
        "GET /api/training/sessions/{session_id}/attendees"
    ),
    "GET /api/admin/training/sessions/{id}/attendance/export": (
        "GET /api/training/sessions/{session_id}/attendees.csv"
    ),
    "GET /api/admin/training/analytics/overview": "GET /api/training/figures",
    "GET /api/admin/newsletter/stats": "GET /api/admin/newsletter/counts",
    "GET /api/admin/newsletter/subscribers": "GET /api/admin/newsletter/subscribers",
    # Training
    "POST /api/training/sessions": "POST /api/training/sessions",
    "GET /api/training/sessions": "GET /api/training/sessions",
    "GET /api/training/sessions/{id}": "GET /api/training/sessions/{session_id}",
    "PUT /api/training/sessions/{id}": "PATCH /api/training/sessions/{session_id}",
    "DELETE /api/training/sessions/{id}": "POST /api/training/sessions/{session_id}/cancel",
    "POST /api/training/sessions/{id}/start": "POST /api/training/sessions/{session_id}/start",
    "POST /api/training/sessions/{id}/end": "POST /api/training/sessions/{session_id}/end",
    "GET /api/training/sessions/{id}/can-join": "GET /api/training/sessions/{session_id}/access",
    "GET /api/training/sessions/{id}/access": "GET /api/training/sessions/{session_id}/access",
    "POST /api/training/{id}/join": "POST /api/training/sessions/{session_id}/join",
    "POST /api/training/sessions/{id}/attendance": "POST /api/training/sessions/{session_id}/join",
    "GET /api/training/sessions/{id}/vod-access": (
        "GET /api/training/sessions/{session_id}/recordings"
    ),
    "GET /api/training/sessions/{id}/stream-url": "POST /api/training/sessions/{session_id}/join",
    "POST /api/training/{id}/progress": "PUT /api/training/sessions/{session_id}/progress",
    "POST /api/training/{id}/bookmarks": "POST /api/training/sessions/{session_id}/bookmarks",
    "GET /api/training/sessions/{id}/chat": (
        "GET /api/training/sessions/{session_id}/chat/messages"
    ),
    "DELETE /api/training/sessions/{id}/chat/{msg}": (
        "DELETE /api/training/sessions/{session_id}/chat/messages/{message_id}"
    ),
    "POST /api/training/sessions/{id}/chat/mute": (
        "PUT /api/training/sessions/{session_id}/chat/mutes/{profile_id}"
    ),
    "DELETE /api/training/sessions/{id}/chat/mute/{user}": (
        "DELETE /api/training/sessions/{session_id}/chat/mutes/{profile_id}"
    ),
    # Webhooks
    "POST /api/webhooks/stripe": "POST /api/webhooks/stripe",
    "POST /api/webhooks/cloudflare/recordings": "POST /api/webhooks/cloudflare",
    "POST /api/webhooks/cloudflare/recording": "POST /api/webhooks/cloudflare",
    "POST /api/webhooks/cloudflare/stream": "POST /api/webhooks/cloudflare",
    "POST /api/webhooks/beehiiv/post": "POST /api/webhooks/beehiiv",
}

_STATIC: Final = "It said healthy whatever happened; /api/health/detailed asks each of them."
_STRIPES: Final = "Stripe is the source of truth: its webhooks do this, and its pages show it."
_SECRETS: Final = "Secrets are variables of the environment; no route reads or writes them."
LEFT_OUT: Final = {
    "GET /": "The website has a page there; the API has nothing to say.",
    "GET /metrics/summary": "Prometheus reads /metrics.",
    "GET /config/info": "`staging status` tells it to who runs the environment.",
    "GET /api/security/csrf-token": "The session brings its token along: PUT /api/auth/session.",
    "GET /api/security/headers": "`staging verify` grades them from outside.",
    "GET /api/security/csp-violations": "CSP_REPORT_URI names who hears of them.",
    "POST /api/csp-report": "CSP_REPORT_URI names who hears of them.",
    "GET /api/subscriptions/health": _STATIC,
    "GET /api/checkout/health": _STATIC,
    "GET /api/newsletter/health": _STATIC,
    "GET /api/search/health": _STATIC,
    "GET /api/privacy/health": _STATIC,
    "GET /api/blog/health": _STATIC,
    "GET /api/events/rsvps/health": _STATIC,
    "GET /api/webhooks/stripe/health": _STATIC,
    "GET /api/webhooks/cloudflare/health": _STATIC,
    "GET /api/webhooks/beehiiv/health": _STATIC,
    "GET /api/legal/version-info": "Registering keeps the version that was accepted.",
    "POST /api/checkout/process-payment": _STRIPES,
    "GET /api/payments/export/csv": _STRIPES,
    "POST /api/payments/create-renewal-session": _STRIPES,
    "POST /api/admin/dunning/{id}/retry": _STRIPES,
    "POST /api/admin/dunning/{id}/cancel": _STRIPES,
    "GET /api/events/deleted/list": "Events are called off, and stay to be read.",
    "POST /api/events/{id}/restore": "Events are called off, and stay to be read.",
    "POST /api/events/upload-image": "Events have no pictures.",
    "POST /api/events/{id}/attendees/bulk-email": "Who has a seat hears of each change by itself.",
    "POST /api/events/{id}/attendees/{rsvp}/no-show": "Who was not let in did not come.",
    "POST /api/events/{id}/waitlist/promote": "A seat that comes free finds the next one itself.",
    "GET /api/blog/categories": "Posts are asked for by category, and each names its own.",
    "GET /api/blog/tags": "They were always empty; search reads a post's tags.",
    "GET /api/certifications": "Four of them were written into the code, and nobody's.",
    "POST /api/resources/{id}/track-view": "Nobody is followed in what they read.",
    "POST /api/resources/{id}/track-download": "Nobody is followed in what they read.",
    "DELETE /api/privacy/export/{id}": "An export's link ends by itself after a day.",
    "POST /api/admin/members": "People register themselves, and prove their address.",
    "DELETE /api/admin/analytics/cache": "The figures are counted when they are asked for.",
    "GET /api/admin/settings/email": _SECRETS,
    "GET /api/admin/settings/stripe": _SECRETS,
    "PATCH /api/admin/settings/email": _SECRETS,
    "PATCH /api/admin/settings/stripe": _SECRETS,
    "POST /api/admin/settings/email/test": "`staging verify` sends a mail and reads it.",
    "PATCH /api/admin/settings/membership-tiers": "Tiers and prices stand in one place, in code.",
    "GET /api/admin/search/feedback": "A question keeps how many it helped, and not who they were.",
    "GET /api/admin/newsletter/config": _SECRETS,
    "POST /api/admin/newsletter/sync": "A job does it by the clock.",
    "GET /api/training/sessions/{id}/chat/export": "A person's export holds what they said.",
}
