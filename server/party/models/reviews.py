"""What a branch says of a member's quarter, and what the member says to it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel

_OPEN = sql("state <> 'final'")


class ReviewState(StrEnum):
    """The life of a review that a branch has decided. Before that it is drafted, and no row."""

    BRANCH_DECIDED = "branch_decided"
    SHOWN = "shown"
    ACKNOWLEDGED = "acknowledged"
    OBJECTED = "objected"
    REVIEWED = "reviewed"
    FINAL = "final"


class PartyReview(Base):
    """The review of a member's quarter. What it says, is answered and replied is sealed.

    `content` is what the branch decided and on which facts; `answer` the member's objection or
    view and `channel` its door, `reply` what the branch says to an objection. Each step is one
    write conditional on `revision`, so of two who decide at once one is told the other was first.
    """

    __tablename__ = "party_review"
    __table_args__ = (
        CheckConstraint("revision > 0", name="has_a_revision"),
        CheckConstraint("state <> 'objected' OR answer IS NOT NULL", name="objects_in_words"),
        CheckConstraint("state <> 'reviewed' OR reply IS NOT NULL", name="replies_in_words"),
        Index("uq_party_review_quarter", "file_id", "quarter", unique=True),
        Index(
            "ix_party_review_open", "state", "shown_at", sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("party_file.id", ondelete="CASCADE"))
    quarter: Mapped[str] = mapped_column(String(6))
    state: Mapped[ReviewState]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    channel: Mapped[Channel | None]
    answered_at: Mapped[datetime | None]
    reply: Mapped[bytes | None] = mapped_column(LargeBinary)
    replied_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    revision: Mapped[int]
