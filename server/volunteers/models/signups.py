"""Shifts, and who signed up for them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel


class SignupState(StrEnum):
    """The life of a sign-up."""

    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    CREDITED = "credited"
    CANCELLED = "cancelled"
    LATE_CANCELLED = "late_cancelled"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    NO_SHOW = "no_show"


PRESENT = (SignupState.CHECKED_IN, SignupState.CHECKED_OUT, SignupState.CREDITED)
"""States of somebody who came."""

HOLDING = (SignupState.OFFERED, SignupState.CONFIRMED, *PRESENT)
"""States that hold one of the shift's places."""

LIVE = (SignupState.WAITLISTED, *HOLDING)
"""States in which a person still counts on a place."""

_LIVE_SQL = text(f"state IN ({', '.join(repr(state.value) for state in LIVE)})")


class Shift(Base):
    """One time at which an activity takes so many people.

    `taken` counts the places held (confirmed or offered), `waiting` the people in line; both
    are decided by the one conditional write of a sign-up, never counted first. By the end of
    `record_due` the hours must be confirmed.
    """

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="has_places"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="never_oversold"),
        CheckConstraint("waiting >= 0", name="line_is_not_negative"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index("ix_shift_starts_at", "starts_at"),
        Index("ix_shift_ends_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    free_cancel_until: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    record_due: Mapped[date | None] = mapped_column(index=True)
    recorded_at: Mapped[datetime | None]


class Signup(Base):
    """One person's wish to take part in one shift, and what became of it.

    `entered_by` is who did it for them; `walk_in` marks somebody who came without a place and is
    counted beyond the capacity; `override` is why a clash was allowed.
    """

    __tablename__ = "signup"
    __table_args__ = (
        Index(
            "uq_signup_live",
            "person_id",
            "shift_id",
            unique=True,
            sqlite_where=_LIVE_SQL,
            postgresql_where=_LIVE_SQL,
        ),
        Index("ix_signup_line", "shift_id", "state", "id"),
        Index("ix_signup_person_id_id", "person_id", "id"),
        Index(
            "ix_signup_no_show",
            "person_id",
            sqlite_where=text("state = 'no_show'"),
            postgresql_where=text("state = 'no_show'"),
        ),
        Index(
            "ix_signup_offers",
            "offer_ends_at",
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[SignupState]
    channel: Mapped[Channel]
    walk_in: Mapped[bool] = mapped_column(default=False, server_default="0")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    override: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    offer_ends_at: Mapped[datetime | None]


class CalendarFeed(Base):
    """The address under which a person's own calendar program fetches their sign-ups.

    The token in the address follows from `nonce` and our key; kept is only its SHA-256. Ending
    the feed deletes the row, and the next one has another address.
    """

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    token_mark: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
