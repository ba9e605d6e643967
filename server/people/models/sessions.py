"""Logins, codes, dialogues and repeated requests."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class LinkCode(Base):
    """A six-digit code by which a person joins their two accounts; kept as a keyed mark.

    One that `moves` also brings the person along to another WeChat of the same app.
    """

    __tablename__ = "link_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    moves: Mapped[bool] = mapped_column(default=False, server_default=false())


class ApiSession(Base):
    """A mini-program login; the token itself is not kept, only its SHA-256."""

    __tablename__ = "api_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_mark: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    session_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Dialogue(Base):
    """What a bare number means to this person, until it is forgotten.

    `version` grows with each change: whoever writes must have read the version they replace.
    """

    __tablename__ = "dialogue"
    __table_args__ = (CheckConstraint("version >= 0", name="version_grows"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    choices: Mapped[dict[str, Any]]
    version: Mapped[int]
    expires_at: Mapped[datetime]


class KeyedRequest(Base):
    """The answer given to an Idempotency-Key, so that a repeat gets the same answer."""

    __tablename__ = "keyed_request"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(255))
    request_mark: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(index=True)
