"""Examples for the API's description: of each body and answer, made out of what its fields hold.

A field's own example comes first, then the one that its name has here, then what its type says.
"""

from typing import Any, Final

MOMENT: Final = "2026-11-25T18:30:00Z"
ID: Final = "5f0c2e9a7b1d4c3f8e6a0b9d2c4f6e81"
KEY: Final = "0b9f6c1e-3d57-4c0a-9f62-5f1f2a7d8e40"

NAMED: Final[dict[str, Any]] = {
    "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI1ZjBjIn0.signature",
    "action": "application.approved",
    "after": "WyIyMDI2LTExLTI1Il0",
    "afterwards": "They are removed.",
    "agent": "Firefox on Linux",
    "answer": "Bring water, a towel and a judogi.",
    "applicant_name": "Ama Owusu",
    "at_stripe": "active",
    "author": "Kaya Lindholm",
    "because": "The hall is closed for repairs.",
    "bio": "Teaches breakfalls to beginners of every age.",
    "broken": "Entry 12 does not follow from entry 11.",
    "canceled_because": "The hall is closed for repairs.",
    "category": "Training",
    "code": "W1.5f0c2e9a7b1d.4c3f8e6a",
    "content": "Before the first throw comes the first fall.",
    "csrf_token": "3f8e6a0b9d2c4f6e81",
    "currency": "usd",
    "current": "seven quiet breakfalls",
    "description": "Two hours on the mat, for everybody who wants to fall well.",
    "detail": "There is no such event, or it is for members.",
    "digest": "9f86d081884c7d659a2feaa0c55ad015",
    "discipline": "Judo",
    "disciplines": ["Judo"],
    "email": "ama.owusu@members.staging.wwmaa.example",
    "excerpt": "Before the first throw comes the first fall.",
    "full_name": "Ama Owusu",
    "head": "9f86d081884c7d659a2feaa0c55ad015",
    "here": "past_due",
    "Idempotency-Key": KEY,
    "improvements": "Come to our open seminars, and apply again.",
    "instance": "/api/events/unknown",
    "interests": ["events"],
    "key": "5f0c2e9a7b1d4c3f",
    "location": "Main dojo",
    "media_type": "application/pdf",
    "message": "Thank you. Please read your mails.",
    "motivation": "I have trained on my own for years, and would like to train with others.",
    "name": "certificate.pdf",
    "new": "eight calm rolls, no rush",
    "next": "WyIyMDI2LTExLTI1Il0",
    "note": "Their teacher speaks well of them.",
    "notice": "The language model is away; these are the passages themselves.",
    "number": "WWMAA-0042",
    "page": "https://invoice.stripe.com/i/acct_1/test_0042",
    "password": "seven quiet breakfalls",
    "pay_at": "https://checkout.stripe.com/c/pay/cs_test_0042",
    "payment_intent": "pi_3PqX0042",
    "pdf": "https://pay.stripe.com/invoice/acct_1/test_0042/pdf",
    "phone": "+1 555 123 4567",
    "q": "How do I fall without fear?",
    "query": "How do I fall without fear?",
    "rank": "4th kyu",
    "reason": "My two years in Lyon were not counted.",
    "refresh_token": "kJ8vN2pQ7rT5wX0z.4c3f8e6a",
    "rejected_because": "Too few years of practice.",
    "related": ["Which art is right for a child?"],
    "relationship": "My first teacher",
    "request_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "rtmps_key": "live-key-of-this-session",
    "rtmps_url": "rtmps://live.cloudflare.com:443/live/",
    "school": "Harbour Dojo",
    "sealed": "4c3f8e6a0b9d2c4f6e81",
    "slug": "the-first-fall",
    "snippet": "Before the first throw comes the first fall.",
    "status": "succeeded",
    "subject": "applications/5f0c2e9a",
    "subscription": "sub_1PqX0042",
    "tags": ["beginners"],
    "terms_version": "1.0",
    "text": "Where did you train before?",
    "ticket": "W1.5f0c2e9a7b1d.4c3f8e6a",
    "timezone": "America/Los_Angeles",
    "title": "Breakfalls for beginners",
    "token": "kJ8vN2pQ7rT5wX0z",
    "type": "urn:wwmaa:problem:not-found",
    "what": "status",
    "why": "It opens ten minutes before it begins.",
    "written_by": "gpt-4o-mini",
}
"""What a field of this name may hold, where it does not say so itself."""

TEXTS: Final = {
    "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"></svg>',
    "text/calendar": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n",
    "text/csv": "Name,Email\r\nAma Owusu,ama.owusu@members.staging.wwmaa.example\r\n",
    "text/plain": "Contact: mailto:staging@wwmaa.com",
}
"""What an answer of each kind of text looks like; pictures and files show nothing here."""

_FORMATS: Final = {"date-time": MOMENT, "date": MOMENT[:10], "email": NAMED["email"]}
_ENDINGS: Final[dict[str, str]] = {
    "id": ID,
    "by": ID,
    "email": NAMED["email"],
    "name": "Kaya Lindholm",
    "url": "https://staging.wwmaa.com/",
}


class NoExample(LookupError):
    """Nothing says what a field may hold: give it `examples`, or its name a line in NAMED."""


def example_of(schema: dict[str, Any], schemas: dict[str, Any], name: str = "") -> Any:
    """Something that fits a schema of the description. Raises `NoExample`."""
    for told in (schema.get("examples"), [schema["example"]] if "example" in schema else None):
        if told:
            return told[0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, name)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    for choice in schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf") or ():
        if choice.get("type") != "null":
            return example_of({**_said(schema), **choice}, schemas, name)
    return _of_type(schema, schemas, name)


def _said(schema: dict[str, Any]) -> dict[str, Any]:
    """What stands beside a choice, and is about each of them."""
    return {key: value for key, value in schema.items() if key in ("default", "description")}


def _of_type(schema: dict[str, Any], schemas: dict[str, Any], name: str) -> Any:
    default = schema.get("default")
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {field: example_of(it, schemas, field) for field, it in fields.items()}
        case "array":
            return NAMED.get(name) or [example_of(schema["items"], schemas, name)]
        case "boolean":
            return True if default is None else default
        case "integer" | "number":
            return default or max(1, schema.get("minimum", 1))
        case "string":
            return default or _text(schema, name)
    return {}


def _text(schema: dict[str, Any], name: str) -> str:
    kind = schema.get("format", "")
    told = _FORMATS.get(kind) or NAMED.get(name)
    if isinstance(told, str):
        return told
    for ending, text in _ENDINGS.items():
        if name.endswith(ending):
            return text
    raise NoExample(f"nothing says what {name or 'this text'} may hold: {schema}")
