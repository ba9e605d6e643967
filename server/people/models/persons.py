"""Anyone the service knows, by which accounts, in which posts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
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

    `remind_minutes`: how long before a shift they want to be reminded of it, if they chose;
    `remind_once`: of one thing once at most.
    `volunteer_no` is what a volunteer says in public instead of anything personal. Who was erased
    stays as a pseudonym: the row with `erased_at` and nothing else. `birth_year` is what was
    told, until staff have seen a document (`birth_year_seen_at`).
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    volunteer_no: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_mark: Mapped[str | None] = mapped_column(String(64), index=True)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_mark: Mapped[str | None] = mapped_column(String(64), index=True)
    birth_year: Mapped[int | None]
    remind_minutes: Mapped[int | None]
    remind_once: Mapped[bool] = mapped_column(default=False, server_default=false())
    birth_year_seen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    birth_year_seen_at: Mapped[datetime | None]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class BirthYearClaim(Base):
    """A year of birth that counts once staff have seen a document; `asked_by` told it."""

    __tablename__ = "birth_year_claim"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
    year: Mapped[int]
    channel: Mapped[Channel]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(index=True)


class Account(Base):
    """One WeChat account of one person.

    `follow_changed_at` is WeChat's own time of the last follow or unfollow, so that a late
    `subscribe` cannot undo a later `unsubscribe`. At `ask_after` WeChat is asked for the unionid.
    `bound_at` is when staff bound theirs for 用工关系消息, `offered_at` when the chat last told
    how to allow reminders.
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
    bound_at: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


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
