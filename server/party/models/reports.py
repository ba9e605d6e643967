"""What a member reports each quarter. Of each quarter one report, and every revision of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Base
from server.people.models import Channel


class PartyReport(Base):
    """The report of a member for a quarter: what is being written, and how often it was handed in.

    `draft` is sealed; `step` is the question that is asked next. `number` is the revision in force,
    0 before the first; `late` tells whether the first came after the due day. A branch accepts it,
    or returns revision `returned_number` once with one `question`; a missed one it may excuse. The
    question and the excuse are sealed.
    """

    __tablename__ = "party_report"
    __table_args__ = (
        CheckConstraint("number >= 0", name="counts_up"),
        CheckConstraint("returned_at IS NULL OR question IS NOT NULL", name="returned_in_words"),
        CheckConstraint("excused_at IS NULL OR excuse IS NOT NULL", name="excused_in_words"),
        Index("uq_party_report_quarter", "file_id", "quarter", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("party_file.id", ondelete="CASCADE"))
    quarter: Mapped[str] = mapped_column(String(6))
    draft: Mapped[bytes | None] = mapped_column(LargeBinary)
    step: Mapped[int]
    number: Mapped[int]
    late: Mapped[bool]
    changed_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    returned_number: Mapped[int | None]
    question: Mapped[bytes | None] = mapped_column(LargeBinary)
    excused_at: Mapped[datetime | None]
    excuse: Mapped[bytes | None] = mapped_column(LargeBinary)


class ReportRevision(Base):
    """What was handed in, once; nothing of it is ever changed. `answers` is sealed."""

    __tablename__ = "party_report_revision"
    __table_args__ = (Index("uq_party_report_revision_number", "report_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("party_report.id", ondelete="CASCADE"))
    number: Mapped[int]
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[Channel]
    at: Mapped[datetime]
