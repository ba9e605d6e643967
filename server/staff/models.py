from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base


class StaffState(StrEnum):
    """The life of a staff account."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class StaffAccount(Base):
    """How one person signs in to the console. What they may do follows from their posts alone.

    `password` is an argon2id hash, `totp` the sealed secret of the second factor and `totp_step`
    the last time step that was used, so that no code works twice.
    """

    __tablename__ = "staff_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    password: Mapped[str | None]
    totp: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int | None]
    state: Mapped[StaffState]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Invitation(Base):
    """A link by which staff choose their password; good once; kept as a keyed mark."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), unique=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ConsoleSession(Base):
    """A sign-in to the console; the token itself is not kept, only its SHA-256.

    `proved_at` is when the person last showed who they are, by a second factor or a scan: what
    weighs heavily asks for that anew.
    """

    __tablename__ = "console_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_mark: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    device: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ScanTicket(Base):
    """A code on the sign-in page that staff confirm in their own WeChat chat.

    `device` is what the chat tells them about the browser that shows it.
    """

    __tablename__ = "scan_ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    browser_mark: Mapped[str] = mapped_column(String(64), unique=True)
    code_mark: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(120))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApprovalState(StrEnum):
    """The life of a question to a second person."""

    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


_ASKED_SQL = text("state = 'asked'")


class Approval(Base):
    """Something that one person asks for and another one must allow; then it is done at once.

    `key` names what it is about: the same is not asked twice at a time.
    """

    __tablename__ = "approval"
    __table_args__ = (
        Index(
            "uq_approval_asked",
            "key",
            unique=True,
            sqlite_where=_ASKED_SQL,
            postgresql_where=_ASKED_SQL,
        ),
        Index("ix_approval_area_id_state", "area_id", "state", "id"),
        Index("ix_approval_state", "state", "expires_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    facts: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(400))
    state: Mapped[ApprovalState]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(400))


class ExportState(StrEnum):
    """The life of a file that is being written."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class Export(Base):
    """A table somebody asked to be written to a file; a job writes it, with its progress."""

    __tablename__ = "export"
    __table_args__ = (Index("ix_export_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    form: Mapped[str] = mapped_column(String(10))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    wanted: Mapped[dict[str, Any]]
    state: Mapped[ExportState]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int | None]
    file_name: Mapped[str | None] = mapped_column(String(120))
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
