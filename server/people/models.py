from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class App(StrEnum):
    """The two WeChat apps; one person bears a different openid in each."""

    OFFICIAL = "official"
    MINIPROGRAM = "miniprogram"


class Role(StrEnum):
    """What somebody may do for others in an area."""

    DISTRICT_OPERATOR = "district_operator"
    STREET_OPERATOR = "street_operator"
    COMMUNITY_WORKER = "community_worker"
    COMMUNITY_ASSISTANT = "community_assistant"
    GRID_WORKER = "grid_worker"
    TEAM_LEADER = "team_leader"
    STATION_KEEPER = "station_keeper"
    CONTACT_PERSON = "contact_person"
    BRANCH_SECRETARY = "branch_secretary"
    PARTY_DATA_OFFICER = "party_data_officer"
    VERIFIER = "verifier"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"


class Channel(StrEnum):
    """By which door something reached us; all have equal effect."""

    CHAT = "chat"
    MINIPROGRAM = "miniprogram"
    CONSOLE = "console"
    PHONE = "phone"
    PAPER = "paper"


class Person(Base):
    """Anyone the service knows. Name and phone are sealed (see `people.vault`).

    `volunteer_no` is what a volunteer says in public instead of anything personal. Who was erased
    stays as a pseudonym: the row with `erased_at` and nothing else.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    volunteer_no: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_mark: Mapped[str | None] = mapped_column(String(64), index=True)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_mark: Mapped[str | None] = mapped_column(String(64), index=True)
    birth_year: Mapped[int | None]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Account(Base):
    """One WeChat account of one person.

    `follow_changed_at` is WeChat's own time of the last follow or unfollow, so that a late
    `subscribe` cannot undo a later `unsubscribe`. At `ask_after` WeChat is asked for the unionid.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("app", "openid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    app: Mapped[App]
    openid: Mapped[str] = mapped_column(String(64))
    unionid: Mapped[str | None] = mapped_column(String(64), index=True)
    following: Mapped[bool] = mapped_column(default=False)
    follow_changed_at: Mapped[datetime | None]
    ask_after: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]


class Consent(Base):
    """What somebody agreed to, in which version of the text, by which door."""

    __tablename__ = "consent"
    __table_args__ = (UniqueConstraint("person_id", "purpose", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    channel: Mapped[Channel]
    granted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Post(Base):
    """A role somebody holds in an area, from a moment until another.

    `stands_in_for` is the colleague on leave whose post it is otherwise.
    """

    __tablename__ = "post"
    __table_args__ = (Index("ix_post_person_id_role", "person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    stands_in_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Guardian(Base):
    """A grown-up who answers for a minor and has agreed that they serve; name and phone sealed.

    `seen_by` is the member of staff before whom they agreed, when it was not in their own chat.
    """

    __tablename__ = "guardian"
    __table_args__ = (UniqueConstraint("minor_id", "phone_mark"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    minor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[bytes] = mapped_column(LargeBinary)
    phone: Mapped[bytes] = mapped_column(LargeBinary)
    phone_mark: Mapped[str] = mapped_column(String(64))
    relation: Mapped[str] = mapped_column(String(20))
    channel: Mapped[Channel]
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ErasureState(StrEnum):
    """The life of a wish to be forgotten."""

    ASKED = "asked"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class Erasure(Base):
    """A wish to be forgotten, and the tombstone that keeps a restored backup from undoing it.

    `person_id` is no reference, so that it outlives everything else that is known of them.
    """

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(index=True)
    channel: Mapped[Channel]
    state: Mapped[ErasureState]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class LinkCode(Base):
    """A six-digit code by which a person joins their two accounts; kept as a keyed mark."""

    __tablename__ = "link_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]


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
