"""The peer: an authenticated list the way full-stack templates write it.

Synchronous SQLAlchemy models, a session for each request, the user looked up by the token's
subject, a count and a page of 20, and a response model. It reads the table `peer_events`, which
`bench` fills with as many events as ours has.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()
engine = create_engine(os.environ["PEER_DATABASE_URL"])
bearer = OAuth2PasswordBearer("login")


class Table(DeclarativeBase):
    """Where the models are collected."""


class PeerUser(Table):
    """A user."""

    __tablename__ = "peer_users"
    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    is_active: Mapped[bool]


class PeerEvent(Table):
    """An event, with the fields that ours shows."""

    __tablename__ = "peer_events"
    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    description: Mapped[str]
    event_type: Mapped[str]
    access_type: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    timezone: Mapped[str]
    location: Mapped[str]
    is_online: Mapped[bool]
    capacity: Mapped[int | None]
    seats_left: Mapped[int | None]
    price_cents: Mapped[int]


class EventOut(BaseModel):
    """An event on the wire."""

    model_config = {"from_attributes": True}

    id: str
    title: str
    description: str
    event_type: str
    access_type: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    location: str
    is_online: bool
    capacity: int | None
    seats_left: int | None
    price_cents: int


class EventsOut(BaseModel):
    """A page of events."""

    data: list[EventOut]
    count: int


def session() -> Iterator[Session]:
    """A session for one request."""
    with Session(engine) as opened:
        yield opened


WithSession = Annotated[Session, Depends(session)]


def current_user(db: WithSession, token: Annotated[str, Depends(bearer)]) -> PeerUser:
    """The user whose token this is."""
    claims = jwt.decode(token, os.environ["PEER_SECRET"], algorithms=["HS256"])
    user = db.get(PeerUser, claims["sub"])
    if user is None or not user.is_active:
        raise HTTPException(404)
    return user


@app.get("/events", response_model=EventsOut, dependencies=[Depends(current_user)])
def events(db: WithSession, skip: int = 0, limit: int = 20) -> object:
    """A page of events, and how many there are."""
    count = db.scalar(select(func.count()).select_from(PeerEvent))
    page = db.scalars(select(PeerEvent).order_by(PeerEvent.starts_at).offset(skip).limit(limit))
    return EventsOut(data=[EventOut.model_validate(event) for event in page], count=count or 0)
