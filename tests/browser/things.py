"""What an environment does not have by itself, and some pages are about: made through the API."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from tests.browser.pages import ADMIN, Site

TEACHER = "instructor@staging.wwmaa.example"
CARD = {"number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123", "name": "Zoë Ōta"}


@contextmanager
def speaking(
    site: Site, email: str | None = None, password: str | None = None
) -> Iterator[httpx2.Client]:
    """The API, to which one speaks as this person, or as nobody."""
    with httpx2.Client(base_url=site.api, trust_env=False, timeout=30) as client:
        if email:
            told = {"email": email, "password": password or site.password}
            token = done(client.post("/api/auth/login", json=told))["access_token"]
            client.headers["authorization"] = f"Bearer {token}"
        yield client


def done(answer: httpx2.Response) -> Any:
    """What was answered, which must be that it is done."""
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def put_into_library(site: Site, title: str, access: str = "public") -> None:
    """Have something to fetch in the library, for whom it is."""
    with speaking(site, TEACHER) as teacher:
        told = {"title": title, "access_type": access, "description": "From the first degree."}
        path = f"/api/resources/{done(teacher.post('/api/resources', json=told))['id']}"
        done(teacher.put(f"{path}/file?name=throws.pdf", content=b"%PDF-1.4 ten throws"))
        done(teacher.patch(path, json={"is_published": True}))


def new_account(site: Site) -> tuple[str, str]:
    """The address and the password of a new account, of Nia Newcomer."""
    email, password = f"new+{secrets.token_hex(6)}@members.staging.wwmaa.example", "sit, then stand"
    with speaking(site) as nobody:
        told = {"email": email, "password": password, "full_name": "Nia Newcomer"}
        done(nobody.post("/api/auth/register", json=told | {"terms_accepted": True}))
        done(nobody.post("/api/auth/verify-email", json={"token": _token(site, email)}))
    return email, password


def application_of(site: Site, email: str) -> str:
    """The application that somebody has handed in."""
    with speaking(site, ADMIN) as admin:
        asked = {"status": "pending", "limit": "100"}
        found = done(admin.get("/api/board/applications", params=asked))["items"]
    return next(str(it["id"]) for it in found if it["applicant_email"] == email)


def who_has_paid(site: Site) -> tuple[str, str]:
    """The address and the password of a new member, who has paid for a membership."""
    email, password = new_account(site)
    with speaking(site, ADMIN) as admin:
        (found,) = done(admin.get("/api/admin/members", params={"search": email}))["items"]
        done(admin.put(f"/api/admin/members/{found['id']}/role", json={"role": "member"}))
    with speaking(site, email, password) as member:
        key = {"Idempotency-Key": secrets.token_hex(8)}
        path = "/api/membership/checkout"
        page = done(member.post(path, json={"tier": "basic"}, headers=key))["url"]
        paid = httpx2.post(page, data={**CARD, "email": email}, trust_env=False, timeout=30)
        assert paid.is_redirect, paid.text
        _until(lambda: bool(done(member.get("/api/membership/invoices"))))
    return email, password


def _token(site: Site, email: str) -> str:
    inbox, found = f"{site.sandboxes}/_sandbox/inbox.json", list[str]()

    def came() -> bool:
        mails = httpx2.get(inbox, params={"to": email}, trust_env=False).json()
        found.extend(str(link) for mail in mails for link in mail["links"])
        return bool(found)

    _until(came)
    return found[0].partition("token=")[2]


def _until(is_so: Callable[[], bool]) -> None:
    for _ in range(150):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError("it was never so")
